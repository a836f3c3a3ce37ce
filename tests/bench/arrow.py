# SPDX-License-Identifier: Apache-2.0
"""A data set from a frame of integers, in memory, and back: seconds and rows a second. polars codes and sorts the same frame.

    arrow.py [--rows 10000000] [--users 500000] [--items 50000] [--rounds 3] [--threads 2]

The best round counts. The CPU time is that of all threads; on a machine that does other work, it says more than the wall time.
"""
import argparse
import os
import time


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("rows", 10_000_000), ("users", 500_000), ("items", 50_000), ("rounds", 3), ("threads", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def best(rounds, work):
    """The least wall time, with its CPU time."""
    found = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(found)


def coded_by_polars(frame):
    import polars

    ranks = [polars.col(name).rank("dense").cast(polars.UInt32) for name in ("session_id", "item_id")]
    return frame.with_columns(*ranks).sort("session_id", "timestamp", maintain_order=True)


def main():
    given = options()
    os.environ["POLARS_MAX_THREADS"] = str(given.threads)
    import llmrec
    import numpy as np
    import polars

    rng = np.random.default_rng(1)
    frame = polars.DataFrame({"session_id": rng.integers(given.users, size=given.rows), "item_id": rng.integers(given.items, size=given.rows),
                              "timestamp": rng.integers(1_000_000_000, 1_700_000_000, size=given.rows)})
    context = llmrec.Context(threads=given.threads)
    data = llmrec.Dataset.create(frame, context=context)
    work = {"frame to data set": lambda: llmrec.Dataset.create(frame, context=context).close(),
            "data set to frame": lambda: polars.DataFrame(data.to_arrow()),
            "polars codes and sorts": lambda: coded_by_polars(frame)}
    for name, each in work.items():
        wall, cpu = best(given.rounds, each)
        print(f"{name:24} {wall:6.2f} s {given.rows / wall / 1e6:6.2f} million rows a second {1e9 * cpu / given.rows:6.0f} ns CPU a row")


if __name__ == "__main__":
    main()
