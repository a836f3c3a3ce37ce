#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes bindings/python/llmrec/_api.py from the public headers. With --check only tests if it is up to date."""
import sys

from public_api import ROOT, Api

TARGET = ROOT / "bindings" / "python" / "llmrec" / "_api.py"

HEAD = '''# SPDX-License-Identifier: Apache-2.0
"""The C API as ctypes. Generated from include/llmrec by tools/generate_python_api.py: do not edit."""
import ctypes
from ctypes import POINTER, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p
'''

PLAIN = {
    "void": "None",
    "llmrec_status": "c_int32",
    "int32_t": "c_int32",
    "int64_t": "c_int64",
    "size_t": "c_size_t",
    "double": "c_double",
    "char*": "c_char_p",
    "const char*": "c_char_p",
}


class Generator:
    """Maps C types to ctypes: texts to c_char_p, our structs to POINTER, handles and arrays to c_void_p."""

    def __init__(self, api):
        self.api = api
        self.structs = {struct.name for struct in api.structs}
        self.callbacks = {callback.name for callback in api.callbacks}

    def type(self, text):
        if text in PLAIN or text in self.callbacks:
            return PLAIN.get(text, text)
        target = text.removeprefix("const ").removesuffix("*")
        if target in self.structs:
            return f"POINTER({target})"
        if not text.endswith("*"):
            raise ValueError(f"no ctypes type for {text}")
        return "c_void_p"

    def field(self, variable):
        plain = self.type(variable.type)
        return f'        ("{variable.name}", {plain}{f" * {variable.count}" if variable.count > 1 else ""}),'

    def struct(self, struct):
        fields = "\n".join(self.field(variable) for variable in struct.fields)
        return f"class {struct.name}(ctypes.Structure):\n    _fields_ = [\n{fields}\n    ]"

    def callback(self, callback):
        types = [self.type(callback.result)] + [self.type(variable.type) for variable in callback.parameters]
        return f"{callback.name} = ctypes.CFUNCTYPE({', '.join(types)})"

    def function(self, function):
        parameters = ", ".join(self.type(variable.type) for variable in function.parameters)
        return f'    "{function.name}": ({self.type(function.result)}, [{parameters}]),'

    def enum(self, enum):
        values = "".join(f'        "{name.lower()}": {value},\n' for name, value in enum.values.items())
        return f'    "{enum.name}": {{\n{values}    }},'

    def struct_or_callback(self):
        """Orders events before the callbacks that take them, and callbacks before the structs that hold them."""
        used_by_callbacks = {
            variable.type.removeprefix("const ").removesuffix("*")
            for callback in self.api.callbacks
            for variable in callback.parameters
        }
        yield from (self.struct(struct) for struct in self.api.structs if struct.name in used_by_callbacks)
        yield "\n".join(self.callback(callback) for callback in self.api.callbacks)
        yield from (self.struct(struct) for struct in self.api.structs if struct.name not in used_by_callbacks)

    def text(self):
        parts = [HEAD.rstrip(), *self.struct_or_callback()]
        parts.append("# What each function returns and takes.\nFUNCTIONS = {\n"
                     + "\n".join(map(self.function, self.api.functions)) + "\n}")
        parts.append("# Values of each enum, by its name and by its constants' names without what these have in common.\nENUMS = {\n"
                     + "\n".join(map(self.enum, self.api.enums)) + "\n}")
        parts.append(f"# The ABI of these headers, as llmrec_abi_version() counts.\nABI = {self.abi()}")
        return "\n\n\n".join(parts) + "\n"

    def abi(self):
        return self.api.version["MAJOR"] * 1000 + self.api.version["MINOR"]


def main():
    text = Generator(Api()).text()
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text() != text:
            sys.exit(f"{TARGET.relative_to(ROOT)} does not match the headers: run tools/generate_python_api.py")
        return
    TARGET.write_text(text)


if __name__ == "__main__":
    main()
