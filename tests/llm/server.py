# SPDX-License-Identifier: Apache-2.0
"""A server that misbehaves as a test requests: server.py [CERTIFICATE KEY]. It prints its port, and with a
certificate a second one for HTTPS, and ends when its standard input does.

A request's path begins with the behavior, "/NAME:ARGUMENT:.../v1/chat/completions"; each test has its own path. GET
/count/PATH... returns the counts of that path, one line per name and number.
"""
import base64
import collections
import gzip
import hashlib
import itertools
import json
import os
import re
import socketserver
import ssl
import struct
import sys
import threading
import time
from email.utils import formatdate

LOCK = threading.Lock()


class Tally:
    """Counts of one path."""

    def __init__(self):
        self.requests = self.finished = self.in_flight = self.most_in_flight = self.keys = self.tokens = self.rows = 0
        self.bodies = collections.Counter()
        self.answered = collections.Counter()
        self.connections = set()
        self.largest = 0

    def lines(self):
        counts = {
            "requests": self.requests,
            "bodies": len(self.bodies),
            "finished": self.finished,
            "repeated": sum(count - 1 for count in self.answered.values()),
            "most_in_flight": self.most_in_flight,
            "connections": len(self.connections),
            "keys": self.keys,
            "largest": self.largest,
            "tokens": self.tokens,
            "rows": self.rows,
        }
        return "".join(f"{name} {count}\n" for name, count in counts.items())


TALLIES = collections.defaultdict(Tally)


class Request:
    def __init__(self, connection, method, path, headers, body):
        self.connection, self.method, self.path, self.headers, self.body = connection, method, path, headers, body
        self.name, *self.arguments = path.split("/")[1].split(":")
        self.wanted = json.loads(body) if body[:1] == b"{" else {}
        self.hash = hashlib.sha256(body).hexdigest()
        self.seen = 0  # requests with this body and path, including this one

    def send(self, data):
        self.connection.wfile.write(data)
        self.connection.wfile.flush()

    def answer(self, body, status=200, headers=()):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.send(f"HTTP/1.1 {status} Reason\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body)
        if status == 200:
            with LOCK:
                tally = TALLIES[self.path]
                tally.finished += 1
                tally.answered[self.hash] += 1

    def good(self):
        """A correct answer."""
        return embeddings(self.wanted) if self.path.endswith("/embeddings") else self.reply()

    def reply(self, **how):
        return chat(self.wanted, **how) if "/chat/completions" in self.path else completion(self.wanted, **how)


def completion(wanted, samples=None, logprobs=True):
    count = wanted.get("n", 1) if samples is None else samples
    choices = []
    for i in range(count):
        choice = {"index": i, "text": f"{wanted['prompt']}/{wanted.get('seed', 0) + i}", "finish_reason": "stop"}
        if logprobs and wanted.get("logprobs"):
            choice["logprobs"] = {"tokens": ["A"], "token_logprobs": [-0.5], "text_offset": [0],
                                  "top_logprobs": [{"B": -1.5, "A": -0.5}]}
        choices.append(choice)
    return {"object": "text_completion", "choices": choices,
            "usage": {"prompt_tokens": 10, "completion_tokens": 5 * count, "total_tokens": 10 + 5 * count}}


def chat(wanted, samples=None, logprobs=True):
    text = wanted["messages"][-1]["content"]
    count = wanted.get("n", 1) if samples is None else samples
    choices = []
    for i in range(count):
        choice = {"index": i, "message": {"role": "assistant", "content": f"{text}/{wanted.get('seed', 0) + i}"},
                  "finish_reason": "stop"}
        if logprobs and wanted.get("logprobs"):
            choice["logprobs"] = {"content": [
                {"token": "A", "logprob": -0.5, "bytes": [65], "top_logprobs": [
                    {"token": "B", "logprob": -1.5, "bytes": [66]}, {"token": "A", "logprob": -0.5, "bytes": [65]}]}]}
        choices.append(choice)
    return {"object": "chat.completion", "choices": choices,
            "usage": {"prompt_tokens": 10, "completion_tokens": 5 * count, "total_tokens": 10 + 5 * count}}


def vector(text, dim=4):
    """Arbitrary numbers, equal for equal texts."""
    digest = hashlib.sha256(text.encode()).digest()
    return [byte / 64 - 2 for byte in digest[:dim]]


def embeddings(wanted, dim=4):
    texts = wanted["input"]
    data = []
    for i, text in enumerate(texts):
        values = vector(text, wanted.get("dimensions", dim))
        if wanted.get("encoding_format") == "base64":
            values = base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()
        data.append({"object": "embedding", "index": i, "embedding": values})
    return {"object": "list", "data": data, "usage": {"prompt_tokens": sum(map(len, texts)), "total_tokens": 0}}


# --- behaviors ---------------------------------------------------------------------------------------------------------


def good(request, *_):
    request.answer(request.good())


def slow(request, seconds, *_):
    time.sleep(float(seconds))
    request.answer(request.good())


def spends(request, tokens, silent="", *_):
    """Counts the tokens of the request as the library estimates them, and `tokens` for the answer. `silent`: the answer
    does not state them."""
    estimated = len(re.findall("[A-Za-z]{1,7}|[^A-Za-z ]", request.body.decode()))
    usage = {"prompt_tokens": estimated, "completion_tokens": int(tokens)}
    with LOCK:
        TALLIES[request.path].tokens += sum(usage.values())
    time.sleep(0.02)
    request.answer({**request.good(), "usage": None if silent else usage})


def status(request, code, times="1000000", *headers):
    """Answers a status `times` times to each body, then a good one; headers as "Name=value"."""
    if request.seen > int(times):
        return request.answer(request.good())
    pairs = [header.split("=", 1) for header in headers if header]
    pairs = [(name, value.replace("NOW+", "").replace("%20", " ") if not value.startswith("NOW+")
              else formatdate(time.time() + int(value[4:]), usegmt=True)) for name, value in pairs]
    request.answer({"error": {"message": f"status {code} it is", "type": "test", "code": None}}, int(code), pairs)


def quota(request, *_):
    request.answer({"error": {"message": "no money left", "code": "insufficient_quota"}}, 429)


def drip(request, seconds, *_):
    """One byte at a time, with a pause after each."""
    body = json.dumps(request.good()).encode()
    request.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    for byte in body:
        request.send(bytes([byte]))
        time.sleep(float(seconds))


def half(request, times, *_):
    """Fewer bytes than the header states, then closes the connection."""
    if request.seen > int(times):
        return request.answer(request.good())
    body = json.dumps(request.good()).encode()
    request.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
    raise ConnectionError


def unfinished(request, times, *_):
    """Half an answer, without a stated length."""
    if request.seen > int(times):
        return request.answer(request.good())
    body = json.dumps(request.good()).encode()
    request.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body[: len(body) // 2])
    raise ConnectionError


def close(request, times, *_):
    if request.seen > int(times):
        return request.answer(request.good())
    raise ConnectionError


def headers_only(request, times, *_):
    if request.seen > int(times):
        return request.answer(request.good())
    request.send(b"HTTP/1.1 200 OK\r\nContent-Type: appl")
    raise ConnectionError


def raw(request, text, *_):
    """Exactly these bytes as the body, given in hexadecimal."""
    request.answer(bytes.fromhex(text))


HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
TEXT = b'{"choices": [{"message": {"content": "%s"}}]}'
ODD = {
    "html": HEAD + b"Content-Type: text/html\r\n\r\n<html><body>It works!</body></html>",
    "empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    "bomb": HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(TEXT % (b"a" * (64 << 20)), 9),
    "nul": HEAD + b"\r\n" + TEXT % rb"one\u0000two",
    "latin": HEAD + b"\r\n" + TEXT % b"caf\xe9",
    "surrogate": HEAD + b"\r\n" + TEXT % rb"\ud83d alone",
    "pair": HEAD + b"\r\n" + TEXT % rb"\ud83d\ude00",
    "twice": HEAD + b'\r\n{"choices": 7, "choices": [{"message": {"content": "a", "content": "b"}}]}',
    "deep": HEAD + b'\r\n{"choices": ' + b"[" * 100000 + b"]" * 100000 + b"}",
    "rest": HEAD + b"\r\n" + TEXT % b"a" + b"}",
    "lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\n" + TEXT % b"a",
    "negative": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + TEXT % b"a",
    "line": b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * (1 << 20) + b"\r\n\r\n" + TEXT % b"a",
    "interim": b"HTTP/1.1 100 Continue\r\n\r\n" * 20000 + HEAD + b"\r\n" + TEXT % b"a",
    "says": b'HTTP/1.1 400 No\r\nConnection: close\r\n\r\n{"error": {"message": "no\\r\\nINFO: all\\u001b[31m is'
            b' \\u009b31m well"}}',
}


def odd(request, name, *_):
    request.send(ODD[name])
    raise ConnectionError


def chunked(request, text, times="1000000", *_):
    """Invalid bytes instead of chunks."""
    if request.seen > int(times):
        return request.answer(request.good())
    request.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + bytes.fromhex(text))
    raise ConnectionError


def noise(request, *_):
    request.send(b"\x00\xff garbage\r\n\r\n")
    raise ConnectionError


def huge(request, size, *_):
    """As many bytes as the client takes, of a JSON that never ends."""
    request.send(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n{{\"choices\": [".encode())
    block, left = b"[[[[[[[[" * 8192, int(size)
    while left > 0:
        request.send(block[:left])
        left -= len(block)


def many_headers(request, *_):
    request.send(b"HTTP/1.1 200 OK\r\n")
    for i in range(100000):
        request.send(f"X-{i}: {'y' * 1000}\r\n".encode())


def redirect(request, where, *_):
    request.answer(b"", 307, [("Location", bytes.fromhex(where).decode())])


def one_sample(request, *_):
    request.answer(request.reply(samples=1))


def refuses_n(request, *_):
    if "n" in request.wanted:
        return request.answer({"error": {"message": "n is not supported"}}, 400)
    request.answer(request.reply())


def few_logprobs(request, most, *_):
    if request.wanted.get("top_logprobs", request.wanted.get("logprobs", 0)) > int(most):
        return request.answer({"error": {"message": f"top_logprobs: at most {most}"}}, 422)
    request.answer(request.reply())


def no_logprobs(request, *_):
    request.answer(request.reply(logprobs=False))


def echo_key(request, code, *_):
    """Repeats the key, as it is and escaped."""
    key = request.headers.get("authorization", "none")
    escaped = "".join(f"\\u{ord(letter):04X}" if i % 2 else letter for i, letter in enumerate(key))
    body = f'{{"error": {{"message": "bad key {escaped} or {key}"}}, "choices": [{{"message": {{"content": "{key}"}}}}]}}'
    if code == "200":
        body = f'{{"choices": [{{"message": {{"content": "your key is {key}, {escaped}"}}}}]}}'
    request.answer(body.encode(), int(code))


def echo_body(request, *_):
    """The request's JSON as the answer's text."""
    request.answer({"choices": [{"message": {"content": request.body.decode()}}]})


def echo_headers(request, *_):
    request.answer({"choices": [{"message": {"content": json.dumps(request.headers, sort_keys=True)}}]})


def shuffled(request, *_):
    answer = request.good()
    answer["data"].reverse()
    request.answer(answer)


def edited(request, how, after="0", *_):
    """Embeddings with one error, from the request after `after` on."""
    answer = request.good()
    data = answer["data"]
    if TALLIES[request.path].requests > int(after):
        if how == "twice":
            data[-1]["index"] = 0
        elif how == "missing":
            data.pop()
        elif how == "beyond":
            data[-1]["index"] = 1000
        elif how == "nan":
            data[-1]["embedding"][1] = None
        elif how == "NaN":
            data[-1]["embedding"][1] = float("nan")
        elif how == "infinite":
            return request.answer(json.dumps(answer).replace("]}", ", 1e400]}", 1).encode())
        elif how == "wider":
            for entry in data:
                entry["embedding"].append(1.0)
        elif how == "empty":
            data[-1]["embedding"] = []
        elif how == "zero":
            data[-1]["embedding"] = [0.0] * len(data[-1]["embedding"])
        elif how == "text":
            data[-1]["embedding"] = "?" * 8
    request.answer(answer)


def at_most(request, most, code="413", *_):
    """Rejects requests with more texts."""
    if len(request.wanted["input"]) > int(most):
        return request.answer({"error": {"message": f"at most {most} inputs"}}, int(code))
    request.answer(request.good())


FILES, JOBS = collections.defaultdict(list), collections.defaultdict(dict)


def tuning(request, how="", *_):
    """Files and jobs. A job runs for three polls. `how`: "lost" creates it but loses the answer, "failing" ends
    with an error."""
    name = request.path.split("/")[1]
    rest = request.path.split("/v1/")[1].split("?")[0].split("/")
    if rest == ["files"]:
        return upload(request, name)
    if rest == ["fine_tuning", "jobs"] and request.connection.method == "GET":
        return request.answer({"data": list(reversed(JOBS[name].values()))})
    if rest == ["fine_tuning", "jobs"]:
        job = {"id": f"ftjob-{len(JOBS[name])}", "status": "validating_files", "error": {}, "fine_tuned_model": None,
               **request.wanted, "looks": 0}
        JOBS[name][job["id"]] = job
        if how == "lost":
            raise ConnectionError
        return request.answer(job)
    job = JOBS[name].get(rest[2])
    if job is None:
        return request.answer({"error": {"message": "no such job"}}, 404)
    if rest[3:] == ["cancel"]:
        job["status"] = "cancelled"
    elif job["status"] not in ("cancelled", "failed", "succeeded"):
        job["looks"] += 1
        job["status"], job["trained_tokens"] = "running", 100 * job["looks"]
        if job["looks"] >= 3 and how == "failing":
            job.update(status="failed", error={"message": "line 2 is no chat", "code": "invalid"})
        elif job["looks"] >= 3:
            job.update(status="succeeded", fine_tuned_model=f"ft:{job['model']}:{job.get('suffix', '')}")
    request.answer(job)


def is_example(row):
    """True if it is a chat that ends in an answer."""
    try:
        return json.loads(row)["messages"][-1]["role"] == "assistant"
    except (ValueError, LookupError):
        return False


def upload(request, name):
    boundary = request.headers["content-type"].split("boundary=")[1].encode()
    parts = request.body.split(b"--" + boundary)
    assert len(parts) == 4 and parts[3] == b"--\r\n", parts
    assert b'name="purpose"\r\n\r\nfine-tune\r\n' in parts[1], parts
    FILES[name].append(parts[2].split(b"\r\n\r\n", 1)[1][:-2])
    with LOCK:
        TALLIES[request.path].rows += sum(map(is_example, FILES[name][-1].splitlines()))
    request.answer({"id": f"file-{len(FILES[name])}", "bytes": len(FILES[name][-1])})


BEHAVIORS = {name.replace("_", "-"): function for name, function in list(globals().items())
              if callable(function) and name[0].islower() and getattr(function, "__module__", "") == "__main__"}


# --- the server --------------------------------------------------------------------------------------------------------


class Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    numbers = itertools.count()

    def setup(self):
        super().setup()
        self.number = next(self.numbers)

    def handle(self):
        try:
            while self.one():
                pass
        except (ConnectionError, ssl.SSLError, OSError):
            pass

    def one(self):
        line = self.rfile.readline().decode("latin-1").split()
        if len(line) < 3:
            return False
        headers = {}
        while (header := self.rfile.readline().decode("latin-1").strip()):
            name, _, value = header.partition(":")
            headers[name.strip().lower()] = value.strip()
        self.method = line[0]
        body = self.rfile.read(int(headers.get("content-length", 0)))
        if line[1].startswith("/count/"):
            self.count(line[1].removeprefix("/count"))
            return False
        self.serve(Request(self, line[0], line[1], headers, body))
        return True

    def count(self, path):
        with LOCK:
            text = TALLIES[path].lines().encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + text)

    def serve(self, request):
        with LOCK:
            tally = TALLIES[request.path]
            tally.requests += 1
            tally.in_flight += 1
            tally.most_in_flight = max(tally.most_in_flight, tally.in_flight)
            tally.connections.add(self.number)
            tally.bodies[request.hash] += 1
            tally.keys += "authorization" in request.headers
            inputs = request.wanted.get("input")
            tally.largest = max(tally.largest, len(inputs) if inputs else 0)
            request.seen = tally.bodies[request.hash]
        try:
            BEHAVIORS[request.name](request, *request.arguments)
        finally:
            with LOCK:
                tally.in_flight -= 1


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 256


class SecureServer(Server):
    context = None

    def get_request(self):
        connection, address = super().get_request()
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address


def main():
    servers = [Server(("127.0.0.1", 0), Connection)]
    if len(sys.argv) == 3:
        SecureServer.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        SecureServer.context.load_cert_chain(sys.argv[1], sys.argv[2])
        servers.append(SecureServer(("127.0.0.1", 0), Connection))
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(*(server.server_address[1] for server in servers), flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
