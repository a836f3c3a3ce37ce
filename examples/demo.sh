#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From nothing to recommendations on a fresh Debian 12: installs what is missing, builds, fetches MovieLens 100K and the
# sentence model all-MiniLM-L6-v2, and compares strategies on them, training included: some three minutes on two cores. What is
# there already is not made again, trained networks among it, so that a second run is quick, and one that was stopped goes on;
# all but Debian's packages stays inside build/. Arguments go to compare.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

setup_packages
setup_build
setup_parts

# Sessions of MovieLens are few: the networks learn in small batches.
setup_say "comparing on MovieLens 100K: popularity, similarity of what the titles mean, and trained networks"
build/examples/compare \
    --interactions build/parts/ml-100k/ml-100k.inter \
    --items build/parts/ml-100k/ml-100k.item \
    --text-model build/parts/all-MiniLM-L6-v2 \
    --cache build/cache \
    --split leave-one-out \
    --strategies popularity,similarity,bert4rec,llm-bert4rec,sasrec,llm-sasrec \
    --batch 64 \
    --epochs 20 \
    --checkpoint build/training \
    --plot build/curves.svg \
    --json build/compare.json \
    "$@"
