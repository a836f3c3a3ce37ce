#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs benchmarks against the machine's limits and other libraries: all programs of this folder, or the named ones:
#
#   tests/bench/run.sh [NAME...] [-- OPTION...]      tests/bench/run.sh topk -- --rows 12101
#
# The other libraries are installed, in pinned versions, in a separate environment (PyTorch: at least a few hundred megabytes).
# The output of each program is kept in build/bench/NAME.txt and printed again at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup.sh

names=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    names+=("$1")
    shift
done
[ $# -eq 0 ] || shift
if [ "${#names[@]}" -eq 0 ]; then
    for program in tests/bench/*.py; do
        case $program in */make_* | *_study.py) continue ;; esac # helper programs; long studies run only by name
        names+=("$(basename "$program" .py)")
    done
fi

setup_packages
setup_build
setup_venv tests/bench/requirements.txt build/bench-venv
setup_parts
mkdir -p build/bench

failed=()
for name in "${names[@]}"; do
    setup_say "$name"
    PYTHONPATH=bindings/python build/bench-venv/bin/python "tests/bench/$name.py" "$@" |
        tee "build/bench/$name.txt" || failed+=("$name")
done

setup_say "summary: $(lscpu | sed -n 's/^Model name: *//p'), $(nproc) processors"
for name in "${names[@]}"; do
    printf '\n%s\n' "$name"
    sed 's/^/  /' "build/bench/$name.txt"
done
[ "${#failed[@]}" -eq 0 ] || { printf 'failed: %s\n' "${failed[*]}" >&2; exit 1; }
