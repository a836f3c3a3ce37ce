# SPDX-License-Identifier: Apache-2.0
"""EASE and SLIT in closed form compared with numpy and scipy: two threads each, the same sessions, in one run.

Both solve for the same matrix from the same sessions: counts, factorization, right-hand side. The peer is written as one
would write it: sparse products for the counts, LAPACK's potrf and potri on all threads, and a sparse by dense product.
Also prints floating-point operations per second of the whole solution (items^3 operations are the least of it).

    linear.py [--items 12101] [--sessions 22363] [--ridge 160] [--repeat 1] [--sequences FILE]

FILE has one session per line, ids with blanks between. Without it, sessions of 3 to 15 items are drawn: near items by
chance, popular items often.
"""
import argparse
import os
import time

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import llmrec  # noqa: E402
import numpy as np  # noqa: E402
import scipy.linalg  # noqa: E402
import scipy.sparse  # noqa: E402


def drawn(items, sessions):
    rng = np.random.default_rng(1)
    popular = (items * rng.power(0.4, size=(sessions, 16))).astype(np.int64) % items
    near = rng.random((sessions, 16)) < 0.5
    for place in range(1, 16):
        follows = (popular[:, place - 1] + rng.integers(1, 6, sessions)) % items
        popular[:, place] = np.where(near[:, place], follows, popular[:, place])
    return [list(row[:length]) for row, length in zip(popular, rng.integers(3, 16, sessions))]


def read(path):
    numbers = {}
    with open(path, encoding="utf-8") as lines:
        sessions = [[numbers.setdefault(item, len(numbers)) for item in line.split()] for line in lines]
    return sessions, len(numbers)


def sparse(lists, weights, items):
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in lists])])
    made = scipy.sparse.csr_matrix((np.concatenate(weights).astype(np.float32), np.concatenate(lists), offsets), (len(lists), items))
    made.sum_duplicates()
    return made


def counts(model, sessions, items):
    if model == "ease":
        rows = sparse(sessions, [np.ones(len(row)) for row in sessions], items)
        rows.data[:] = 1
        return (rows.T @ rows,) * 2
    past = [row[max(0, at - 10):at][::-1] for row in sessions for at in range(1, len(row))]
    future = [row[at:at + 3] for row in sessions for at in range(1, len(row))]
    left = sparse(past, [np.exp(-np.arange(len(row)) / 8) for row in past], items)
    right = sparse(future, [np.exp(-np.arange(len(row)) / 2) for row in future], items)
    return left.T @ left, left.T @ right


def peer(model, sessions, items, ridge):
    gram, target = counts(model, sessions, items)
    matrix = np.asarray(gram.todense(), dtype=np.float32, order="F")
    matrix[np.diag_indices(items)] += ridge
    factor, _ = scipy.linalg.lapack.spotrf(matrix, lower=1, overwrite_a=1)
    inverse, _ = scipy.linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    inverse = np.tril(inverse)
    inverse += np.tril(inverse, -1).T
    if model == "ease":
        solution = -inverse / np.diag(inverse)
        np.fill_diagonal(solution, 0)
        return solution
    return np.ascontiguousarray((target.T.tocsr() @ inverse).T)


def ours(model, data, ridge):
    return llmrec.Recommender.linear(data, model=model, ridge=ridge)


def timed(call, repeat):
    best = float("inf")
    for _ in range(repeat):
        begun = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - begun)
    return best, result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=12101)
    parser.add_argument("--sessions", type=int, default=22363)
    parser.add_argument("--ridge", type=float, default=160)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--sequences")
    given = parser.parse_args()
    sessions, items = read(given.sequences) if given.sequences else (drawn(given.items, given.sessions), given.items)
    context = llmrec.Context(threads=THREADS)
    lengths = [len(row) for row in sessions]
    data = llmrec.Dataset.create(np.repeat(np.arange(len(sessions)), lengths), np.concatenate(sessions),
                                 item_table={"id": np.arange(items)}, context=context)
    index = np.array([data.find_item(str(item)) for item in range(items)])
    sessions = [index[row] for row in sessions]
    some = np.arange(0, items, max(items // 50, 1))
    for model in ("ease", "slit"):
        fast, recommender = timed(lambda: ours(model, data, given.ridge), given.repeat)
        slow, solution = timed(lambda: peer(model, sessions, items, given.ridge), given.repeat)
        scores = recommender.score((np.arange(len(some) + 1), some), np.arange(items))
        far = np.abs(scores - solution[some]).max()
        print(f"{model}: {items} items, {sum(lengths)} rows: {fast:.2f} s, {items ** 3 / fast / 1e9:.0f} GF/s; "
              f"numpy and scipy {slow:.2f} s; peer / ours {slow / fast:.2f}; largest difference {far:.1e}")


if __name__ == "__main__":
    main()
