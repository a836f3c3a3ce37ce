# SPDX-License-Identifier: Apache-2.0
"""Converts numpy arrays and lists of texts to the form that the library takes. Does not copy if the form already fits."""
from __future__ import annotations

import ctypes
import operator
import os
from typing import Any, Iterable, NamedTuple, Sequence

import numpy as np

from ._columns import column, integers_of, is_missing, missing_in
from ._errors import ArgumentError, ShapeError


def path_of(path: Any) -> bytes:
    return os.fsencode(path)


def array(values: Any, dtype: Any, dimensions: int, name: str) -> np.ndarray:
    """Returns C-contiguous values of the given type. Shares memory if the input already fits. Integers only from integers,
    and floats only from numbers."""
    given = np.asarray(values)
    if given.ndim != dimensions:
        raise ShapeError(f"{name} has {given.ndim} dimensions; wanted {dimensions}")
    if np.issubdtype(dtype, np.integer) and given.size > 0 and not np.can_cast(given.dtype, dtype, "safe"):
        _check_integers(given, dtype, name)
    if given.size > 0 and given.dtype.kind not in "iufO":
        raise ArgumentError(f"{name} holds {given.dtype}; wanted numbers")
    return _fitted(given, dtype, name)


def integer(value: Any, name: str) -> int:
    """An integer argument that sizes an array."""
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is {value!r}; wanted an integer")
    if value > 2**31 - 1:
        raise OverflowError(f"{name} is {value}; wanted at most {2**31 - 1}")
    return operator.index(value)


def _fitted(given, dtype, name):
    """The values in the type; one that is too large is no infinity."""
    with np.errstate(over="ignore"):
        try:
            found = np.ascontiguousarray(given, dtype)
        except OverflowError:
            raise OverflowError(f"{name} holds a number too large for {np.dtype(dtype)}") from None
    if found.dtype.kind == "f" and found.dtype != given.dtype:
        lost = np.isinf(found) & ~np.isinf(given.astype(np.float64))
        if lost.any():
            raise OverflowError(f"{name} holds {given[lost][0]}, too large for {found.dtype}")
    return found


def _check_integers(given, dtype, name):
    if given.dtype.kind not in "iu":
        raise ArgumentError(f"{name} holds {given.dtype}; wanted integers")
    limits = np.iinfo(dtype)
    if given.min() < limits.min or given.max() > limits.max:
        raise ArgumentError(f"{name} holds values beyond {limits.dtype}")


class Texts:
    """Texts as an array of pointers and an array of lengths. Pass `pointers` and `lengths` to a call."""

    def __init__(self, texts: Iterable[Any]):
        self.bytes: list = [self._encode(text) for text in texts]
        self._point()

    def _point(self):
        self.pointers = (ctypes.c_char_p * len(self.bytes))(*self.bytes)
        self.lengths = (ctypes.c_size_t * len(self.bytes))(*(0 if text is None else len(text) for text in self.bytes))

    def __len__(self) -> int:
        return len(self.bytes)

    @classmethod
    def of_column(cls, values: np.ndarray, gone: np.ndarray) -> Texts:
        """The texts of a column; NULL where values are missing."""
        made = cls(())
        made.bytes = [None if missing else cls._encode(value) for value, missing in zip(values, gone)]
        made._point()
        return made

    @staticmethod
    def _encode(text):
        if isinstance(text, bytes):
            return text
        return str(text).encode("utf-8", "surrogateescape")


def _check_id(value, row, name):
    if isinstance(value, (list, tuple, dict, set, np.ndarray)):
        raise ArgumentError(f"{name}[{row}] is {value!r}; wanted an id")


def id_texts(ids: Iterable[Any], name: str, integers: bool) -> Texts:
    """External ids as texts, to be looked up. integers: those known are integers, so that 7.0 is 7."""
    given = list(ids)
    for i, each in enumerate(given):
        if is_missing(each):
            raise ArgumentError(f"{name}[{i}] is {each!r}; wanted an id")
        _check_id(each, i, name)
        if integers and isinstance(each, (float, np.floating)) and float(each).is_integer():
            given[i] = int(each)
    return Texts(given)


class Ids:
    """External ids: `numbers` if they are integers (an int64 array is not copied), otherwise `texts`. `gone` is True where an
    id is missing, which is an error unless such rows are dropped."""

    def __init__(self, ids: Any, name: str, drop: bool = False):
        given = column(ids, name)
        self.gone = missing_in(given)
        if not drop and self.gone.any():
            raise missing_error(name, given, self.gone, "an id")
        for row, value in enumerate(given if given.dtype == object else ()):
            _check_id(value, row, name)
        whole = integers_of(given, self.gone, name)
        self.numbers = None if whole is None else array(whole, np.int64, 1, name)
        self.texts = Texts.of_column(given, self.gone) if whole is None else None

    def __len__(self) -> int:
        return len(self.gone)

    def put(self, struct: Any, numbers: str, ids: str, lengths: str) -> None:
        """Sets the fields of a C struct that takes ids in one of the two forms."""
        if self.numbers is not None:
            setattr(struct, numbers, self.numbers.ctypes.data)
        else:
            setattr(struct, ids, ctypes.cast(self.texts.pointers, ctypes.c_void_p))
            setattr(struct, lengths, ctypes.cast(self.texts.lengths, ctypes.c_void_p))

    def as_texts(self) -> Texts:
        return self.texts if self.numbers is None else Texts(self.numbers)


def missing_error(name: str, values: np.ndarray, gone: np.ndarray, wanted: str) -> ArgumentError:
    row = int(np.flatnonzero(gone)[0])
    return ArgumentError(f"{name}[{row}] is {values[row]!r}; wanted {wanted} (missing='drop' drops such rows)")


class Sessions(NamedTuple):
    """Sessions as CSR: session i is items[offsets[i]:offsets[i + 1]], oldest first; `times` if requested."""

    offsets: np.ndarray
    items: np.ndarray
    times: np.ndarray | None = None


def is_csr(sessions: Any) -> bool:
    """True for Sessions and for a pair of arrays, (offsets, items); other tuples are lists of ids, one a session."""
    pair = isinstance(sessions, tuple) and len(sessions) == 2 and all(isinstance(each, np.ndarray) for each in sessions)
    return pair or isinstance(sessions, Sessions)


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
