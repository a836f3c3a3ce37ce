# SPDX-License-Identifier: Apache-2.0
"""Times of a blend of four and of its parts: similarity with whitened vectors, co-occurrence, a guided linear model, and
a SASRec of dimension 128 that is not trained, for its answers take equally long. Two threads, best of several calls, in
alternation.

    blend.py [--sequences FILE --vectors FILE.npy] [--depth 100] [--seconds 3]

Without files: 22,363 sessions of 12,101 items and vectors [12101,384], all random; both have clusters. FILE has a
session per line, items 1, 2, ... in time order, and a row of FILE.npy for each item. Prints milliseconds for one session
and for 256, and the processors' time of all threads: lists of 10 by the blend; lists of `depth` and scores of the
blend's candidates by each part.
"""
import argparse
import time

import llmrec
import numpy as np

THREADS, ITEMS, DIM, SESSIONS, CLUSTERS, K = 2, 12101, 384, 22363, 250, 10
ASKED = 1, 256


def random_sessions(rng):
    """Sessions of 5 to 40 items, most of them of one cluster."""
    popular = rng.zipf(1.3, ITEMS * 8) % ITEMS
    for _ in range(SESSIONS):
        length, cluster = min(5 + int(rng.exponential(4)), 40), rng.integers(CLUSTERS)
        items = rng.choice(popular, length)
        yield np.where(rng.random(length) < .7, items - items % CLUSTERS + cluster, items) % ITEMS


def random_vectors(rng):
    centers = rng.standard_normal((CLUSTERS, DIM), dtype=np.float32)
    return centers[np.arange(ITEMS) % CLUSTERS] + rng.standard_normal((ITEMS, DIM), dtype=np.float32)


def load(given):
    """Sessions, and a vector for each item."""
    if given.sequences is None:
        rng = np.random.default_rng(1)
        return list(random_sessions(rng)), random_vectors(rng)
    with open(given.sequences) as lines:
        return [np.array(line.split(), np.int64) - 1 for line in lines], np.load(given.vectors).astype(np.float32)


def make_parts(sessions, vectors):
    context = llmrec.Context(threads=THREADS)
    lengths = [len(items) for items in sessions]
    times = np.concatenate([np.arange(length) for length in lengths])
    data = llmrec.Dataset.create(np.repeat(np.arange(len(sessions)), lengths), np.concatenate(sessions), times,
                                 item_table={"id": np.arange(len(vectors))}, context=context)
    table = llmrec.Embedding.create(vectors, ids=np.arange(len(vectors)), context=context).align(data)
    white = llmrec.Reducer.fit(table, method="whiten").apply(table)
    network = llmrec.Encoder.create(data, preset="sasrec", dim=128)
    make = llmrec.Recommender
    return data, {"similarity": make.similarity(white), "cooccurrence": make.cooccurrence(data),
                  "linear": make.linear(data, white, ridge=100, strength=100), "sasrec": make.encoder(network)}


def best_of(calls, seconds):
    """The shortest wall and processor time of each call in milliseconds."""
    best = {name: (float("inf"), float("inf")) for name in calls}
    end, rounds = time.perf_counter() + seconds, 0
    while rounds < 5 or time.perf_counter() < end:
        for name, call in calls.items():
            wall, processor = time.perf_counter(), time.process_time()
            call()
            took = time.perf_counter() - wall, time.process_time() - processor
            best[name] = tuple(min(pair) for pair in zip(best[name], (1e3 * each for each in took)))
        rounds += 1
    return best


def candidates_of(parts, sessions, depth):
    lists = [part.recommend(sessions, k=depth).items for part in parts.values()]
    unions = [np.unique(union[union >= 0]) for union in np.concatenate(lists, axis=1)]
    return np.cumsum([0] + [len(union) for union in unions]), np.concatenate(unions)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sequences")
    parser.add_argument("--vectors")
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=3)
    given = parser.parse_args()
    data, parts = make_parts(*load(given))
    blend = llmrec.Recommender.blend(list(parts.values()), depth=given.depth)
    offsets, items, _ = data.copy_sessions()
    for count in ASKED:
        asked = offsets[:count + 1], items[:offsets[count]]
        found = candidates_of(parts, asked, given.depth)
        calls = {"blend": lambda: blend.recommend(asked, k=K)}
        calls |= {f"{name} lists": lambda part=part: part.recommend(asked, k=given.depth) for name, part in parts.items()}
        calls |= {f"{name} scores": lambda part=part: part.score(asked, found) for name, part in parts.items()}
        print(f"{count} sessions, {found[0][-1] / count:.0f} candidates")
        for name, (wall, processor) in best_of(calls, given.seconds).items():
            print(f"  {name:20} {wall:8.3f} ms, processors {processor:8.3f} ms")


main()
