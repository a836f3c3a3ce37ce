#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the tests need and runs all of them: the release build, the same tests under AddressSanitizer (with
# leaks) and UndefinedBehaviorSanitizer, the thread tests under ThreadSanitizer, a build without HTTP and archives, and the Python
# tests. The last line counts passed and failed tests. Existing builds are reused, so a second run is quick.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

# configure FOLDER [OPTION...] [-- TARGET...]: sets up a build folder and builds it, or only the named targets.
configure() {
    local folder=$1 options=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
    if [ ! -f "$folder/build.ninja" ]; then
        setup_say "configuring $folder/"
        setup_quietly meson setup "$folder" "${options[@]}"
    fi
    setup_say "building $folder/"
    setup_quietly ninja -C "$folder" "${@:2}"
}

# run FOLDER [OPTION...]: runs its tests, with one line per program. The results are read from the folder's logs at
# the end.
run() {
    local folder=$1
    shift
    setup_say "testing $folder/"
    meson test -C "$folder" --no-rebuild --print-errorlogs "$@" | grep -vE '^(ninja:|Full log|Ok:|Expected Fail:|Fail:|Unexpected Pass:|Skipped:|Timeout:|$)' || true
}

# python: the package's tests, on the release build.
python() {
    setup_say "testing the Python package"
    PYTHONPATH=bindings/python LLMREC_LIBRARY= build/venv/bin/python -m pytest -q --no-header -p no:cacheprovider \
        --junitxml=build/python.junit.xml tests/python || true
}

rm -f build*/meson-logs/testlog.j* build/python.junit.xml
setup_packages g++ abigail-tools
setup_venv tests/requirements.txt
setup_parts
export LLMREC_TEST_MODEL=$PWD/build/parts/all-MiniLM-L6-v2

sanitized=(--buildtype=debugoptimized -Db_lundef=false)
configure build && run build
configure build-asan "${sanitized[@]}" -Db_sanitize=address,undefined && {
    export LSAN_OPTIONS=suppressions=$PWD/tests/leaks.txt:print_suppressions=0
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
    export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
    run build-asan --no-suite abi --no-suite docs --timeout-multiplier 5
}
configure build-tsan "${sanitized[@]}" -Db_sanitize=thread && {
    export TSAN_OPTIONS=halt_on_error=1:die_after_fork=0
    run build-tsan --suite unit --suite api --suite llm --timeout-multiplier 10
}
small=(--buildtype=debug -Dhttp=disabled -Darchive=disabled -Dexamples=false)
configure build-small "${small[@]}" -- tests/api/api_llm tests/unit/unit_archive && run build-small api_llm unit_archive
python

python3 tests/count.py build build-asan build-tsan build-small build/python.junit.xml
