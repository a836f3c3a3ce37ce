# SPDX-License-Identifier: Apache-2.0
"""Writes a CSV of made-up interactions: user_id,item_id,timestamp with ids such as u123456 and i12345, times unsorted.

    make_interactions.py FILE [ROWS [USERS [ITEMS [SEED]]]]     default: 10,000,000 rows, 1,000,000 users, 200,000 items
"""
import sys

import numpy

BATCH = 500_000


def main(path, rows=10_000_000, users=1_000_000, items=200_000, seed=1):
    random = numpy.random.default_rng(seed)
    with open(path, "w", encoding="ascii") as out:
        out.write("user_id,item_id,timestamp\n")
        for first in range(0, rows, BATCH):
            count = min(BATCH, rows - first)
            user = random.integers(users, size=count).tolist()
            item = (items * random.random(count) ** 3).astype(numpy.int64).tolist()  # some items are much in demand
            time = random.integers(1_000_000_000, 1_700_000_000, size=count).tolist()
            out.write("".join(f"u{u},i{i},{t}\n" for u, i, t in zip(user, item, time)))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
