#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything that is generated and committed, made anew: layouts and ctypes from the headers, then keyword types and the option
# tables of docs/ from the library in build/, which must be up to date. With --check only says whether anything is out of date.
set -euo pipefail
cd "$(dirname "$0")/.."
python=build/venv/bin/python
[ -x "$python" ] || python=python3
[ "${1:-}" = --check ] || tests/abi/update.sh
for generator in python_api python_options option_tables; do
    LLMREC_LIBRARY='' PYTHONDONTWRITEBYTECODE=1 "$python" "tools/generate_$generator.py" "$@"
done
