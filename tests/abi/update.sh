#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes what is stored of the ABI anew, after a change that is meant: layouts and the Python function table; with --release
# also, from the library in build/, the dump that abidiff compares with from then on.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
python3 tests/abi/headers.py --update
if [ "${1:-}" = --release ]; then
    ninja -C build lib/libllmrec.so.0.1.0
    python3 tests/abi/library.py build/lib/libllmrec.so.0.1.0 libllmrec.so.0.1 --update
fi
