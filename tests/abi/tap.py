# SPDX-License-Identifier: Apache-2.0
"""Runs checks as test cases. A check is a function that yields problems, one line each; results are printed in TAP."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))


class Skip(Exception):
    """Raised by a check that cannot run here, with the reason."""


def run(*checks):
    """Runs checks, named by their functions, and ends the program."""
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
