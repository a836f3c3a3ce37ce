# SPDX-License-Identifier: Apache-2.0
"""Times of rows: numbers and dates to the library's int64, and back in the kind in which they were given."""
from __future__ import annotations

from typing import Any

import numpy as np

from . import _api
from ._arrays import array
from ._errors import ArgumentError

_UNITS = _api.ENUMS["time_unit"]
_NANOSECONDS = {_UNITS["s"]: 10**9, _UNITS["ms"]: 10**6, _UNITS["us"]: 10**3, _UNITS["ns"]: 1}


class Times:
    """Times for the library: `numbers` (int64) or `doubles`. Dates are numbers in nanoseconds; `dates` says so."""

    def __init__(self, times: Any):
        given = np.asarray(times)
        self.numbers = self.doubles = None
        self.dates = given.dtype.kind == "M"
        if self.dates:
            self.numbers = nanoseconds(given)
        elif given.dtype.kind in "iu":
            self.numbers = array(given, np.int64, 1, "times")
        else:
            self.doubles = array(given, np.float64, 1, "times")

    def __len__(self) -> int:
        return len(self.doubles if self.numbers is None else self.numbers)

    def put(self, struct: Any) -> None:
        """Sets the field of llmrec_interactions."""
        if self.numbers is not None:
            struct.time_numbers = self.numbers.ctypes.data
        else:
            struct.times = self.doubles.ctypes.data


def nanoseconds(dates: np.ndarray) -> np.ndarray:
    """datetime64 of any unit as int64 nanoseconds; NaT is the least int64."""
    whole = dates.astype("datetime64[ns]")
    row = np.flatnonzero(whole.astype(dates.dtype) != dates) if dates.dtype != whole.dtype else []
    row = [each for each in row if not np.isnat(dates[each])]
    if len(row) > 0:
        raise ArgumentError(f"times[{row[0]}] is {dates[row[0]]}; wanted a time from the years 1678 to 2262")
    return np.ascontiguousarray(whole).view(np.int64)


def given_back(times: np.ndarray, unit: int) -> Any:
    """Nanoseconds as they were given: datetime64[ns] for dates, else numbers in the unit, as integers if all are."""
    if unit == _UNITS["iso"]:
        return times.view("datetime64[ns]")
    step = _NANOSECONDS[unit]
    if step == 1 or not np.any(times % step):
        return times // step
    return times // step + times % step / step
