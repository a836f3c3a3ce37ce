# SPDX-License-Identifier: Apache-2.0
"""Prompt strategies of the comparison and the two examples, against a test server that prefers high numbers."""
import http.server
import json
import re
import threading

from world import HERE, INTERACTIONS, ITEM_FILE, VECTORS, item_id, load_json, run
from tap import run as run_checks

KEY = "sk-secret-of-the-test"


class Model(http.server.BaseHTTPRequestHandler):
    """Ranks a menu by the number in each name, highest first; names one item if there is no menu."""
    protocol_version = "HTTP/1.1"
    asked = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Model.asked.append((self.headers.get("Authorization"), body))
        if self.path.endswith("/embeddings"):
            data = [{"index": i, "embedding": [len(text), *text.encode()[-2:]]} for i, text in enumerate(body["input"])]
            return self.answer({"data": data, "usage": {"prompt_tokens": len(data)}})
        user = body["messages"][-1]["content"] if self.path.endswith("/chat/completions") else body["prompt"]
        menu = re.findall(r'^([A-Z]+)\. ".*?(\d+)"$', user, re.MULTILINE)
        ranked = [label for label, _ in sorted(menu, key=lambda entry: -int(entry[1]))]
        texts = [", ".join(ranked) if menu else "1. Tea no. 9\n2. Rope no. 9\n3. No such thing"] * body.get("n", 1)
        choices = [{"index": i, "message": {"role": "assistant", "content": text}, "text": text, "finish_reason": "stop"}
                   for i, text in enumerate(texts)]
        self.answer({"choices": choices, "usage": {"prompt_tokens": 10, "completion_tokens": 2}})

    def answer(self, body):
        answer = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


SERVER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
threading.Thread(target=SERVER.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{SERVER.server_port}/v1"
ON_FILES = ["--interactions", INTERACTIONS, "--items", ITEM_FILE, "--embedding", VECTORS, "--quiet", "--llm-url", URL]


def compare(*flags):
    Model.asked.clear()
    code, output, errors = run("compare", *ON_FILES, "--json", HERE / "prompts.json", *flags)
    if code != 0:
        raise AssertionError(f"{code}: {errors}")
    return load_json("prompts.json"), output, errors


def a_first_stage_stands_before_what_ranks_it():
    found, output, _ = compare("--strategies", "prompt-rank", "--sample", "8", "--show", "0")
    if [row["name"] for row in found["strategies"]] != ["similarity", "prompt-rank"]:
        yield f"rows {[row['name'] for row in found['strategies']]}"
    if found["protocol"]["evaluated_sessions"] != 8:
        yield f"{found['protocol']['evaluated_sessions']} sessions"
    baselines = {entry["strategy"]: entry["baseline"] for entry in found["comparisons"]}
    if baselines.get("prompt-rank") != "similarity":
        yield f"baselines {baselines}"
    model = found["strategies"][1]["llm"]
    if (model["requests"], model["prompt_tokens"], model["grounding"]["failed"]) != (8, 80, 0):
        yield f"model {model}"
    if model["grounding"]["exact"] != 8 * 20 or len(Model.asked) != 8:
        yield f"{model['grounding']}, {len(Model.asked)} requests"
    for fragment in ("a sample of 8", "asked of the model", "8 requests"):
        if fragment not in output:
            yield f"the output lacks {fragment!r}"


def a_first_stage_may_be_a_row_that_is_given():
    for strategies in ("prompt-rank,popularity", "popularity,prompt-rank"):
        found, _, _ = compare("--strategies", strategies, "--first-stage", "popularity", "--sample", "2", "--show", "0")
        if [row["name"] for row in found["strategies"]] != ["popularity", "prompt-rank"]:
            yield f"{strategies}: rows {[row['name'] for row in found['strategies']]}"


def every_form_makes_lists():
    found, _, _ = compare("--strategies", "popularity,prompt-rank:letters,prompt-genitem,prompt-genlist,prompt-classify",
                          "--sample", "4", "--show", "0", "--prompt-clusters", "6", "--first-stage", "popularity",
                          "--prompt-samples", "2", "--prompt-count", "3")
    for row in found["strategies"][1:]:
        if row["llm"]["first_stage"] != "popularity" or row["llm"]["grounding"]["requests"] < 4:
            yield f"{row['name']}: {row['llm']}"
        if row["llm"]["grounding"]["failed"] != 0 and row["name"] != "prompt-genitem":
            yield f"{row['name']}: {row['llm']['grounding']}"


def base_models_go_on_from_a_text():
    found, _, _ = compare("--strategies", "prompt-rank", "--sample", "3", "--show", "0", "--llm-kind", "completions",
                          "--prompt-scoring", "letters", "--prompt-alternatives", "300")
    bodies = [body for _, body in Model.asked]
    if len(bodies) != 3 or any(body["logprobs"] != 300 or not body["prompt"].endswith("Answer: (") for body in bodies):
        yield f"asked {bodies}"
    if found["strategies"][1]["llm"]["grounding"]["failed"] != 0:
        yield f"model {found['strategies'][1]['llm']}"


def a_key_goes_to_the_server_and_nowhere_else():
    key = HERE / "key"
    key.write_text(KEY + "\nanother line\n")
    journal = HERE / "journal"
    flags = ["--strategies", "prompt-rank", "--sample", "3", "--llm-key-file", key, "--llm-journal", journal]
    _, output, errors = compare(*flags)
    if {header for header, _ in Model.asked} != {"Bearer " + KEY}:
        yield f"authorization {Model.asked[0][0]}"
    if KEY in output + errors + (HERE / "prompts.json").read_text() or KEY.encode() in journal.read_bytes():
        yield "the key is in the output, the JSON or the journal"
    found, _, _ = compare(*flags)
    if Model.asked or found["strategies"][1]["llm"]["journal_hits"] < 3:
        yield f"asked {len(Model.asked)} times again, {found['strategies'][1]['llm']}"


def texts_are_embedded_by_a_server():
    key = HERE / "text-key"
    key.write_text(KEY)
    files = ["--interactions", INTERACTIONS, "--items", ITEM_FILE, "--text-url", URL, "--text-key-file", key,
             "--text-model", "embedder", "--cache-directory", HERE / "embedded", "--json", HERE / "embedded.json"]
    Model.asked.clear()
    code, output, errors = run("compare", *files)
    if code != 0 or f" from {URL}" not in output or " requests, " not in output:
        yield f"{code}: {output} {errors}"
    if {(header, body["model"]) for header, body in Model.asked} != {("Bearer " + KEY, "embedder")}:
        yield f"asked {Model.asked}"
    vectors = load_json("embedded.json")["protocol"]["vectors"]
    if (vectors["dim"], vectors["text_url"]) != (3, URL):
        yield f"vectors {vectors}"
    asked = len(Model.asked)
    run("compare", *files)
    if len(Model.asked) > asked + 1:
        yield f"{len(Model.asked) - asked} requests for what is in the cache"


def wrong_flags_are_told():
    for flags, fragments in ((["--strategies", "prompt-rank:best"], ["prompt-rank:best", "llmrank"]),
                             (["--strategies", "prompt-rank", "--first-stage", "prompt-genlist"], ["--first-stage"]),
                             (["--strategies", "prompt-rank", "--prompt-scoring", "dice"], ["--prompt-scoring", "letters"])):
        code, _, errors = run("compare", *ON_FILES, *flags)
        if code != 2 or any(fragment not in errors for fragment in fragments):
            yield f"{flags}: {code}, {errors}"
    code, _, errors = run("compare", *ON_FILES[:-2], "--strategies", "prompt-rank")
    if code != 2 or "--llm-url" not in errors:
        yield f"without a URL: {code}, {errors}"
    code, _, errors = run("compare", *ON_FILES, "--strategies", "prompt-rank", "--llm-key-file", HERE / "nowhere")
    if code != 1 or "--llm-key-file" not in errors:
        yield f"without a key file: {code}, {errors}"


def one_session_is_ranked():
    code, output, errors = run("rerank", URL, INTERACTIONS, ITEM_FILE, item_id(1), item_id(5))
    if code != 0 or "ranked by the model" not in output or "1 requests" not in output:
        yield f"{code}: {output} {errors}"
    ranked = [int(number) for number in re.findall(r"no\. (\d+)", output.split("ranked by the model")[1])]
    if len(ranked) != 10 or ranked != sorted(ranked, reverse=True):
        yield f"ranked {ranked}"


def a_function_is_the_model():
    code, output, errors = run("host_model", INTERACTIONS, ITEM_FILE, item_id(1), item_id(5))
    if code != 0 or output.count("</candidates>") != 1 or "answer: " not in output:
        yield f"{code}: {output} {errors}"
    titles = re.findall(r"^\d\. (.*)$", output, re.MULTILINE)
    if len(titles) != 5 or [len(title) for title in titles] != sorted(len(title) for title in titles):
        yield f"titles {titles}"


run_checks(
    a_first_stage_stands_before_what_ranks_it,
    a_first_stage_may_be_a_row_that_is_given,
    every_form_makes_lists,
    base_models_go_on_from_a_text,
    a_key_goes_to_the_server_and_nowhere_else,
    texts_are_embedded_by_a_server,
    wrong_flags_are_told,
    one_session_is_ranked,
    a_function_is_the_model,
)
