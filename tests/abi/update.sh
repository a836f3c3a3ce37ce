#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Updates the stored ABI files after an intended change: the layouts and the Python function table. With --release it
# also freezes a release: it closes the open node of lib/llmrec.map, and stores the library's dump, the headers and
# the client that later libraries must run.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
python3 tests/abi/headers.py --update
if [ "${1:-}" = --release ]; then
    folder=$(python3 tests/abi/headers.py --release)
    python3 tests/abi/grow.py --release "$folder"
    library=lib/libllmrec.so.${folder##*/}
    ninja -C build "$library"
    soname=$(readelf -d "build/$library" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
    python3 tests/abi/library.py "build/$library" "$soname" --update
fi
