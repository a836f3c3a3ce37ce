#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh TARGET [SECONDS]: runs libFuzzer on a target (fuzz_TARGET.c of this folder), by default for 300 seconds. Needs clang.
# The corpus stays in build-fuzz/corpus/, findings in build-fuzz/found/. To reproduce one, run build-fuzz/tests/fuzz/fuzz_TARGET
# on its file; to prevent it in future, add a seed to the target.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$1 seconds=${2:-300}
corpus=build-fuzz/corpus/$target

# configured FOLDER OPTION...: sets up a build folder if it does not exist.
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
