#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the documentation as a site in build/site, from the Markdown pages and the public headers. Installs what is missing: Python's
# venv from Debian and the packages of docs/requirements.txt in build/docs-venv. A warning is an error. Open build/site/index.html.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

setup_tools=(python3 python3-venv) setup_libraries=()
setup_packages
setup_venv docs/requirements.txt build/docs-venv
setup_say "building build/site"
rm -rf build/site-source build/site
build/docs-venv/bin/python docs/site/prepare.py build/site-source
build/docs-venv/bin/sphinx-build --quiet --fail-on-warning --keep-going --nitpicky --jobs auto -c docs/site \
    -d build/site-cache build/site-source build/site
rm -rf build/site/.buildinfo build/site/_sources
setup_say "$(find build/site -name '*.html' | wc -l) pages: build/site/index.html"
