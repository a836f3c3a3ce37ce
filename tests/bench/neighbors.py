# SPDX-License-Identifier: Apache-2.0
"""Co-occurrence and session neighbors compared with the item-item recommenders of implicit (cosine, TF-IDF, BM25): two
threads each, one process, in alternation, best of several runs.

The work is the same: each item keeps its 20 most similar items by cosine of their sessions, and every session gets its
10 best items without its own. Co-occurrence does this with a window that holds every session, equal weights of all
distances and ages, and power 0.5. implicit counts an item among its own 20, so it gets 21. Both must give the same
scores. Session neighbors have no matrix to make: only their lists are compared.

    neighbors.py [--interactions FILE] [--seconds 4]

Without --interactions: MovieLens 100K from build/parts. Repeated items of a session count once.
"""
import argparse
import os
import pathlib
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as implicit recommends

import llmrec  # noqa: E402
import numpy as np  # noqa: E402
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender  # noqa: E402
from scipy import sparse  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
THREADS, SIMILAR, K = 2, 20, 10


def load(path):
    """The sessions as a data set, as CSR, and as implicit's matrix."""
    data = llmrec.Dataset.load(path, context=llmrec.Context(threads=THREADS), duplicates="drop_repeats")
    offsets, items, _ = data.copy_sessions()
    matrix = sparse.csr_matrix((np.ones(len(items), np.float32), items, offsets), (data.sessions, data.items))
    return data, (offsets, items), matrix


def best_of(calls, seconds):
    """The shortest time of each call; the calls alternate."""
    best, end, rounds = {name: float("inf") for name in calls}, time.perf_counter() + seconds * len(calls), 0
    while rounds < 3 or (time.perf_counter() < end and rounds < 200):
        for name, call in calls.items():
            begun = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - begun)
        rounds += 1
    return best


def cooccurrence(data, longest):
    return llmrec.Recommender.cooccurrence(data, window=longest, distance_decay="none", backward=1, power=.5,
                                           row_items=SIMILAR, session_decay="none")


def fitted(kind, matrix):
    model = kind(K=SIMILAR + 1, num_threads=THREADS)
    model.fit(matrix, show_progress=False)
    return model


def check(recommender, model, sessions, matrix):
    """The lists have the same scores, but for ties at the end of an item's 20 and for rounding."""
    ours = np.nan_to_num(recommender.recommend(sessions, k=K).scores)
    _, theirs = model.recommend(np.arange(matrix.shape[0]), matrix, N=K, filter_already_liked_items=True)
    theirs = np.maximum(theirs, 0)  # implicit fills short lists with -FLT_MAX
    return np.mean(np.abs(ours - theirs) <= 1e-4 * (1 + theirs))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interactions", default=str(ROOT / "build/parts/ml-100k/ml-100k.inter"))
    parser.add_argument("--seconds", type=float, default=4)
    given = parser.parse_args()
    data, sessions, matrix = load(given.interactions)
    longest, users = int(np.diff(sessions[0]).max()), np.arange(matrix.shape[0])
    peers = {"cosine": CosineRecommender, "tfidf": TFIDFRecommender, "bm25": BM25Recommender}

    makers = {f"implicit {name}": lambda kind=kind: fitted(kind, matrix) for name, kind in peers.items()}
    makers["cooccurrence"] = lambda: cooccurrence(data, longest)
    makers["neighbors"] = lambda: llmrec.Recommender.neighbors(data)
    made = {name: make() for name, make in makers.items()}
    built = best_of(makers, given.seconds)
    askers = {name: lambda model=made[name]: model.recommend(users, matrix, N=K, filter_already_liked_items=True)
              for name in makers if name.startswith("implicit")}
    askers |= {name: lambda model=made[name]: model.recommend(sessions, k=K) for name in ("cooccurrence", "neighbors")}
    asked = best_of(askers, given.seconds)

    print(f"{data.sessions} sessions, {data.items} items, {data.rows} rows; {THREADS} threads")
    print(f"equal scores in lists, cooccurrence and implicit cosine: "
          f"{100 * check(made['cooccurrence'], made['implicit cosine'], sessions, matrix):.1f} %")
    for name in makers:
        print(f"{name:16} made in {1e3 * built[name]:8.1f} ms, lists {len(users) / asked[name]:9.0f} sessions/s")
    for name in ("cooccurrence", "neighbors"):
        print(f"implicit cosine / {name}: lists {asked['implicit cosine'] / asked[name]:.1f}"
              + (f", made {built['implicit cosine'] / built[name]:.1f}" if name == "cooccurrence" else ""))


main()
