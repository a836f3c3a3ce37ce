# SPDX-License-Identifier: Apache-2.0
"""Training of BERT4Rec beside a peer in PyTorch: the same file and network, two threads, by turns, the best epoch of each.

    training.py --file SEQUENCES [--peer PROGRAM.py] [--epochs 2] [--rounds 2] [--peak GFLOPS] [--validate]

FILE has a session a line, items in time order. The peer takes the file and --epochs, and with --sort makes batches of
similar length; it prints lines "epoch N ... X seq/s". Printed: sequences a second and their ratio; what an epoch's products
would take at the machine's peak (measured here in numpy's own products on one thread, times the threads, unless --peak is
given), and the share of it that was reached; peak memory of both.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import time

THREADS = 2
WIDTH, LAYERS, MASK, LENGTH = 64, 2, 0.2, 50
HERE = pathlib.Path(__file__).resolve().parent
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
    blocks = tokens * LAYERS * 12 * WIDTH * WIDTH
    return 6.0 * (blocks + labels * (WIDTH * WIDTH + len(items) * WIDTH))


def run(command, pattern):
    """The greatest number that `pattern` finds in what the command prints, and its peak memory."""
    output = subprocess.run([sys.executable, "-c", MEASURE, *map(str, command)], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    return max(map(float, re.findall(pattern, output))), float(re.findall(r"peak MB (\d+)", output)[-1])


def machine_peak():
    import os
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    output = subprocess.run([sys.executable, "-c", PEAK], check=True, text=True, stdout=subprocess.PIPE,
                            env=environment).stdout
    return float(output)


def validate(arguments):
    """Seconds of training to each validation figure, exact and sampled."""
    for loss, name in enumerate(["softmax", "sampled softmax", "gBCE"]):
        begun = time.perf_counter()
        output = subprocess.run([PROGRAM, arguments.file, str(THREADS), str(arguments.epochs), str(loss), "validate"],
                                check=True, text=True, stdout=subprocess.PIPE).stdout
        print(f"{name}: {time.perf_counter() - begun:.1f} s in all\n{output}", end="")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", required=True)
    parser.add_argument("--peer")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peak", type=float, help="GFLOP/s of one core")
    parser.add_argument("--validate", action="store_true")
    arguments = parser.parse_args()
    if arguments.validate:
        return validate(arguments)
    ours = [PROGRAM, arguments.file, THREADS, arguments.epochs, 0]
    runs = {"ours": (ours, r"sequences/s (\d+)")}
    runs["ours, sampled softmax"] = (ours[:-1] + [1], r"sequences/s (\d+)")
    if arguments.peer:
        peer = [sys.executable, arguments.peer, arguments.file, "--epochs", arguments.epochs]
        runs["peer --sort"] = (peer + ["--sort"], r"(\d+) seq/s")
        runs["peer"] = (peer, r"(\d+) seq/s")
    best, memory, peak = dict.fromkeys(runs, 0.0), dict.fromkeys(runs, 0.0), 0.0
    for _ in range(arguments.rounds):
        peak = arguments.peak or max(peak, machine_peak())
        for name, (command, pattern) in runs.items():
            speed, megabytes = run(command, pattern)
            best[name], memory[name] = max(best[name], speed), max(memory[name], megabytes)
    for name in runs:
        print(f"{name:22} {best[name]:8.0f} sequences/s {best['ours'] / best[name]:6.2f} x {memory[name]:6.0f} MB")
    work = epoch_flops(arguments.file)
    sequences = sum(1 for line in open(arguments.file) if len(line.split()) > 2)
    limit = sequences / (work / (peak * 1e9 * THREADS))
    print(f"limit: {work * 1e-9:.0f} GFLOP an epoch at {peak:.0f} GFLOP/s a core: {limit:.0f} sequences/s; "
          f"reached {best['ours'] / limit:.2f} of it")


main()
