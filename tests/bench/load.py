# SPDX-License-Identifier: Apache-2.0
"""Loading a CSV of interactions compared with polars and pandas: read, ids to codes, stable sort by (session, time,
row).

    load.py [FILE] [--rows 10000000] [--users 1000000] [--items 200000] [--rounds 3] [--threads 2] [--dates]

Without FILE it first writes a file of synthetic interactions (ids such as u123456 and i12345, times unsorted). --dates:
times are ISO 8601 dates (2024-03-01T10:00:00) instead of seconds.
Every load is a separate process, in alternation. The best time of each counts; memory is the process's peak minus
its memory before the load. Ours and pandas' must give the same rows in the same order.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib

ENGINES = ["ours", "polars", "pandas"]
BATCH = 500_000


def write_interactions(path, rows, users, items, dates, seed=1):
    import numpy as np

    rng = np.random.default_rng(seed)
    with open(path, "w", encoding="ascii") as out:
        out.write("user_id,item_id,timestamp\n")
        for first in range(0, rows, BATCH):
            count = min(BATCH, rows - first)
            user = rng.integers(users, size=count).tolist()
            item = (items * rng.random(count) ** 3).astype(np.int64).tolist()  # a few popular items
            when = rng.integers(1_000_000_000, 1_700_000_000, size=count)
            texts = (when.astype("datetime64[s]").astype(str) if dates else when).tolist()
            out.write("".join(f"u{u},i{i},{t}\n" for u, i, t in zip(user, item, texts)))


# --- one load, in a separate process -----------------------------------------------------------------------------


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def kept_bytes(sessions, items, rows, id_bytes):
    """Items, times, session offsets; id texts, their offsets, and hash tables with two to three times as many slots
    as ids."""
    ids = id_bytes + 4 * (sessions + items) + sum(4 * (1 << (n * 3 // 2 - 1).bit_length()) for n in (sessions, items))
    return 12 * rows + 8 * sessions + ids


def seconds(times):
    return times.astype("datetime64[s]" if times.dtype.kind == "M" else "int64").astype("int64")


def load_ours(path, threads, dates):
    import llmrec

    context = llmrec.Context(threads=threads)
    yield
    yield llmrec.Dataset.load(path, context=context)


def digest_ours(dataset):
    import numpy as np

    found = dataset.copy_sessions(times=True)
    id_bytes = sum(len(str(dataset.item_id(i))) for i in range(dataset.items))
    id_bytes += dataset.sessions * len(str(dataset.session_id(dataset.sessions // 2)))
    return {
        "digest": zlib.crc32(np.asarray(found.items, np.int32)) ^ zlib.crc32(seconds(found.times)),
        "kept": kept_bytes(dataset.sessions, dataset.items, dataset.rows, id_bytes),
    }


def load_polars(path, threads, dates):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    yield
    frame = polars.read_csv(path, try_parse_dates=dates)
    codes = frame.with_columns(polars.col("user_id", "item_id").cast(polars.Categorical).to_physical())
    yield codes.sort("user_id", "timestamp", maintain_order=True)


def load_pandas(path, threads, dates):
    import numpy as np
    import pandas

    yield
    frame = pandas.read_csv(path, parse_dates=["timestamp"] if dates else False)
    users, _ = pandas.factorize(frame["user_id"])
    items, _ = pandas.factorize(frame["item_id"])
    times = frame["timestamp"].to_numpy()
    order = np.lexsort((times, users))
    yield users[order], items[order], times[order]


def digest_pandas(sorted_rows):
    import numpy as np

    _, items, times = sorted_rows
    return {"digest": zlib.crc32(items.astype(np.int32)) ^ zlib.crc32(seconds(times))}


def run_child(engine, path, threads, dates):
    steps = globals()[f"load_{engine}"](path, threads, dates)
    next(steps)
    before, begun = resident(), time.perf_counter()
    result = next(steps)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    digest = globals().get(f"digest_{engine}")
    print(json.dumps({"seconds": seconds, "peak": peak, **(digest(result) if digest else {})}))


# --- the table ---------------------------------------------------------------------------------------------------


def run(engine, path, threads, dates):
    command = [sys.executable, __file__, path, "--child", engine, "--threads", str(threads), *["--dates"] * dates]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(path, threads, rounds, dates):
    runs = {engine: [] for engine in ENGINES}
    for _ in range(rounds):
        for engine in ENGINES:
            runs[engine].append(run(engine, path, threads, dates))
    best = {engine: min(found, key=lambda one: one["seconds"]) for engine, found in runs.items()}
    ours = best["ours"]
    assert ours["digest"] == best["pandas"]["digest"], "rows or their order differ from those of pandas"
    print(f"{'':8} {'seconds':>8} {'x ours':>7} {'MB/s':>6} {'peak MB':>8} {'peak / kept':>12}")
    for engine, one in best.items():
        speed = os.path.getsize(path) / one["seconds"] / 1e6
        ratio = f"{one['peak'] / ours['kept']:12.2f}"
        print(f"{engine:8} {one['seconds']:8.2f} {one['seconds'] / ours['seconds']:7.2f} {speed:6.0f} "
              f"{one['peak'] / 1e6:8.0f} {ratio}")
    print(f"ours keeps {ours['kept'] / 1e6:.0f} MB; {threads} threads, best of {rounds}, {os.path.getsize(path) / 1e6:.0f} MB file")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dates", action="store_true")
    parser.add_argument("--child", choices=ENGINES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        return run_child(given.child, given.file, given.threads, given.dates)
    if given.file:
        return compare(given.file, given.threads, given.rounds, given.dates)
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "interactions.csv")
        write_interactions(path, given.rows, given.users, given.items, given.dates)
        compare(path, given.threads, given.rounds, given.dates)


if __name__ == "__main__":
    main()
