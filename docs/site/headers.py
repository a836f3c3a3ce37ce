# SPDX-License-Identifier: Apache-2.0
"""The public headers as pages: every declaration with its comment, in the header's order, cross-linked."""
import pathlib
import re
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = ROOT / "include" / "llmrec"

_TOKEN = re.compile(r"(?P<comment>/\*.*?\*/)|(?P<directive>^[ \t]*#(?:[^\n\\]|\\.|\\\n)*)|(?P<space>\s+)|(?P<text>[^;,{}()\s/#]+|[/#])"
                    r"|(?P<mark>[;,{}()])", re.S | re.M)


@dataclass
class Entry:
    """A field or an enumerator: its declaration and its comment."""

    text: str
    comment: str = ""


@dataclass
class Declaration:
    kind: str  # function, callback, struct, handle, enum, type, macro
    name: str
    text: str
    entries: list = field(default_factory=list)
    comment: str = ""  # one that stands behind it on its line


@dataclass
class Group:
    """Declarations that one comment describes."""

    comment: str
    declarations: list


@dataclass
class Header:
    name: str
    comment: str = ""
    sections: list = field(default_factory=list)  # (title, [Group])

    def declarations(self):
        return [each for _, groups in self.sections for group in groups for each in group.declarations]


def umbrella():
    """The headers' names in the order of inclusion."""
    text = (HEADERS / "llmrec.h").read_text()
    return re.findall(r'#include "(\w+\.h)"', text)


def plain(comment):
    """A comment's text without its frame."""
    text = re.sub(r"^/\*+ ?|\s*\*+/$", "", comment.strip())
    return "\n".join(re.sub(r"^\s*\*? ?", "", line) if at else line for at, line in enumerate(text.split("\n"))).strip()


def tidy(text):
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"\s*\*\s*(?=[\w*)])", " *", text).replace("* *", "**").replace("( *", "(*")


def read(path):
    """One header."""
    header = Header(path.name)
    text = path.read_text()
    title, groups, comment, last_end = "", [], "", ""
    header.sections.append((title, groups))
    for kind, value, gap in _statements(text):
        if kind == "comment":
            value = plain(value)
            rule = re.fullmatch(r"-{3,} (.+?) -{3,}", value)
            if rule:
                groups = []
                header.sections.append((rule[1], groups))
            elif value.startswith("SPDX"):
                pass
            elif not header.comment:
                header.comment = value
            else:
                comment = value
                last_end = ""
            continue
        if kind == "trailing":
            if groups:
                groups[-1].declarations[-1].comment = plain(value)
            continue
        declaration = _declaration(value)
        if declaration is None:
            continue
        same = groups and not comment and "\n\n" not in gap and last_end == declaration.kind == "function"
        if same:
            groups[-1].declarations.append(declaration)
        else:
            groups.append(Group(comment, [declaration]))
        comment, last_end = "", declaration.kind
    header.sections = [(title, groups) for title, groups in header.sections if groups]
    return header


def _statements(text):
    """Comments between declarations, declarations, and comments behind one on its line: (kind, text, space before)."""
    gap, current, depth, line_open = "", "", 0, False
    for token in _TOKEN.finditer(text):
        kind, value = token.lastgroup, token[0]
        if kind == "space" and not current:
            gap = value
            line_open = line_open and "\n" not in value
        elif kind == "comment" and not current:
            yield ("trailing" if line_open else "comment"), value, gap
            if not line_open:
                gap = ""
        elif kind == "directive" and not current:
            yield "declaration", value.strip(), gap
            gap, line_open = "", True
        elif not current and value in ("LLMREC_BEGIN", "LLMREC_END"):
            line_open = False
        else:
            current += value
            depth += {"{": 1, "}": -1, "(": 1, ")": -1}.get(value, 0)
            if value == ";" and depth == 0:
                yield "declaration", current, gap
                current, gap, line_open = "", "", True

def _declaration(text):
    bare = tidy(re.sub(r"/\*.*?\*/", " ", text, flags=re.S)).rstrip("; ")
    if bare.startswith("#"):
        found = re.fullmatch(r"# ?define (LLMREC_VERSION_\w+|LLMREC_\w+_COUNT) (.+)", bare)
        return Declaration("macro", found[1], found[2]) if found else None
    bare = re.sub(r"^LLMREC_API ", "", bare)
    found = re.fullmatch(r"typedef (.*?) ?\(\*(\w+)\)\((.*)\)", bare)
    if found:
        return Declaration("callback", found[2], f"{found[1]} (*{found[2]})({found[3]})")
    found = re.fullmatch(r"typedef struct \w+ \{.*\} (\w+)", bare)
    if found:
        return Declaration("struct", found[1], found[1], list(_entries(_body(text), ";")))
    found = re.fullmatch(r"typedef struct \w+ (\w+)", bare)
    if found:
        return Declaration("handle", found[1], found[1])
    found = re.fullmatch(r"(?:typedef )?enum ?(\w*) ?\{.*\} ?(\w*)", bare)
    if found:
        name = found[2] or found[1]
        return Declaration("enum", name, name, list(_entries(_body(text), ",")))
    found = re.fullmatch(r"typedef (.+?) ?(\w+)", bare)
    if found:
        return Declaration("type", found[2], f"{found[1]} {found[2]}")
    found = re.fullmatch(r"(?:LLMREC_\w+(?:\([^)]*\))? )*(.*?[\s*])(\w+)\((.*)\)", bare)
    if found:
        return Declaration("function", found[2], f"{found[1]}{found[2]}({found[3]})")
    if bare in ('extern "C" {', "}") or re.match(r"struct Arrow\w+ \{", bare):  # of the published interface
        return None
    raise ValueError(f"not understood: {bare[:120]}")


def _body(text):
    return text[text.index("{") + 1:text.rindex("}")]


def _entries(body, separator):
    """Fields or enumerators. A comment behind an entry on its line is its own; one that stands on a line before it, too."""
    entry, ahead, done, fresh = "", "", [], True
    for token in _TOKEN.finditer(body):
        kind, value = token.lastgroup, token[0]
        if kind == "comment":
            if entry.strip():
                done.append(Entry(entry, plain(value)))
                entry = ""
            elif done and not fresh:
                done[-1].comment = (done[-1].comment + " " + plain(value)).strip()
            else:
                ahead = plain(value)
        elif kind == "space":
            if "\n" in value and not entry.strip():
                fresh = True
            entry += " " if entry else ""
        elif value == separator:
            if entry.strip():
                done.append(Entry(entry))
            if ahead:
                done[-1].comment = f"{ahead} {done[-1].comment}".strip()
                ahead = ""
            entry, fresh = "", False
        else:
            entry += value
    if entry.strip():
        done.append(Entry(entry, ahead))
    for each in done:
        yield from _split_declarators(each) if separator == ";" else [Entry(tidy(each.text), each.comment)]


def _split_declarators(entry):
    first, *others = tidy(entry.text).split(",")
    yield Entry(tidy(first), entry.comment)
    kind = first.rsplit(" ", 1)[0]
    for other in others:
        yield Entry(tidy(f"{kind} {other}"), entry.comment)


def all_headers():
    return [read(HEADERS / name) for name in umbrella()]
