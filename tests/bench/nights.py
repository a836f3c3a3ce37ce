# SPDX-License-Identifier: Apache-2.0
"""What a night costs: new rows and items are appended to a data set, and its recommenders are made again.

    nights.py [--file INTERACTIONS | --items 300000 --users 100000 --rows 2000000] [--new 0.01] [--dim 384] [--rounds 3] [--threads 2]

The newest share of the rows (--new) is the night's; without --file, rows are drawn at random, and the night also has this share of new items.
The item vectors are random, their table is in another order; encoding texts is not measured. The encoder is a SASRec of dim 64 with random weights: growing does not depend on
them. The best round counts, with its CPU time on all threads.
"""
import argparse
import time

import llmrec
import numpy as np


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file")
    for name, default in (("items", 300_000), ("users", 100_000), ("rows", 2_000_000), ("new", 0.01), ("dim", 384), ("rounds", 3),
                          ("threads", 2)):
        parser.add_argument(f"--{name}", type=type(default), default=default)
    return parser.parse_args()


def drawn(given):
    """Users, items and times in order of time; new items occur only in the night."""
    rng = np.random.default_rng(1)
    old, night = int(given.items * (1 - given.new)), int(given.rows * given.new)
    items = np.concatenate([rng.permutation(old)[:min(old, given.rows - night)], rng.integers(old, size=max(0, given.rows - night - old)),
                            rng.integers(old, given.items, size=night)])
    return rng.integers(given.users, size=given.rows), items, np.arange(given.rows)


def read(path):
    with llmrec.Dataset.load(path) as data:
        found = data.copy_sessions(times=True)
        users = np.repeat(np.arange(data.sessions), np.diff(found.offsets))
        order = np.argsort(found.times, kind="stable")
        return users[order], found.items[order], found.times[order]


def measured(name, rounds, make):
    times, made = [], None
    for _ in range(rounds):
        made = None  # the memory of the round before
        wall, cpu = time.perf_counter(), time.process_time()
        made = make()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    print(f"{name:40} {min(times)[0] * 1e3:10.1f} ms {min(times)[1] * 1e3:10.1f} ms CPU", flush=True)
    return made


def main():
    given = options()
    rows = read(given.file) if given.file else drawn(given)
    night = int(len(rows[0]) * given.new)
    context = llmrec.Context(threads=given.threads)
    before, new = (llmrec.Dataset.create(*(column[part] for column in rows), context=context)
                   for part in (slice(None, -night), slice(-night, None)))
    joined = measured("rows appended", given.rounds, lambda: before.append(new))
    print(f"{before.rows} + {new.rows} rows, {before.items} + {joined.items - before.items} items, dim {given.dim}, {given.threads} threads")
    values = np.random.default_rng(2).standard_normal((joined.items, given.dim), np.float32)
    ids = [joined.item_id(item) for item in np.random.default_rng(3).permutation(joined.items)]
    table = llmrec.Embedding.create(values, ids, context=context)
    aligned = measured("table aligned", given.rounds, lambda: table.align(joined))
    measured("popularity", given.rounds, lambda: llmrec.Recommender.popularity(joined))
    measured("similarity, unreduced", given.rounds, lambda: llmrec.Recommender.similarity(aligned, reduce="none"))
    measured("similarity, whitened (default)", given.rounds, lambda: llmrec.Recommender.similarity(aligned))
    encoder = llmrec.Encoder.create(before, preset="sasrec", dim=64)
    rows_of_items = llmrec.Embedding.create(values[:, :64] * 0.02, context=context)
    grown = measured("encoder grown from vectors", given.rounds, lambda: encoder.grow(joined, rows_of_items))
    measured("its recommender", given.rounds, lambda: llmrec.Recommender.encoder(grown))


if __name__ == "__main__":
    main()
