# SPDX-License-Identifier: Apache-2.0
"""The pages as data: code blocks, links, headings."""
import pathlib
import re
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "abi"))
DOCS = ROOT / "docs"
PROJECT = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "lib/README.md")]

_FENCE = re.compile(r"^([ ]*)```([^\n`]*)\n(.*?)^\1```$", re.S | re.M)


@dataclass(frozen=True)
class Block:
    """A fenced code block: page, line, language, the words after it, and the text."""

    page: pathlib.Path
    line: int
    language: str
    words: tuple
    text: str

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages():
    return [*PROJECT, *sorted(DOCS.rglob("*.md"))]


def blocks(page):
    text = page.read_text()
    for found in _FENCE.finditer(text):
        language, *words = found[2].split() or [""]
        yield Block(page, text.count("\n", 0, found.start()) + 2, language, tuple(words), found[3])


def prose(page):
    """A page's text with emptied code blocks, so that line numbers stay."""
    return _FENCE.sub(lambda found: "\n" * found[0].count("\n"), page.read_text())


def links(page):
    """(line, target) of every link and picture."""
    for number, line in enumerate(prose(page).split("\n"), 1):
        line = re.sub(r"`[^`]*`", lambda found: "x" * len(found[0]), line)
        for found in re.finditer(r"\]\(([^)\s]+)\)", line):
            yield number, found[1]


def anchors(page):
    """The anchors of a page's headings, as GitHub and the site make them."""
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.M):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        yield re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
