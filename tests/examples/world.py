# SPDX-License-Identifier: Apache-2.0
"""A small data set of sessions, titles and vectors in files; runs the programs on it."""
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "abi"))
EXAMPLES = pathlib.Path(os.environ["LLMREC_EXAMPLES"])
FOLDER = tempfile.TemporaryDirectory(prefix="llmrec_examples_")
HERE = pathlib.Path(FOLDER.name)

KINDS = ["Tea", "Ink", "Rope", "Lamp"]
ITEMS = 40  # item i is of kind i % 4; ids start at 100
SESSIONS = 60


def item_id(item):
    return str(100 + item)


def title(item):
    return f"{KINDS[item % 4]} no. {item // 4}"


def sessions():
    """Each session keeps to one kind of item; 4 to 9 items; rising times, some of them equal."""
    rng = random.Random(7)
    for number in range(SESSIONS):
        kind = number % 4
        items = rng.sample(range(kind, ITEMS, 4), rng.randint(4, 9))
        yield [(item, 1000 * number + 10 * (place // 2)) for place, item in enumerate(items)]


def vector(item):
    """Four axes, one per kind, plus a small individual part."""
    rng = random.Random(item)
    return [(1.0 if axis == item % 4 else 0.0) + 0.1 * rng.gauss(0, 1) for axis in range(6)]


def write(name, text):
    (HERE / name).write_text(text, encoding="utf-8")
    return HERE / name


def write_npy(name, rows):
    shape = f"({len(rows)}, {len(rows[0])})"
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    values = b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows)
    (HERE / name).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values)
    return HERE / name


def run(program, *words, text=None, environment=None):
    """Runs a program; returns exit code, standard output and standard error."""
    done = subprocess.run([str(EXAMPLES / program), *map(str, words)], input=text, capture_output=True, text=True,
                          timeout=300, env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout, done.stderr


def latest(*words):
    """The words of a command line without flags that a later word gives again: a test replaces flags of its base."""
    kept = []
    for word in map(str, words):
        if word.startswith("--") or not kept:
            kept.append([word])
        else:
            kept[-1].append(word)
    last = {group[0].split("=")[0]: place for place, group in enumerate(kept)}
    return [word for place, group in enumerate(kept) if last[group[0].split("=")[0]] == place for word in group]


def load_json(name):
    return json.loads((HERE / name).read_text())


ROWS = [(f"s{number}", item, time) for number, session in enumerate(sessions()) for item, time in session]
INTERACTIONS = write("rows.csv", "session,item,rating,time\n"
                     + "".join(f"{session},{item_id(item)},5,{time}\n" for session, item, time in ROWS))
ITEM_FILE = write("items.tsv", "id\ttitle\tgenre\n"
                  + "".join(f"{item_id(i)}\t{title(i)}\t{KINDS[i % 4]}\n" for i in reversed(range(ITEMS))))
VECTORS = write_npy("vectors.npy", [vector(i) for i in reversed(range(ITEMS))])
