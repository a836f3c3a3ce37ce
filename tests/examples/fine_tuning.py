# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning as a user does it: write the data, start the job, follow it, cancel it."""
import json
import subprocess
import sys

from world import HERE, INTERACTIONS, ITEM_FILE, ROOT, SESSIONS, VECTORS, run
from tap import run as run_checks

KEY = "sk-secret-of-the-test"
DATA = ROOT / "tests" / "data"
SERVER = subprocess.Popen([sys.executable, "-B", ROOT / "tests" / "llm" / "server.py", DATA / "tls_certificate.pem",
                           DATA / "tls_key.pem"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
PORT = SERVER.stdout.readline().split()[0]
FILES = HERE / "train.jsonl", HERE / "validation.jsonl"
SHOP = INTERACTIONS, ITEM_FILE


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def job(command, *flags, server="tuning:example", state="job.json"):
    (HERE / "key").write_text(KEY + "\n")
    return run("fine_tune", command, "--llm-url", f"http://127.0.0.1:{PORT}/{server}/v1", "--llm-model", "base",
               "--llm-key-file", HERE / "key", "--suffix", "shop", *flags, HERE / state, *FILES)


def examples_are_written():
    code, output, errors = run("fine_tune", "write", "--noun", "thing", "--price", "2", "--epochs", "3", *SHOP, *FILES)
    training, validation = map(rows, FILES)
    written = len(training) + len(validation)
    if code != 0 or not SESSIONS // 2 < written <= SESSIONS or len(validation) != round(written / 5):
        yield f"{code}: {len(training)} + {len(validation)} rows: {output}{errors}"
    if "epochs at 2 a million tokens" not in output or f"train.jsonl: {len(training)} rows" not in output:
        yield output
    if "Suggest one thing" not in training[0]["messages"][0]["content"]:
        yield training[0]


def every_preset_and_format_makes_rows():
    path = HERE / "some.jsonl"
    for words, member in ((["--preset", "harte2023", "--format", "completion"], "completion"),
                          (["--preset", "boz2024-rank", "--vectors", VECTORS, "--split", "all"], "messages"),
                          (["--preset", "boz2024-genlist", "--format", "input-output", "--rows", "5"], "output_text")):
        code, output, errors = run("fine_tune", "write", *words, *SHOP, path)
        if code != 0 or member not in rows(path)[0]:
            yield f"{words}: {code}, {output}{errors}"
    if len(rows(path)) != 5:
        yield f"{len(rows(path))} rows"


def a_job_is_started_followed_and_canceled():
    code, output, errors = job("follow")
    if code != 2 or "start the job first" not in errors:
        yield f"{code}: {output}{errors}"
    code, output, errors = job("start")
    if code != 0 or not output.startswith("ftjob-0: running"):
        yield f"{code}: {output}{errors}"
    code, output, errors = job("follow", "--interval", "0.02")
    if code != 0 or "ftjob-0: succeeded" not in output or "model: ft:base:shop" not in output:
        yield f"{code}: {output}{errors}"
    code, output, errors = job("cancel")
    if code != 0 or "cancelled" not in output:
        yield f"{code}: {output}{errors}"
    if any(KEY in text for text in (output, errors, (HERE / "job.json").read_text())):
        yield "the key is in the output or the state"


def a_job_that_fails_is_a_failure():
    code, output, errors = job("start", server="tuning:failing", state="failing.json")
    code, output, errors = job("follow", "--interval", "0.02", server="tuning:failing", state="failing.json")
    if code != 1 or "line 2 is no chat" not in output:
        yield f"{code}: {output}{errors}"


def wrong_words_are_told():
    for words, fragment in ((["fly", "a", "b"], "fly"), ([], "write, start"), (["write", "a"], "INTERACTIONS"),
                            (["start", "a", "b"], "--llm-url"), (["write", "--split", "no", *SHOP, "x"], "--split"),
                            (["write", "--rows", "-3", *SHOP, HERE / "x"], "--rows")):
        code, output, errors = run("fine_tune", *words)
        if code != 2 or fragment not in errors:
            yield f"{words}: {code}, {errors}"
    code, output, errors = run("fine_tune", "--help")
    if code != 0 or "usage: fine_tune write" not in output or "\ncancel cancels the job.\n" not in output:
        yield f"{code}: {output}"
    code, output, errors = run("fine_tune", "write", "--preset", "boz2024-classify", *SHOP, HERE / "x")
    if code != 1 or "parts.embedding is NULL" not in errors:
        yield f"{code}: {errors}"


try:
    run_checks(
        examples_are_written,
        every_preset_and_format_makes_rows,
        a_job_is_started_followed_and_canceled,
        a_job_that_fails_is_a_failure,
        wrong_words_are_told,
    )
finally:
    SERVER.stdin.close()
    SERVER.wait()
