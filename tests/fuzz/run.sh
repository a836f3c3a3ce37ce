#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh TARGET [SECONDS]: lets libFuzzer run a target (fuzz_TARGET.c of this folder) for so long, 300 by default. Needs clang. What
# it has learned stays in build-fuzz/corpus/, what it finds in build-fuzz/found/: to see it again, give the file to
# build-fuzz/tests/fuzz/fuzz_TARGET; to keep it out for good, add a seed to the target.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$1 seconds=${2:-300}
corpus=build-fuzz/corpus/$target

# configured FOLDER OPTION...: a build folder, made if it is not there.
configured() { [ -f "$1/build.ninja" ] || meson setup "$@"; }

configured build
CC=clang configured build-fuzz -Dfuzz=true -Dexamples=false --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false
ninja -C build "tests/fuzz/fuzz_$target"
ninja -C build-fuzz "tests/fuzz/fuzz_$target"
mkdir -p "$corpus" build-fuzz/found
"build/tests/fuzz/fuzz_$target" --write "$corpus"
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
"build-fuzz/tests/fuzz/fuzz_$target" -fork=1 -max_total_time="$seconds" -max_len=4096 -timeout=20 \
    -artifact_prefix="build-fuzz/found/$target-" "$corpus"
