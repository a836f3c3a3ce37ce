# SPDX-License-Identifier: Apache-2.0
"""Checks as test cases: each is a function that gives what is wrong, one line each, and is told in TAP."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))


class Skip(Exception):
    """Raised by a check that cannot be made here, with the reason."""


def run(*checks):
    """Runs checks; each one's name is its sentence. Ends the program."""
    print(f"1..{len(checks)}")
    failed = 0
    for number, check in enumerate(checks, 1):
        name = check.__name__
        try:
            wrong = list(check() or ())
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}")
            continue
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for line in wrong:
            print(f"{name}: {line}", file=sys.stderr)
        failed += bool(wrong)
    sys.exit(1 if failed else 0)
