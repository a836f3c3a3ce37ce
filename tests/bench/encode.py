# SPDX-License-Identifier: Apache-2.0
"""Text encoding compared with sentence-transformers: the same weights and texts, two threads each, in alternation.

    encode.py [--model DIRECTORY] [--texts FILE] [--column NAME] [--count N] [--rounds N] [--all]

Texts are a column of a tab-separated file, by default MovieLens titles. Each round encodes the first N texts with
one library and then with the other; the shortest time of each counts. --all compares tokens and vectors of the
whole file once. The limit is the speed of the BLAS on the model's own products with both threads.
"""
import argparse
import concurrent.futures
import ctypes
import os
import pathlib
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import llmrec
import numpy
import torch
from sentence_transformers import SentenceTransformer

THREADS = 2
PARTS = pathlib.Path(__file__).resolve().parents[2] / "build/parts"


def read_texts(path, column):
    lines = pathlib.Path(path).read_text(encoding="utf-8").split("\n")
    place = [name.split(":")[0] for name in lines[0].split("\t")].index(column)
    return [line.split("\t")[place] for line in lines[1:] if line]


def seconds(run):
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def flops_per_token(config):
    dim, inner = config.hidden_size, config.intermediate_size
    return 2 * config.num_hidden_layers * (4 * dim * dim + 2 * dim * inner)


def our_blas():
    """The BLAS that the library has loaded, not the one of numpy or torch."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line and "-packages" not in line}
    return ctypes.CDLL(min(paths))


def gemm_rate(config, rows=512):
    """Floating-point operations per second in products of the model's shapes, all threads at once, best of several
    runs."""
    dim, inner = config.hidden_size, config.intermediate_size
    shapes = [(dim, 3 * dim), (dim, dim), (dim, inner), (inner, dim)]
    sgemm, number = our_blas().cblas_sgemm, ctypes.c_float

    def products(data):
        for x, weights, out in data:
            (i, o) = x.shape[1], out.shape[1]
            sgemm(101, 111, 112, rows, o, i, number(1), x.ctypes.data_as(ctypes.c_void_p), i,
                  weights.ctypes.data_as(ctypes.c_void_p), i, number(0), out.ctypes.data_as(ctypes.c_void_p), o)

    def operands():
        return [[numpy.ones(shape, numpy.float32) for shape in ((rows, i), (o, i), (rows, o))] for i, o in shapes]

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        data = [operands() for _ in range(THREADS)]
        best = min(seconds(lambda: list(pool.map(products, data))) for _ in range(40))
    return sum(2 * THREADS * rows * i * o for i, o in shapes) / best


def differing_tokens(ours, theirs, texts):
    return sum(ours.tokenize(text).tolist() != theirs.preprocess([text])["input_ids"][0].tolist() for text in texts)


def least_cosine(a, b):
    product = (a.astype(numpy.float64) * b).sum(1)
    return (product / numpy.linalg.norm(a, axis=1) / numpy.linalg.norm(b, axis=1)).min()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default=PARTS / "all-MiniLM-L6-v2")
    parser.add_argument("--texts", default=PARTS / "ml-100k/ml-100k.item")
    parser.add_argument("--column", default="movie_title")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(THREADS)
    texts = read_texts(given.texts, given.column)
    ours = llmrec.TextEncoder.load(given.model, context=llmrec.Context(threads=THREADS))
    theirs = SentenceTransformer(str(given.model), device="cpu")
    theirs.tokenizer.split_special_tokens = True
    some = texts[: given.count]
    tokens = sum(len(ours.tokenize(text)) for text in some)
    best = [float("inf"), float("inf")]
    ours.encode(some[:64]), theirs.encode(some[:64])
    for _ in range(given.rounds):
        best[0] = min(best[0], seconds(lambda: ours.encode(some)))
        best[1] = min(best[1], seconds(lambda: theirs.encode(some)))
    config = theirs[0].auto_model.config
    limit = gemm_rate(config) / flops_per_token(config)
    compared = texts if given.all else some
    print(f"texts                {len(some)} with {tokens} tokens")
    for name, took in zip(("llmrec", "sentence-transformers"), best):
        print(f"{name:20} {len(some) / took:.0f} texts/s, {tokens / took:.0f} tokens/s")
    print(f"peer / ours          {best[1] / best[0]:.2f}")
    print(f"measured / limit     {tokens / best[0] / limit:.2f} of {limit:.0f} tokens/s (matrix products alone)")
    print(f"least cosine         {least_cosine(ours.encode(compared), theirs.encode(compared)):.8f} of {len(compared)}")
    print(f"tokens that differ   in {differing_tokens(ours, theirs, compared)} of {len(compared)} texts")


if __name__ == "__main__":
    main()
