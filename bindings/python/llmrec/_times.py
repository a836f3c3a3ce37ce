# SPDX-License-Identifier: Apache-2.0
"""Times of rows: numbers and dates to the library's int64, and back in the kind in which they were given."""
from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from . import _api
from ._arrays import array, missing_error
from ._columns import column, date_of, integers_of, missing_in
from ._errors import ArgumentError

_UNITS = _api.ENUMS["time_unit"]
_NAT = np.iinfo(np.int64).min
_NANOSECONDS = {_UNITS["s"]: 10**9, _UNITS["ms"]: 10**6, _UNITS["us"]: 10**3, _UNITS["ns"]: 1}


class Times:
    """Times for the library: `numbers` (int64) or `doubles`. Dates are numbers in nanoseconds; `dates` says so."""

    def __init__(self, times: Any, drop: bool = False):
        given = column(times, "times")
        gone = missing_in(given)
        if not drop and gone.any():
            raise missing_error("times", given, gone, "a time")
        self.numbers = self.doubles = None
        self.dates = given.dtype.kind == "M"
        whole = None if self.dates or given.dtype.kind == "f" else integers_of(given, gone, "times")
        if self.dates:
            self.numbers = _nanoseconds(given)
        elif whole is not None:
            self.numbers = array(np.where(gone, _NAT, whole) if gone.any() else whole, np.int64, 1, "times")
        else:
            self.doubles = _doubles(given, gone)

    def __len__(self) -> int:
        return len(self.doubles if self.numbers is None else self.numbers)

    def put(self, struct: Any) -> None:
        """Sets the field of llmrec_interactions."""
        if self.numbers is not None:
            struct.time_numbers = self.numbers.ctypes.data
        else:
            struct.times = self.doubles.ctypes.data


def _nanoseconds(dates):
    """datetime64 of any unit as int64; NaT is the least int64."""
    whole = dates.astype("datetime64[ns]")
    wrapped = (whole.astype(dates.dtype) != dates) & ~np.isnat(dates)
    if wrapped.any():
        row = int(np.flatnonzero(wrapped)[0])
        raise ArgumentError(f"times[{row}] is {dates[row]}; wanted a time from the years 1678 to 2262")
    return np.ascontiguousarray(whole).view(np.int64)


def _doubles(values, gone):
    try:
        return array(np.where(gone, np.nan, values), np.float64, 1, "times")
    except (TypeError, ValueError):
        row = next(i for i, each in enumerate(values) if not gone[i] and not isinstance(each, (int, float, np.number)))
        raise ArgumentError(f"times[{row}] is {values[row]!r}; wanted numbers, or dates as datetime64 (as pandas.to_datetime "
                            "makes them)") from None


def cutoff_text(cutoff: Any) -> Any:
    """A number or a date as the option's text; texts stay as they are."""
    if isinstance(cutoff, (int, np.integer)) and not isinstance(cutoff, bool):
        return str(int(cutoff))
    if isinstance(cutoff, (float, np.floating)):
        return repr(float(cutoff))
    return str(date_of(cutoff)) if isinstance(cutoff, (datetime.date, np.datetime64)) else cutoff


def given_back(times: np.ndarray, unit: int) -> Any:
    """Nanoseconds as they were given: datetime64[ns] for dates, else numbers in the unit, as integers if all are."""
    if unit == _UNITS["iso"]:
        return times.view("datetime64[ns]")
    step = _NANOSECONDS[unit]
    if step == 1 or not np.any(times % step):
        return times // step
    return times // step + times % step / step
