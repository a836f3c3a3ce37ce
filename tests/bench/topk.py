# SPDX-License-Identifier: Apache-2.0
"""Exact top-k compared with faiss.IndexFlatIP: two threads each, float32 vectors, one process, in alternation, best
of several runs.

Sessions are three items under LLM-seq-sim (mean, dot product, seen items kept); faiss gets the same means as
queries. Both must give the same lists, except where scores differ by less than float32 rounding.

    topk.py [--rows 12101 1000000] [--dim 384] [--queries 1 32 1024] [--k 10] [--table FILE.npy] [--seconds 4]

Also prints the bytes of the compressed table read per second, compared with two threads of numpy reading the
float32 table, and the multiply-adds per second.
"""
import argparse
import resource
import threading
import time

import faiss
import llmrec
import numpy as np

THREADS = 2


def unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def random_table(rng, rows, dim):
    return unit(rng.standard_normal((rows, dim), dtype=np.float32))


def clustered_table(rng, rows, dim):
    """Distributed like text vectors: a common mean, and clusters of all sizes."""
    centers = rng.standard_normal((max(rows // 50, 1), dim), dtype=np.float32)
    members = (rng.pareto(1.0, rows) * 20).astype(np.int64) % len(centers)
    table = rng.standard_normal((rows, dim), dtype=np.float32)
    table *= 0.5
    table += centers[members]
    table += rng.standard_normal(dim, dtype=np.float32)
    return unit(table)


def best_of(calls, seconds):
    """The shortest time of each call; the calls alternate."""
    best = [float("inf")] * len(calls)
    end, rounds = time.perf_counter() + seconds, 0
    while rounds < 3 or (time.perf_counter() < end and rounds < 2000):
        for i, call in enumerate(calls):
            begun = time.perf_counter()
            call()
            best[i] = min(best[i], time.perf_counter() - begun)
        rounds += 1
    return best


def read_speed(table, seconds=1.0):
    """Bytes per second that two threads read of a float32 table."""
    vector = np.ones(table.shape[1], np.float32)
    halves = np.array_split(table, THREADS)

    def read():
        threads = [threading.Thread(target=np.dot, args=(half, vector)) for half in halves]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]

    return table.nbytes / best_of([read], seconds)[0]


def agree(ours, scores, theirs, their_scores):
    """Lists may differ only where scores are equal up to rounding."""
    places = np.argwhere(ours != theirs)
    return all(abs(scores[i, j] - their_scores[i, j]) <= 2e-6 for i, j in places), len(places)


class Ours:
    def __init__(self, table):
        before = time.perf_counter()
        context = llmrec.Context(threads=THREADS)
        embedding = llmrec.Embedding.create(table, context=context)
        made = time.perf_counter()
        self.recommender = llmrec.Recommender.similarity(
            embedding, weighting="mean", decay="none", measure="dot", reduce="none")
        self.seconds = made - before, time.perf_counter() - made

    def search(self, sessions, k):
        return self.recommender.recommend(sessions, k, keep_seen=1)


def sessions_of(rng, rows, count):
    return np.arange(0, 3 * count + 1, 3, dtype=np.int64), rng.integers(0, rows, 3 * count).astype(np.int32)


def measure(kind, table, arguments, rng):
    rows, dim = table.shape
    ours, index = Ours(table), faiss.IndexFlatIP(dim)
    index.add(table)
    print(f"{kind}, {rows:,} x {dim}: numpy reads {read_speed(table) / 1e9:.1f} GB/s, our table is made in "
          f"{ours.seconds[1]:.2f} s, peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    for count in arguments.queries:
        sessions = sessions_of(rng, rows, count)
        queries = table[sessions[1]].reshape(count, 3, dim).mean(axis=1, dtype=np.float64).astype(np.float32)
        found, (their_scores, theirs) = ours.search(sessions, arguments.k), index.search(queries, arguments.k)
        same, differ = agree(found.items, found.scores, theirs, their_scores)
        mine, other = best_of([lambda: ours.search(sessions, arguments.k), lambda: index.search(queries, arguments.k)],
                              arguments.seconds)
        print(f"  {count:5} queries: ours {mine * 1e3:9.3f} ms, faiss {other * 1e3:9.3f} ms, faiss/ours {other / mine:6.2f}; "
              f"{rows * dim / mine / 1e9:6.1f} GB/s of one pass, {rows * dim * count / mine / 1e9:7.1f} G multiply-adds/s; "
              f"lists {'agree' if same else 'DISAGREE'} ({differ} places with equal scores)", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, nargs="+", default=[12101, 1000000])
    parser.add_argument("--dim", type=int, default=384)
    parser.add_argument("--queries", type=int, nargs="+", default=[1, 32, 1024])
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=4, help="for each number of queries")
    parser.add_argument("--table", help="a float32 .npy file instead of made vectors")
    arguments = parser.parse_args()
    faiss.omp_set_num_threads(THREADS)
    rng = np.random.default_rng(0)
    if arguments.table:
        return measure(arguments.table, np.load(arguments.table).astype(np.float32), arguments, rng)
    for rows in arguments.rows:
        measure("random", random_table(rng, rows, arguments.dim), arguments, rng)
        measure("clustered", clustered_table(rng, rows, arguments.dim), arguments, rng)


if __name__ == "__main__":
    main()
