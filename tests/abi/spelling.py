# SPDX-License-Identifier: Apache-2.0
"""American spelling: no British form of a listed word occurs in the project's text files or file names."""
import re
import subprocess

from tap import ROOT, Skip, run

BRITISH = re.compile(
    r"(?:optim|normal|initial|summar|quant|regular|factor|recogn|organ|token|serial|minim|maxim|general|special|vector"
    r"|random|standard|synchron|custom|util|character|categor|memor|priorit|final)is(?:e|ed|es|er|ing|ation)(?![a-z])"
    r"|analys(?:e|ed|ing)(?![a-z])|emphasise|parallelis(?:e|ing)"
    r"|catalogue|analogue(?![a-z])|cancell(?:ed|ing)|labell(?:ed|ing)|modell(?:ed|ing)|travell(?:ed|ing)|signall(?:ed|ing)"
    r"|centre|centring|(?<![a-z])(?:fibre|metre|litre|theatre)(?![a-z])"
    r"|neighbour|behaviour|favour|colour|honour|humour|labour|flavour|licence"
    r"|(?<![a-z])(?:grey|learnt|spelt|misspelt|artefact|judgement|whilst|amongst|programme)(?![a-z])", re.I)

KEPT = {  # allowed British forms, and why
    "LICENSE": "",  # text of the license
    "tests/abi/spelling.py": "",  # this list
    "bindings/python/llmrec/__init__.py": "CancelledError",  # Python's own exception has this name
    "bindings/python/llmrec/_errors.py": "CancelledError",
    "bindings/python/llmrec/encoder.py": "CancelledError",
    "docs/errors.md": "CancelledError",
    "tests/python/test_encoder.py": "CancelledError",
    "tests/python/test_lifetime.py": "CancelledError",
    "tests/bench/neighbors.py": "nearest_neighbours",  # a module of implicit
    "lib/llm/fine_tuning.c": '"cancelled"',  # the servers' term
    "tests/llm/server.py": '"cancelled"',
    "tests/examples/fine_tuning.py": '"cancelled"',
}
DATA = re.compile(r"tests/data/(?!.*\.py$)|.*\.(?:svg|pem)$")  # texts from other projects


def tracked():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files"], capture_output=True, text=True)
    if listed.returncode != 0:
        raise Skip("not a git checkout")
    return listed.stdout.splitlines()


def words_are_american():
    for name in tracked():
        kept = KEPT.get(name)
        if kept == "" or DATA.match(name) or not (ROOT / name).is_file():
            continue
        for number, line in enumerate((ROOT / name).read_text(errors="replace").splitlines(), 1):
            found = BRITISH.search(line if kept is None else line.replace(kept, ""))
            if found:
                yield f"{name}:{number} says {found[0]}"


def file_names_are_american():
    for name in tracked():
        if BRITISH.search(name):
            yield name


def exceptions_are_needed():
    for name, kept in KEPT.items():
        if kept not in (ROOT / name).read_text():
            yield f"{name} does not say {kept}"


run(words_are_american, file_names_are_american, exceptions_are_needed)
