# SPDX-License-Identifier: Apache-2.0
"""The public headers: each compiles alone in C and C++ and agrees with the symbol map, versions, layouts and the
Python table."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from tap import ROOT, Skip, run

import generate_python_api
import public_api

HEADERS = sorted(public_api.HEADERS.glob("*.h"))
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
LAYOUT = pathlib.Path(__file__).with_name("layout.c")
SIZES = {"size_t": 8, "int64_t": 8, "double": 8}  # and pointers: the only field types, so that structs have no padding
API = public_api.Api()


def compile_each(compiler, standard, language, paths):
    if shutil.which(compiler) is None:
        raise Skip(f"no {compiler} here")
    for path in paths:
        command = [compiler, f"-std={standard}", *WARNINGS, "-I", ROOT / "include", "-x", language, path]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            yield f"{path.name} as {standard}: {done.stderr}"


def alone(include):
    """A source that includes one header twice."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="llmrec_headers_"))
    for path in HEADERS:
        (folder / path.name).with_suffix(".c").write_text(include.format(name=path.name) * 2 + "int nothing;\n")
    return folder


def compile_headers(compiler, standard, language):
    folder = alone('#include "llmrec/{name}"\n')
    try:
        yield from compile_each(compiler, standard, language, sorted(folder.iterdir()))
    finally:
        shutil.rmtree(folder)


def every_header_alone_is_c11():
    return compile_headers("cc", "c11", "c")


def every_header_alone_is_cpp17():
    return compile_headers("c++", "c++17", "c++")


def released_functions_are_still_declared():
    declared = {function.name for function in API.functions}
    return (f"{name} is in a closed node of lib/llmrec.map but not declared"
            for name in public_api.map_names() if name not in declared)


ELEMENTS = {"llmrec_message"}  # elements of arrays: they never grow and need no size


def structs_have_no_padding():
    pointers = {callback.name for callback in API.callbacks}
    for struct in API.structs:
        if struct.name not in ELEMENTS and (struct.fields[0].name != "size" or struct.fields[0].type != "size_t"):
            yield f"{struct.name} does not begin with its size"
        for field in struct.fields:
            if field.type not in SIZES and field.type not in pointers and not field.type.endswith("*"):
                yield f"{struct.name}.{field.name} is {field.type}; wanted size_t, int64_t, double or a pointer"


BYTES = re.compile(r"size|bytes|\w*lengths?")  # names of struct sizes, bytes of memory and text lengths


def counts_are_int64_and_bytes_size_t():
    """size_t counts bytes, as the name says, or the capacity of a text buffer. Everything else that is counted is
    int64_t."""
    lists = [(function.name, function.parameters) for function in API.functions + API.callbacks]
    lists += [(struct.name, struct.fields) for struct in API.structs]
    for name, variables in lists:
        buffer = any(variable.type == "char*" and variable.name == "text" for variable in variables)
        for variable in variables:
            if variable.type.removeprefix("const ").rstrip("*") != "size_t" or BYTES.fullmatch(variable.name):
                continue
            if not (variable.name == "capacity" and buffer):
                yield f"{name}: {variable.name} is {variable.type}; wanted int64_t, as it counts no bytes"


def layout():
    """A C source that asserts every offset and size. Structs only grow at the end."""
    lines = ["/* SPDX-License-Identifier: Apache-2.0 */",
             "/* Offsets of all fields of the public structs. Written by tests/abi/update.sh; a change here is an ABI change. */",
             "#include <stddef.h>", "", '#include "llmrec/llmrec.h"', ""]
    for struct in API.structs:
        offset = 0
        for field in struct.fields:
            lines.append(f'_Static_assert(offsetof({struct.name}, {field.name}) == {offset}, "{field.name}");')
            offset += 8 * field.count
        lines += [f'_Static_assert(sizeof({struct.name}) == {offset}, "{struct.name}");', ""]
    return "\n".join(lines)


def structs_lie_as_they_did():
    if sys.maxsize != 2**63 - 1:
        raise Skip("layouts are stored for 64 bits")
    if LAYOUT.read_text() != layout():
        yield "layout.c does not match the headers: if the change is intended, run tests/abi/update.sh"
    yield from compile_each("cc", "c11", "c", [LAYOUT])


def the_python_table_is_the_headers():
    if generate_python_api.TARGET.read_text() != generate_python_api.Generator(API).text():
        yield "_api.py does not match the headers: run tests/abi/update.sh"


def versions_agree():
    declared = ".".join(str(API.version[part]) for part in ("MAJOR", "MINOR", "PATCH"))
    for path, pattern in (("meson.build", r"version: '([\d.]+)'"), ("CHANGELOG.md", r"^## ([\d.]+)"),
                          ("bindings/python/llmrec/_version.py", r'VERSION = "([\d.]+)"')):
        found = re.search(pattern, (ROOT / path).read_text(), flags=re.M)
        if not found or found[1] != declared:
            yield f"{path} says {found and found[1]}; the headers say {declared}"


def release():
    """Closes the map's open node and stores the headers."""
    closed = set(public_api.map_names())
    names = sorted({function.name for function in API.functions} - closed)
    text = public_api.MAP.read_text()
    public_api.MAP.write_text(text.replace("    llmrec_*;\n", "".join(f"    {name};\n" for name in names)))
    version = ".".join(str(API.version[part]) for part in ("MAJOR", "MINOR", "PATCH"))
    folder = pathlib.Path(__file__).with_name("releases") / version
    shutil.copytree(public_api.HEADERS, folder / "llmrec", ignore=shutil.ignore_patterns("meson.build"))
    print(folder)


if sys.argv[1:] == ["--release"]:
    release()
    sys.exit()
if sys.argv[1:] == ["--update"]:
    LAYOUT.write_text(layout())
    generate_python_api.TARGET.write_text(generate_python_api.Generator(API).text())
    sys.exit()

run(
    every_header_alone_is_c11,
    every_header_alone_is_cpp17,
    released_functions_are_still_declared,
    structs_have_no_padding,
    counts_are_int64_and_bytes_size_t,
    structs_lie_as_they_did,
    the_python_table_is_the_headers,
    versions_agree,
)
