# SPDX-License-Identifier: Apache-2.0
"""Chat models and encoders behind endpoints, against the tests' own server; Python functions as the model."""
import json
import pathlib
import subprocess
import sys

import llmrec
import numpy as np
import pytest

SERVER = pathlib.Path(__file__).resolve().parent.parent / "llm" / "server.py"
KEY = "sk-python-0123456789"

needs_http = pytest.mark.skipif(not llmrec.supports("http"), reason="built without HTTP")


@pytest.fixture(scope="module")
def server():
    """The base URL; the server's behavior follows it."""
    with subprocess.Popen([sys.executable, "-B", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        port = int(process.stdout.readline().split()[0])
        yield lambda what: f"http://127.0.0.1:{port}/{what}/v1"
        process.stdin.close()


@needs_http
def test_prompts_are_answered_in_their_order(server, tmp_path):
    met = []
    for attempts in (30, 0):
        llm = llmrec.Llm.endpoint(server("good:python"), "m", key=KEY, journal=tmp_path / "journal", concurrency=4,
                                  prompt_price=1.0)
        replies = llm.chat([f"prompt {i}" for i in range(30)], progress=met.append, temperature=0.0)
        assert [reply.text for reply in replies] == [f"prompt {i}/0" for i in range(30)]
        assert replies[0].finishes == ["stop"] and replies[0].tokens == [[]] and replies[0].error is None
        assert llm.usage.attempts == attempts and llm.usage.journal_hits == 30 - attempts
    assert met[-1].unit == "requests" and met[-1].done == met[-1].total == 30
    assert llm.usage.cost == 0 and KEY.encode() not in (tmp_path / "journal").read_bytes()
    with pytest.raises(TypeError, match="wanted a sequence"):
        llm.chat("one prompt")


@needs_http
def test_every_option_reaches_the_server(server):
    llm = llmrec.Llm.endpoint(server("echo-body"), "m", body={"think": False}, headers={"X-A": "b"})
    body = json.loads(llm.ask(
        [{"role": "system", "content": "brief, größer"}, {"role": "user", "content": "hello"}], temperature=0.25,
        top_p=0.5, max_tokens=7, seed=3, stop=["###", "\n"], json_schema={"type": "object"}, grammar="root ::= [a]",
        top_logprobs=5))
    assert body == {
        "model": "m", "messages": [{"role": "system", "content": "brief, größer"}, {"role": "user", "content": "hello"}],
        "temperature": 0.25, "top_p": 0.5, "max_tokens": 7, "seed": 3, "stop": ["###", "\n"],
        "response_format": {"type": "json_schema",
                            "json_schema": {"name": "answer", "strict": True, "schema": {"type": "object"}}},
        "grammar": "root ::= [a]", "logprobs": True, "top_logprobs": 5, "think": False}
    assert json.loads(llm.ask("plain")) == {"model": "m", "messages": [{"role": "user", "content": "plain"}],
                                            "think": False}


@needs_http
def test_a_base_model_completes_a_text(server):
    llm = llmrec.Llm.endpoint(server("echo-body:completions"), "m", kind="completions")
    body = json.loads(llm.ask([{"role": "system", "content": "one"}, {"role": "user", "content": "two"}], max_tokens=1,
                              top_logprobs=100))
    assert body == {"model": "m", "prompt": "one\n\ntwo", "max_tokens": 1, "logprobs": 100}
    with pytest.raises(llmrec.ArgumentError, match="chat, completions"):
        llmrec.Llm.endpoint(server("good"), kind="telegraph")


@needs_http
def test_samples_and_alternatives(server):
    llm = llmrec.Llm.endpoint(server("one-sample:python"))
    reply, = llm.chat(["s"], samples=3, seed=1)
    assert reply.texts == ["s/1", "s/2", "s/3"]
    reply, = llmrec.Llm.endpoint(server("good:python-logprobs")).chat(["x"], top_logprobs=2)
    assert reply.tokens == [[llmrec.Token(["A", "B"], [-0.5, -1.5])]]


@needs_http
def test_a_failure_is_the_requests_own(server):
    llm = llmrec.Llm.endpoint(server("status:401"), key=KEY)
    reply, = llm.chat(["x"])
    assert reply.texts == [] and "status 401" in reply.error and KEY not in reply.error
    with pytest.raises(RuntimeError, match="status 401"):
        llm.ask("x")
    assert llm.usage.failures == 2
    with pytest.raises(llmrec.ArgumentError, match="url is"):
        llmrec.Llm.endpoint("nowhere")
    with pytest.raises(llmrec.ArgumentError, match="temperature is -1"):
        llm.ask("x", temperature=-1.0)


def test_a_function_is_a_model():
    seen = []

    def complete(request):
        seen.append(request)
        return [f"{request.messages[-1]['content']} {i}" for i in range(request.samples)]

    llm = llmrec.Llm.function(complete)
    replies = llm.chat(["one", "two"], samples=2, temperature=0.5, stop=["."], seed=9)
    assert [reply.texts for reply in replies] == [["one 0", "one 1"], ["two 0", "two 1"]]
    assert seen[1] == llmrec.ChatRequest([{"role": "user", "content": "two"}], 2, 0.5, None, None, 9, ["."], None, None, 0)
    assert llm.usage.requests == 2
    assert llmrec.Llm.function(lambda request: "größer \ud800").ask("x") == "größer ?"


def test_a_function_tells_alternatives():
    tokens = [{"B": -2.0, "A": -0.5}, llmrec.Token(["c"], [-1.0])]
    for given, count in ((tokens[0], 1), (tokens[:1], 1), (tokens, 2), ([], 0), (None, 0)):
        reply, = llmrec.Llm.function(lambda request: {"text": "Ac", "alternatives": given}).chat(["x"], top_logprobs=2)
        assert reply.texts == ["Ac"]
        assert reply.tokens == [[llmrec.Token(["A", "B"], [-0.5, -2.0]), llmrec.Token(["c"], [-1.0])][:count]]
    two = llmrec.Llm.function(lambda request: ["plain", {"text": "told", "alternatives": tokens[1]}])
    assert two.chat(["x"], samples=2)[0].tokens == [[], [tokens[1]]]
    for wrong, why in (({"txt": "A"}, "a mapping with"), ({"text": "A", "alternatives": [3]}, "gave int for a token"),
                       ({"text": None}, "gave NoneType for a text"),
                       ({"text": "A", "alternatives": llmrec.Token(["A"], [])}, "1 alternatives and 0 logarithms")):
        with pytest.raises(TypeError, match=why):
            llmrec.Llm.function(lambda request: wrong).ask("x")
    with pytest.raises(llmrec.ArgumentError, match="is NaN"):
        llmrec.Llm.function(lambda request: {"text": "A", "alternatives": {"A": float("nan")}}).ask("x")


def test_a_function_may_take_batches():
    sizes = []

    def complete(requests):
        sizes.append(len(requests))
        return [request.messages[0]["content"].upper() for request in requests]

    llm = llmrec.Llm.function(complete, batch=4)
    assert [reply.text for reply in llm.chat(list("abcdefghi"))] == list("ABCDEFGHI")
    assert sizes == [4, 4, 1]


def test_what_a_function_raises_comes_out():
    def complete(request):
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        llmrec.Llm.function(complete).ask("x")
    with pytest.raises(TypeError, match="gave int for a text"):
        llmrec.Llm.function(lambda request: [1]).ask("x")
    with pytest.raises(TypeError, match="no list of 1 answers"):
        llmrec.Llm.function(lambda requests: [], batch=3).ask("x")
    with pytest.raises(llmrec.ArgumentError, match="samples already"):
        llmrec.Llm.function(lambda request: ["a", "b"]).ask("x")


@needs_http
def test_an_endpoint_encodes_texts(server, tmp_path, dataset):
    encoder = llmrec.TextEncoder.endpoint(server("shuffled:python"), "m", batch=4, journal=tmp_path / "journal")
    assert encoder.dim == 4
    vectors = encoder.encode([f"text {i}" for i in range(10)])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert encoder.usage.attempts == 4
    other = llmrec.TextEncoder.endpoint(server("good:python"), "m", journal=tmp_path / "journal")
    assert np.array_equal(other.encode([f"text {i}" for i in range(10)]), vectors) and other.usage.attempts == 0
    table = encoder.encode_items(dataset, cache_directory=tmp_path)
    assert table.rows == dataset.items
    with pytest.raises(llmrec.UnsupportedError):
        encoder.tokenize("x")
    with pytest.raises(llmrec.ShapeError, match="5 numbers; wanted 4"):
        llmrec.TextEncoder.endpoint(server("edited:wider:1"), "m").encode(["x"])


@needs_http
def test_a_wrong_option_is_told(server):
    with pytest.raises(TypeError, match="unknown option 'patience'"):
        llmrec.Llm.endpoint(server("good"), patience=1)
    with pytest.raises(llmrec.ArgumentError, match=r"headers\[0\]"):
        llmrec.Llm.endpoint(server("good"), headers=["nonsense"])


@needs_http
def test_a_fine_tuning_job_is_followed(server, tmp_path):
    (tmp_path / "train.jsonl").write_text('{"messages": []}\n')
    start = (server("tuning:python"), "base", tmp_path / "train.jsonl", tmp_path / "job.json")
    with llmrec.FineTuning.start(*start, suffix="shop", epochs=1) as job:
        assert job.look().phase == "running"
    with llmrec.FineTuning.start(*start, suffix="shop", epochs=1) as job:
        done = job.follow(0.02)
        assert done == llmrec.FineTuningState("succeeded", "ftjob-0", "succeeded", "ft:base:shop", "", 300)
        assert job.cancel().phase == "canceled"
    with pytest.raises(llmrec.ShapeError, match="other examples or options"):
        llmrec.FineTuning.start(*start, epochs=2)


@needs_http
def test_passwords_in_urls_and_proxies_are_not_told():
    for url in ("ftp://me:hunter2@host/v1", "me:hunter2@host", "http://me:hunter2@host/v1", "http://host/v1#hunter2"):
        with pytest.raises(llmrec.ArgumentError) as raised:
            llmrec.Llm.endpoint(url, "m")
        assert "url" in str(raised.value) and "hunter2" not in str(raised.value)
    for proxy in ("bad://me:hunter2@host:1", "http://me:hunter2@host:99999999", "http://me:hunter2@:1"):
        with pytest.raises((llmrec.LlmrecError, RuntimeError)) as raised:
            llmrec.Llm.endpoint("http://127.0.0.1:1/v1", "m", proxy=proxy, attempts=1).ask("hello")
        assert "hunter2" not in str(raised.value)
