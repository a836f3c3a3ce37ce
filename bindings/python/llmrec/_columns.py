# SPDX-License-Identifier: Apache-2.0
"""Columns of lists, numpy, pandas, polars and pyarrow as numpy arrays that lose nothing: integers stay integers, dates keep
their unit (UTC), and missing values stay missing."""
from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from ._errors import ShapeError


def column(values: Any, name: str) -> np.ndarray:
    """The values as a one-dimensional array. Where values are missing it holds floats (NaN), dates (NaT) or objects."""
    found = values if isinstance(values, np.ndarray) else _array_of(values)
    if found.ndim != 1:
        raise ShapeError(f"{name} has {found.ndim} dimensions; wanted 1")
    return _of_objects(found) if found.dtype == object else found


def missing_in(values: np.ndarray) -> np.ndarray:
    """True where a value of a column is missing: None, NaN, NaT, pandas' NA, a null of Arrow or polars."""
    if values.dtype.kind in "fc":
        return np.isnan(values)
    if values.dtype.kind in "mM":
        return np.isnat(values)
    if values.dtype == object:
        return np.fromiter(map(is_missing, values), bool, len(values))
    return np.zeros(len(values), bool)


def is_missing(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, (str, bytes, int, np.integer)):
        return False
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"  # pandas' NA is neither equal to itself nor different


# --- kinds of columns


def _array_of(values):
    if hasattr(values, "to_pylist"):
        return _of_arrow(values)
    if hasattr(values, "to_list") and callable(getattr(values, "null_count", None)):
        return _of_polars(values)
    if hasattr(values, "to_numpy"):
        return _of_pandas(values)
    return _objects(list(values))


def _objects(values):
    """A list as an array of objects, whatever they are: numpy would turn some kinds into others."""
    found = np.empty(len(values), object)
    found[:] = values
    return found


def _of_arrow(values):
    kind = str(values.type)
    if kind.startswith(("timestamp", "date")):
        whole = values.combine_chunks() if hasattr(values, "combine_chunks") else values
        return whole.to_numpy(zero_copy_only=False)
    return _objects(values.to_pylist()) if values.null_count > 0 or not kind.startswith(("int", "uint", "float", "double")) \
        else np.asarray(values)


def _of_polars(values):
    if values.dtype.is_temporal() or values.null_count() == 0:
        return values.to_numpy()
    return _objects(values.to_list())


def _of_pandas(values):
    if getattr(values.dtype, "tz", None) is not None:
        values = getattr(values, "dt", values).tz_convert(None)
    return values.to_numpy()


# --- objects


def _of_objects(values):
    """Dates and, if none is missing, integers as such; other objects unchanged."""
    present = [value for value in values if not is_missing(value)]
    if present and all(isinstance(value, (datetime.date, np.datetime64)) for value in present):
        return np.array([date_of(value) for value in values])
    if len(present) == len(values) > 0 and all(_is_integer(value) for value in present):
        whole = np.array(values.tolist())
        return whole if whole.dtype.kind in "iu" else values
    return values


def _is_integer(value):
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def date_of(value: Any) -> np.datetime64:
    """datetime64 in UTC; pandas' timestamps keep their nanoseconds."""
    if is_missing(value):
        return np.datetime64("NaT")
    if isinstance(value, np.datetime64):
        return value
    if hasattr(value, "to_datetime64"):
        return value.to_datetime64()
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return np.datetime64(value)


def integers_of(values: np.ndarray, gone: np.ndarray, name: str) -> np.ndarray | None:
    """The column as integers, with 0 where values are missing; None if some are none. Floats that are integers count."""
    if values.dtype.kind in "iu":
        return values
    present = values[~gone]
    if len(present) == 0:
        return None
    if values.dtype.kind == "f":
        whole = bool(np.all(present == np.floor(present)) and np.all(np.abs(present) < 2**53))
    else:
        whole = values.dtype == object and all(_is_integer(value) for value in present)
    if not whole:
        return None
    found = np.zeros(len(values), np.int64)
    try:
        found[~gone] = present.astype(np.int64)
    except OverflowError:
        raise OverflowError(f"{name} holds integers beyond int64; wanted 64 bits, or texts") from None
    return found
