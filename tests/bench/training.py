# SPDX-License-Identifier: Apache-2.0
"""Training of BERT4Rec compared with PyTorch: the same file and network, two threads, in alternation, the best
epoch of each; and the median time of recommendations for sessions of 10 items.

    training.py [--file SEQUENCES] [--peer PROGRAM.py] [--epochs 2] [--rounds 2] [--peak GFLOPS] [--validate]

FILE has a session per line, items 1, 2, ... in time order. Without it a file of the size and shape of Amazon Beauty
(22,363 sequences, 12,101 items) is generated. The peer, by default peers/bert4rec.py, takes the file and --epochs;
with --sort it makes batches of similar length. Prints sequences per second and their ratio; the time of an epoch's
products at the machine's peak (measured with numpy's products on one thread, times the threads, unless --peak is
given), with all blocks counted for all tokens, and the fraction of the peak reached; peak memory; milliseconds for
one session and for 256.
"""
import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

THREADS = 2
DIM, LAYERS, MASK, LENGTH = 64, 2, 0.2, 50
HERE = pathlib.Path(__file__).resolve().parent
PEER = HERE / "peers" / "bert4rec.py"
BEAUTY = 22363, 12101  # sequences, items
SESSIONS = 1, 256
PROGRAM = HERE.parent.parent / "build" / "tests" / "bench" / "bench_training"
MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print("peak MB %.0f" % (resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))
sys.exit(code)
"""
PEAK = """
import numpy, time
a = numpy.ones((1536, 1536), numpy.float32)
best = 1e9
for _ in range(8):
    begun = time.perf_counter()
    a @ a
    best = min(best, time.perf_counter() - begun)
print(2 * 1536 ** 3 / best * 1e-9)
"""


def epoch_flops(path):
    """Multiplications and additions of an epoch's products, forward and backward: blocks and loss."""
    tokens = labels = 0
    items = set()
    for line in open(path):
        row = line.split()
        items.update(row)
        length = min(max(len(row) - 2, 0), LENGTH)
        tokens += length
        labels += max(MASK * length, 1) if length else 0
    blocks = tokens * LAYERS * 12 * DIM * DIM
    return 6.0 * (blocks + labels * (DIM * DIM + len(items) * DIM))


def make_up(path):
    """Sequences of 5 or more items, 8.9 on average, with a few popular items."""
    draw = random.Random(1)
    sequences, items = BEAUTY
    with open(path, "w", encoding="ascii") as out:
        for row in range(sequences):
            length = min(5 + int(draw.expovariate(1 / 4.4)), 200)
            first = row % items + 1  # every item occurs
            print(first, *(int(items * draw.random() ** 2.5) + 1 for _ in range(length - 1)), file=out)


def run(command):
    """What a program prints about itself: the best epoch, peak memory, milliseconds per number of sessions."""
    output = subprocess.run([sys.executable, "-c", MEASURE, *map(str, command)], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    figures = {"speed": max(map(float, re.findall(r"(\d+) seq/s", output) + re.findall(r"sequences/s (\d+)", output))),
               "memory": float(re.findall(r"peak MB (\d+)", output)[-1])}
    for sessions, milliseconds in re.findall(r"sessions (\d+) milliseconds ([0-9.]+)", output):
        figures[int(sessions)] = float(milliseconds)
    return figures


def machine_peak():
    import os
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    output = subprocess.run([sys.executable, "-c", PEAK], check=True, text=True, stdout=subprocess.PIPE,
                            env=environment).stdout
    return float(output)


def validate(arguments):
    """Seconds of training until each validation NDCG, for the exact and the sampled losses."""
    for loss, name in enumerate(["softmax", "sampled softmax", "gBCE"]):
        begun = time.perf_counter()
        output = subprocess.run([PROGRAM, arguments.file, str(THREADS), str(arguments.epochs), str(loss), "validate"],
                                check=True, text=True, stdout=subprocess.PIPE).stdout
        print(f"{name}: {time.perf_counter() - begun:.1f} s in all\n{output}", end="")


def best_of(runs, rounds):
    """The best of each value over the rounds; the programs alternate."""
    best = {name: {} for name in runs}
    for _ in range(rounds):
        for name, command in runs.items():
            for figure, value in run(command).items():
                choose = max if figure in ("speed", "memory") else min
                best[name][figure] = choose(value, best[name].get(figure, value))
    return best


def measure(arguments):
    ours = [PROGRAM, arguments.file, THREADS, arguments.epochs]
    peer = [sys.executable, arguments.peer, arguments.file, "--epochs", arguments.epochs]
    runs = {"ours": ours + [0], "ours, sampled softmax": ours + [1], "peer --sort": peer + ["--sort"], "peer": peer}
    peak = arguments.peak or machine_peak()
    best = best_of(runs, arguments.rounds)
    mine = best["ours"]
    print(f"{'':22} {'sequences/s':>11} {'ours/it':>8} {'peak MB':>8}" + "".join(f" {f'ms for {n}':>11}" for n in SESSIONS))
    for name, figures in best.items():
        times = "".join(f" {figures[n]:11.3f}" if n in figures else f" {'':11}" for n in SESSIONS)
        print(f"{name:22} {figures['speed']:11.0f} {mine['speed'] / figures['speed']:8.2f} {figures['memory']:8.0f}{times}")
    work = epoch_flops(arguments.file)
    sequences = sum(1 for line in open(arguments.file) if len(line.split()) > 2)
    limit = sequences / (work / (peak * 1e9 * THREADS))
    print(f"limit: {work * 1e-9:.0f} GFLOP an epoch at {peak:.0f} GFLOP/s a core: {limit:.0f} sequences/s; "
          f"reached {mine['speed'] / limit:.2f} of it")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file")
    parser.add_argument("--peer", default=PEER)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peak", type=float, help="GFLOP/s of one core")
    parser.add_argument("--validate", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.file is None:
            arguments.file = pathlib.Path(folder) / "sequences.txt"
            make_up(arguments.file)
        if arguments.validate:
            validate(arguments)
        else:
            measure(arguments)


main()
