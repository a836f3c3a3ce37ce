# SPDX-License-Identifier: Apache-2.0
"""Frames by the Arrow C stream interface: objects with __arrow_c_stream__ as arguments, and results with it."""
from __future__ import annotations

import ctypes
from typing import Any, Callable

from ._library import call

_NAME = b"arrow_array_stream"
_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype, _capsule_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


def is_frame(value: Any) -> bool:
    """True for objects that give columns as an Arrow stream: frames and tables, but not a single column."""
    kind = type(value)
    if not hasattr(kind, "__arrow_c_stream__"):
        return False
    column = hasattr(kind, "dtype") or hasattr(kind, "type")
    return not column or hasattr(kind, "columns") or hasattr(kind, "column_names")


class Stream:
    """The Arrow stream of a frame, as an argument of a call that consumes it; of None, NULL."""

    def __init__(self, frame: Any):
        self._capsule = None if frame is None else frame.__arrow_c_stream__()
        self._as_parameter_ = None if frame is None else ctypes.c_void_p(_capsule_pointer(self._capsule, _NAME))
