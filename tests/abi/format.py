# SPDX-License-Identifier: Apache-2.0
"""Format of C sources: as clang-format writes them, within 120 columns, each declaration in one piece."""
import re
import subprocess

from tap import ROOT, Skip, run

LIMIT = 120
FORMATTER = ROOT / "build" / "venv" / "bin" / "clang-format"
FILES = sorted(path for folder in ("include", "lib", "examples", "tests") for path in (ROOT / folder).rglob("*.[ch]")
               if "releases" not in path.parts)  # frozen releases stay unchanged
TYPE = re.compile(r"\s+(?!(?:else|do|return|break|continue)$)[\w ]+|.* =")  # a type alone on a line, with its name on the next
NAME = re.compile(r"\s+\*?\w+(?:\[\w+\])*(?:[;,]| =|) *.*/\*")


def place(path, number):
    return f"{path.relative_to(ROOT)}:{number}"


def sources_are_formatted():
    if not FORMATTER.exists():
        raise Skip(f"no {FORMATTER.relative_to(ROOT)}: pip install the version in tests/requirements.txt")
    done = subprocess.run([FORMATTER, "--dry-run", "--Werror", *FILES], capture_output=True, text=True)
    found = re.findall(r"^(.*?):(\d+):\d+: error: code should be clang-formatted", done.stderr, flags=re.M)
    yield from (f"{path}:{number} is not formatted; run build/venv/bin/clang-format -i" for path, number in found)
    if done.returncode != 0 and not found:
        yield done.stderr


def lines_are_within_the_limit():
    for path in FILES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if len(line) > LIMIT:
                yield f"{place(path, number)} has {len(line)} columns; wanted at most {LIMIT}"


def declarations_are_in_one_piece():
    """clang-format breaks a declaration whose trailing comment is too long: such a comment belongs above it."""
    for path in FILES:
        lines = path.read_text().splitlines()
        for number, (line, following) in enumerate(zip(lines, lines[1:]), 1):
            if TYPE.fullmatch(line) and NAME.match(following):
                yield f"{place(path, number)} is wrapped because of its comment: write the comment above it"


run(sources_are_formatted, lines_are_within_the_limit, declarations_are_in_one_piece)
