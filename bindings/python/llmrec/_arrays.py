# SPDX-License-Identifier: Apache-2.0
"""Converts numpy arrays and lists of texts to the form that the library takes. Does not copy if the form already fits."""
from __future__ import annotations

import ctypes
import os
from typing import Any, Iterable, NamedTuple, Sequence

import numpy as np

from ._errors import ArgumentError, ShapeError


def path_of(path: Any) -> bytes:
    return os.fsencode(path)


def array(values: Any, dtype: Any, dimensions: int, name: str) -> np.ndarray:
    """Returns C-contiguous values of the given type. Shares memory if the input already fits. Integers only from integers."""
    given = np.asarray(values)
    if given.ndim != dimensions:
        raise ShapeError(f"{name} has {given.ndim} dimensions; wanted {dimensions}")
    if np.issubdtype(dtype, np.integer) and given.size > 0 and not np.can_cast(given.dtype, dtype, "safe"):
        _check_integers(given, dtype, name)
    return np.ascontiguousarray(given, dtype)


def _check_integers(given, dtype, name):
    if given.dtype.kind not in "iu":
        raise ArgumentError(f"{name} holds {given.dtype}; wanted integers")
    limits = np.iinfo(dtype)
    if given.min() < limits.min or given.max() > limits.max:
        raise ArgumentError(f"{name} holds values beyond {limits.dtype}")


class Texts:
    """Texts as an array of pointers and an array of lengths. Pass `pointers` and `lengths` to a call."""

    def __init__(self, texts: Iterable[Any]):
        self.bytes = [self._encode(text) for text in texts]
        self.pointers = (ctypes.c_char_p * len(self.bytes))(*self.bytes)
        self.lengths = (ctypes.c_size_t * len(self.bytes))(*map(len, self.bytes))

    def __len__(self) -> int:
        return len(self.bytes)

    @staticmethod
    def _encode(text):
        if isinstance(text, bytes):
            return text
        return str(text).encode("utf-8", "surrogateescape")


class Ids:
    """External ids: `numbers` if they are integers (an int64 array is not copied), otherwise `texts`."""

    def __init__(self, ids: Any, name: str):
        given = ids if isinstance(ids, np.ndarray) else np.asarray(ids) if _all_integers(ids) else None
        self.numbers = self.texts = None
        if given is not None and given.dtype.kind in "iu":
            self.numbers = array(given, np.int64, 1, name)
        else:
            self.texts = Texts(ids)

    def __len__(self) -> int:
        return len(self.texts if self.numbers is None else self.numbers)

    def put(self, struct: Any, numbers: str, ids: str, lengths: str) -> None:
        """Sets the fields of a C struct that takes ids in one of the two forms."""
        if self.numbers is not None:
            setattr(struct, numbers, self.numbers.ctypes.data)
        else:
            setattr(struct, ids, ctypes.cast(self.texts.pointers, ctypes.c_void_p))
            setattr(struct, lengths, ctypes.cast(self.texts.lengths, ctypes.c_void_p))


def _all_integers(ids):
    return len(ids) > 0 and all(isinstance(each, (int, np.integer)) for each in ids)


class Sessions(NamedTuple):
    """Sessions as CSR: session i is items[offsets[i]:offsets[i + 1]], oldest first; `times` if requested."""

    offsets: np.ndarray
    items: np.ndarray
    times: np.ndarray | None = None


def csr(offsets: Any, items: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Converts offsets and items to the library's types. Checks that the offsets stay inside the items."""
    offsets, items = array(offsets, np.int64, 1, f"{name} offsets"), array(items, np.int32, 1, name)
    if len(offsets) == 0 or offsets[-1] > len(items) or offsets[0] < 0:
        raise ShapeError(f"{name} offsets do not fit the {len(items)} entries; wanted rising offsets from 0 to that")
    if np.any(np.diff(offsets) < 0):
        raise ArgumentError(f"{name} offsets fall")
    return offsets, items


def offsets_of(lists: Sequence[Sequence[Any]], name: str) -> np.ndarray:
    """Where each list begins if they stand one after another, and where the last one ends. A text is no list of ids."""
    if isinstance(lists, (str, bytes)):
        raise ArgumentError(f"{name} is the text {lists!r}; wanted lists of ids")
    for i, each in enumerate(lists):
        if isinstance(each, (str, bytes)) or not hasattr(each, "__len__"):
            raise ArgumentError(f"{name}[{i}] is {each!r}; wanted a list of ids")
    offsets = np.zeros(len(lists) + 1, np.int64)
    np.cumsum([len(each) for each in lists], out=offsets[1:])
    return offsets
