# SPDX-License-Identifier: Apache-2.0
"""The public headers as data: functions, structs, callbacks and constants, in the headers' order.

The headers use a small part of C (docs/abi.md): opaque handles, structs of plain fields, callbacks by typedef,
named enums with written values (except the anonymous one of llmrec_status). Anything else is an error here.
"""
import pathlib
import re
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ROOT / "include" / "llmrec"


@dataclass(frozen=True)
class Variable:
    """A field or parameter: its C type without the name, and the length of an array field."""

    type: str
    name: str
    count: int = 1


@dataclass(frozen=True)
class Function:
    """A function, or the type of a callback."""

    name: str
    result: str
    parameters: tuple


@dataclass(frozen=True)
class Struct:
    name: str
    fields: tuple


@dataclass(frozen=True)
class Enum:
    """An enum: its name without llmrec_, the common prefix of its constants, and the values by the rest of their
    names."""

    name: str
    prefix: str
    values: dict


class Api:
    """All declarations of the headers."""

    def __init__(self):
        self.functions, self.callbacks, self.structs, self.enums, self.handles = [], [], [], [], []
        self.version = {}
        for path in sorted(HEADERS.glob("*.h"), key=_include_order):
            _Header(self, path)

    def struct(self, name):
        return next((struct for struct in self.structs if struct.name == name), None)


def _include_order(path):
    umbrella = (HEADERS / "llmrec.h").read_text()
    return umbrella.find(f'#include "{path.name}"')


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def _declarations(text):
    """The header's declarations, each as one line without its semicolon."""
    text = re.sub(r"^\s*#(?:\\\n|.)*$", "", without_comments(text), flags=re.M)
    text = re.sub(r"\bLLMREC_(?:BEGIN|END)\b", "", text)
    text = re.sub(r"\s+", " ", text).strip()
    while text:
        end = _end_of_declaration(text)
        yield text[:end].strip()
        text = text[end + 1:].strip()


def _end_of_declaration(text):
    depth = 0
    for at, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == ";" and depth == 0:
            return at
    raise ValueError(f"no end: {text[:80]}")


def _variable(text):
    found = re.fullmatch(r"(.*?[\s*])(\w+)(?:\[(\d+)\])?", text.strip())
    if not found:
        raise ValueError(f"not a named variable: {text}")
    return Variable(_tidy(found[1]), found[2], int(found[3] or 1))


def _tidy(type_text):
    return re.sub(r"\s*\*\s*", "*", " ".join(type_text.split())).strip()


def _parameters(text):
    if text.strip() == "void":
        return ()
    return tuple(_variable(part) for part in text.split(","))


def _fields(text):
    for part in filter(str.strip, text.split(";")):
        first, *others = part.split(",")
        first = _variable(first)
        yield first
        for other in others:
            yield Variable(first.type, other.strip())


class _Header:
    """Reads one header into the Api."""

    def __init__(self, api, path):
        self.api, self.stem = api, path.stem
        text = path.read_text()
        api.version |= {name: int(value) for name, value in re.findall(r"#define LLMREC_VERSION_(\w+) (\d+)", text)}
        for declaration in _declarations(text):
            if not any(kind(self, declaration) for kind in self.KINDS):
                raise ValueError(f"{path.name}: not understood: {declaration[:120]}")

    def _function(self, text):
        found = re.fullmatch(r"LLMREC_API (.*?[\s*])(\w+)\((.*)\)", text)
        if found:
            self.api.functions.append(Function(found[2], _tidy(found[1]), _parameters(found[3])))
        return found

    def _callback(self, text):
        found = re.fullmatch(r"typedef (.*?[\s*])\(\*(\w+)\)\((.*)\)", text)
        if found:
            self.api.callbacks.append(Function(found[2], _tidy(found[1]), _parameters(found[3])))
        return found

    def _struct(self, text):
        found = re.fullmatch(r"typedef struct (\w+) \{(.*)\} (\w+)", text)
        if found:
            self.api.structs.append(Struct(found[3], tuple(_fields(found[2]))))
        return found

    def _handle(self, text):
        found = re.fullmatch(r"typedef struct (\w+) (\w+)", text)
        if found:
            self.api.handles.append(found[2])
        return found

    def _enum(self, text):
        found = re.fullmatch(r"typedef enum (?P<name>llmrec_\w+) \{(.*)\} (?P=name)", text)
        if found:
            self._constants(found["name"].removeprefix("llmrec_"), found[2])
        return found

    def _status(self, text):
        found = re.fullmatch(r"enum \{ LLMREC_OK = 0,(.*)\}", text)
        if found:
            self._constants("status", "LLMREC_OK = 0," + found[1])
        return found or text == "typedef int32_t llmrec_status"

    def _constants(self, enum_name, text):
        pairs = [pair.split("=") for pair in text.split(",")]
        values = {name.strip(): int(value) for name, value in pairs}
        prefix = _common_prefix([name for name in values if name != "LLMREC_OK"])
        values = {name.removeprefix(prefix).removeprefix("LLMREC_"): value for name, value in values.items()}
        self.api.enums.append(Enum(enum_name, prefix.removeprefix("LLMREC_").rstrip("_"), values))

    def _foreign(self, text):
        """A struct of the Arrow interface: its layout is published, and it belongs to nobody."""
        return re.fullmatch(r"struct Arrow\w+ \{.*\}", text)

    KINDS = (_function, _callback, _struct, _handle, _enum, _status, _foreign)


def _common_prefix(names):
    words = [name.split("_") for name in names]
    shared = 0
    while all(len(word) > shared + 1 and word[shared] == words[0][shared] for word in words):
        shared += 1
    return "_".join(words[0][:shared]) + "_"


MAP = ROOT / "lib" / "llmrec.map"


def map_names():
    """The names that the closed nodes of the symbol map export, in order; the open node has a pattern instead."""
    return re.findall(r"^\s*(llmrec_\w+);", without_comments(MAP.read_text()), flags=re.M)
