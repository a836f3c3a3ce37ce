#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes bindings/python/llmrec/_keywords.pyi, the types of every option keyword, from the tables of the built library; with
--check only says whether it is up to date.

A function of the package that takes options says so: @takes("llmrec_x_options") and **options: Unpack[_keywords.Name]. The
class of that name gets the options of those structs, without the function's own parameters.
"""
import ast
import sys

from public_api import ROOT

PACKAGE = ROOT / "bindings" / "python" / "llmrec"
TARGET = PACKAGE / "_keywords.pyi"
sys.path.insert(0, str(PACKAGE.parent))
import llmrec  # noqa: E402

HEAD = '''# SPDX-License-Identifier: Apache-2.0
"""Types of option keywords. Generated from the library's tables by tools/generate_python_options.py: do not edit."""
import datetime
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

_Text = Union[str, bytes, os.PathLike[str]]
_Integer = Union[int, np.integer[Any]]
_Number = Union[float, np.floating[Any], np.integer[Any]]
_Flag = Union[bool, np.bool_, Literal[0, 1]]
'''
TYPES = {"integer": "_Integer", "number": "_Number", "flag": "_Flag", "text": "_Text", "secret": "_Text",
         "texts": "Union[str, Sequence[str]]", "indices": "Union[Sequence[int], npt.NDArray[Any]]",
         "integers": "Union[int, Sequence[int], npt.NDArray[Any]]"}
WIDER = {"headers": "Mapping[str, str]", "body": "Mapping[str, Any]", "json_schema": "Mapping[str, Any]",
         "cutoff": "_Number, datetime.date, np.datetime64"}  # what calls turn into text


def uses():
    """(name of the class, structs, own parameters) of every function that takes options."""
    for path in sorted(PACKAGE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            structs = [argument.value for each in node.decorator_list if isinstance(each, ast.Call)
                       and ast.unparse(each.func) == "takes" for argument in each.args]
            if structs:
                own = {each.arg for each in node.args.args + node.args.kwonlyargs}
                yield ast.unparse(node.args.kwarg.annotation).split(".")[-1].rstrip("]"), structs, own


def choices(option):
    names = ", ".join(f'"{name}"' for name in option.choices)
    values = ", ".join(str(value) for value in option.choices.values())
    flag = ", bool" if {"yes", "no"} <= set(option.choices) else ""
    return f"Union[Literal[{names}], Literal[{values}]{flag}]"


def field(option):
    kind = choices(option) if option.type == "choice" else TYPES[option.type]
    if option.name in WIDER:
        kind = f"Union[{kind}, {WIDER[option.name]}]"
    told = f"{option.help}; default {llmrec._options.shown(option.default)}; {option.wanted}"
    return f"    {option.name}: Union[{kind}, None]\n    {'r' if chr(92) in told else ''}'''{told}'''\n"


def text():
    classes = {}
    for name, structs, own in uses():
        fields = "".join(field(option) for struct in structs for option in llmrec.options(struct).values()
                         if option.name not in own)
        made = f"\n\nclass {name}(TypedDict, total=False):\n" + fields
        if classes.setdefault(name, made) != made:
            raise ValueError(f"_keywords.{name} has two meanings: functions with other parameters need a name of their own")
    modes = ", ".join(f'"{name}"' for name in llmrec.options("init_items")["mode"].choices)
    return HEAD + f"Mode = Literal[{modes}]\n" + "".join(classes[name] for name in sorted(classes))


def main():
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text() != text():
            sys.exit(f"{TARGET.relative_to(ROOT)} is not what the tables say: run tools/generate.sh")
        return
    TARGET.write_text(text())


if __name__ == "__main__":
    main()
