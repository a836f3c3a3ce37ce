# SPDX-License-Identifier: Apache-2.0
"""Frames by the Arrow C stream interface: objects with __arrow_c_stream__ as arguments, and results that have it."""
from __future__ import annotations

import ctypes
import sys
from typing import Any

import numpy as np

from ._library import call

_NAME = b"arrow_array_stream"


class _Struct(ctypes.Structure):
    """struct ArrowArrayStream"""


_RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Struct))
_Struct._fields_ = [("get_schema", ctypes.c_void_p), ("get_next", ctypes.c_void_p), ("get_last_error", ctypes.c_void_p),
                    ("release", _RELEASE), ("private_data", ctypes.c_void_p)]
_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype, _pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype, _new_capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


def is_frame(value: Any) -> bool:
    """True for objects that give columns as an Arrow stream: frames and tables, but not a single column."""
    kind = type(value)
    if not hasattr(kind, "__arrow_c_stream__"):
        return False
    column = hasattr(kind, "dtype") or hasattr(kind, "type")
    return not column or hasattr(kind, "columns") or hasattr(kind, "column_names")


class Stream:
    """The Arrow stream of a frame, as an argument of a call that consumes it; NULL for None."""

    def __init__(self, frame: Any):
        self._capsule = None if frame is None else frame.__arrow_c_stream__()
        self._as_parameter_ = None if frame is None else ctypes.c_void_p(_pointer_of(self._capsule, _NAME))


class Frame:
    """A result as a frame: pandas.DataFrame.from_arrow, polars.DataFrame, pyarrow.table, DuckDB and others take it. It may be read any
    number of times, also after its source is closed."""

    def __init__(self, function: str, *arguments: Any):
        self._function, self._arguments = function, arguments

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """An Arrow C stream as a capsule. The schema is always the same; readers convert."""
        _release_unused()
        struct = _Struct()
        given = (each.ctypes.data if isinstance(each, np.ndarray) else each for each in self._arguments)
        call(self._function, *given, ctypes.addressof(struct))
        capsule = _new_capsule(ctypes.addressof(struct), _NAME, None)
        _given.append((capsule, struct))
        return capsule


# Capsules and their structs. A capsule cannot release its stream itself: a destructor in Python would run where an error is
# being raised, and lose it.
_given: list[tuple[Any, _Struct]] = []


def _release_unused():
    """Forgets the capsules that nobody else holds. A stream that was never read is released."""
    for pair in list(_given):
        capsule, struct = pair
        if sys.getrefcount(capsule) > 3:  # of the pair, the variable and the argument
            continue
        _given.remove(pair)
        if struct.release:
            struct.release(struct)
