# SPDX-License-Identifier: Apache-2.0
"""Datasets: sessions of items in time order, the items' ids and texts, and splits into parts."""
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from . import _api
from ._arrays import Ids, Sessions, Texts, array, id_texts, path_of
from ._columns import column, missing_in
from ._errors import ArgumentError, ShapeError
from ._frames import Frame, Stream, is_frame
from ._handle import Handle, owner_of
from ._library import call
from ._options import Options, choice, choice_name, takes
from ._times import Times, cutoff_text, given_back
from .context import Context, default_context

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords

_WRONG = -2  # no part
_DROP = _api.ENUMS["missing"]["drop"]


class Dataset(Handle):
    """Interactions, ids and texts; immutable, and safe to use from many threads at once."""

    _free = "llmrec_dataset_free"

    @classmethod
    @takes("llmrec_dataset_options")
    def load(cls, interactions: Any, items: Any = None, *, preset: str | None = None, like: Dataset | None = None,
             context: Context | None = None, **options: Unpack[_keywords.Dataset]) -> Dataset:
        """Reads interactions from a file of any usual format, and item texts if `items` is given or in the same archive.
        Both may be frames instead, as for `create`.

        `preset` sets all options as a well-known data set needs them; options then change these. Pass choices by name, for
        example format="recbole". `like` is a dataset whose item numbers are used; new items come behind.
        """
        context = context or default_context()
        if is_frame(interactions):
            return cls._of_frames(context, interactions, items, options, preset, like)
        item_path = None if items is None else path_of(items)
        filled = Options(_api.llmrec_dataset_options, options, preset).point("like", like, "dataset")
        return cls._make(context, "llmrec_dataset_load", owner_of(context, "context"), path_of(interactions), item_path, filled)

    @classmethod
    @takes("llmrec_dataset_options")
    def create(
        cls,
        sessions: Any,
        items: Any = None,
        times: Any = None,
        *,
        item_table: Mapping[str, Any] | None = None,
        like: Dataset | None = None,
        context: Context | None = None,
        **options: Unpack[_keywords.Dataset],
    ) -> Dataset:
        """Creates a dataset from frames, or from arrays.

        Frames: `sessions` is a frame of interactions and `items`, if given, a frame of items: of pandas, polars, pyarrow, DuckDB,
        or any other object with `__arrow_c_stream__`. Columns are found by name as in files (`session_column` and others).

            data = Dataset.create(frame, items=movies, session_column="user")

        Arrays have one entry per row: session ids, item ids (integers or texts), and times: numbers in one unit, or dates
        (datetime64). `item_table` maps column names to values, "id" to the items' ids: {"id": ids, "title": titles, ...}.
        `like` is a dataset whose item numbers are used; new items come behind.
        """
        context = context or default_context()
        if is_frame(sessions):
            if times is not None or item_table is not None:
                raise ArgumentError("times or item_table is given with a frame; wanted a frame, and maybe items as a frame")
            return cls._of_frames(context, sessions, items, options, None, like)
        if items is None:
            raise ArgumentError("items is None; wanted an item id for each session id, or a frame as the first argument")
        drop = options.get("missing") is not None and choice("missing", options["missing"]) == _DROP
        rows = _Interactions(sessions, items, times, drop)
        table = None if item_table is None else _ItemTable(item_table, drop)
        if rows.times is not None and rows.times.dates:
            options["time_unit"] = "iso"
        filled = Options(_api.llmrec_dataset_options, options).point("like", like, "dataset")
        given = None if table is None else ctypes.byref(table.c)
        return cls._make(context, "llmrec_dataset_create", owner_of(context, "context"), ctypes.byref(rows.c), given, filled)

    @classmethod
    def _of_frames(cls, context, interactions, items, options, preset, like):
        if items is not None and not is_frame(items):
            raise ArgumentError(f"items is a {type(items).__name__}; wanted a frame, as interactions are one")
        filled = Options(_api.llmrec_dataset_options, options, preset).point("like", like, "dataset")
        return cls._make(context, "llmrec_dataset_create_arrow", context._c(), Stream(interactions), Stream(items), filled)

    @classmethod
    def open(cls, path: Any, *, context: Context | None = None) -> Dataset:
        """Reads a file that `save` wrote."""
        context = context or default_context()
        return cls._make(context, "llmrec_dataset_open", owner_of(context, "context"), path_of(path))

    def save(self, path: Any) -> None:
        """Writes all data of this dataset or view to one HDF5 file, atomically."""
        call("llmrec_dataset_save", self._c(), path_of(path))

    def append(self, rows: Dataset) -> Dataset:
        """Returns this dataset joined with new rows and items, as those of a night, which are a dataset of their own. Sessions
        and items keep their indices; new ones come behind. After `session_gap`, a user's rows go on in the last session or
        begin the next one."""
        return self._make(self.context, "llmrec_dataset_append", self._c(), owner_of(rows, "dataset", "rows"))

    @takes("llmrec_split_options")
    def split(self, part: str, **options: Unpack[_keywords.Split]) -> Dataset:
        """Returns the "train", "validation" or "test" part as a view, or train and validation together as "train_validation".
        `cutoff` may be a number, a date or a text."""
        options["cutoff"] = cutoff_text(options.get("cutoff"))
        filled = Options(_api.llmrec_split_options, options)
        return self._make(self.context, "llmrec_dataset_split", self._c(), filled, choice("split_part", part, "part"))

    def split_rows(self, parts: Any, part: str) -> Dataset:
        """Returns the "train", "validation", "test" or "train_validation" part of your own split as a view.

        parts: the part of each row, in the order of `copy_sessions`: its name, or None for no part; or integers 0, 1, 2 and -1.
        """
        given = _part_numbers(parts)
        return self._make(self.context, "llmrec_dataset_split_rows", self._c(), given.ctypes.data, len(given),
                          choice("split_part", part, "part"))

    def targets(self, first: int = 0, count: int | None = None) -> np.ndarray:
        """Returns the number of targets of sessions `first` to `first + count - 1` (default: to the last): their last rows, which
        an evaluation asks for."""
        count = self.sessions - first if count is None else count
        found = np.zeros(max(count, 0), np.int64)
        call("llmrec_dataset_copy_targets", self._c(), first, count, found.ctypes.data)
        return found

    def _facts(self):
        return f"{self.sessions} sessions, {self.items} items, {self.rows} rows"

    @property
    def sessions(self) -> int:
        """Number of sessions in this dataset or view."""
        return self._get("llmrec_dataset_sessions")

    @property
    def items(self) -> int:
        """Number of items in the catalog."""
        return self._get("llmrec_dataset_items")

    @property
    def rows(self) -> int:
        """Number of rows in this dataset or view."""
        return self._get("llmrec_dataset_rows")

    def copy_sessions(self, first: int = 0, count: int | None = None, *, times: bool = False) -> Sessions:
        """Returns sessions `first` to `first + count - 1` (default: to the last) as CSR arrays of item indices.

        times: also the rows' times, in the kind in which they were given: datetime64[ns] (UTC) for dates; for numbers int64 in
        their unit (`time_unit`), or float64 if some have a fraction; None if there are none.
        """
        count = self.sessions - first if count is None else count
        offsets, rows = np.zeros(max(count, 0) + 1, np.int64), ctypes.c_int64()
        room = self.rows
        items, stamps = np.empty(room, np.int32), np.empty(room, np.int64) if times and self.time_unit else None
        address = None if stamps is None else stamps.ctypes.data
        call("llmrec_dataset_copy_sessions", self._c(), first, count, offsets.ctypes.data, items.ctypes.data, address,
             room, ctypes.byref(rows))
        return Sessions(offsets, items[: rows.value], None if stamps is None else self._given_back(stamps[: rows.value]))

    def to_arrow(self) -> Frame:
        """Returns the rows as a frame, session by session in time order: session_id, item_id and, with times, timestamp."""
        return Frame("llmrec_dataset_rows_arrow", self._c())

    def items_to_arrow(self) -> Frame:
        """Returns the items as a frame, in the order of their indices: item_id and every text column."""
        return Frame("llmrec_dataset_items_arrow", self._c())

    def statistics_to_arrow(self) -> Frame:
        """Returns the statistics of `describe` as a frame of one row."""
        return Frame("llmrec_dataset_statistics_arrow", self._c())

    @property
    def time_unit(self) -> str | None:
        """How the times were given: "s", "ms", "us" or "ns" for numbers, "iso" for dates, None without times."""
        unit = self._get("llmrec_dataset_time_unit")
        return choice_name("time_unit", unit) if unit else None

    def _given_back(self, times):
        return given_back(times, self._get("llmrec_dataset_time_unit"))

    def item_id(self, item: int) -> int | str:
        """Returns an item's external id: an integer if the input ids were integers."""
        text = self._text("llmrec_dataset_item_id", item)
        return int(text) if self._get("llmrec_dataset_item_ids_are_numbers") else text

    def session_id(self, session: int) -> int | str:
        """Returns a session's external id: an integer if the input ids were integers."""
        text = self._text("llmrec_dataset_session_id", session)
        return int(text) if self._get("llmrec_dataset_session_ids_are_numbers") else text

    def find_item(self, item_id: Any) -> int:
        """Returns the index of an item id; -1 if it is unknown."""
        return self._find("llmrec_dataset_find_item", item_id)

    def find_session(self, session_id: Any) -> int:
        """Returns the index of a session id; -1 if it is unknown."""
        return self._find("llmrec_dataset_find_session", session_id)

    def _find(self, name, wanted):
        side = "item" if name.endswith("item") else "session"
        text = id_texts([wanted], f"{side}_id", bool(self._get(f"llmrec_dataset_{side}_ids_are_numbers"))).bytes[0]
        return self._get(name, text, len(text))

    @property
    def columns(self) -> list[str]:
        """Names of the items' text columns."""
        count = self._get("llmrec_dataset_columns")
        return [self._get("llmrec_dataset_column_name", column).decode() for column in range(count)]

    @property
    def title_column(self) -> str | None:
        """Name of the column with the items' titles, if it exists."""
        column = self._get("llmrec_dataset_title_column")
        return None if column < 0 else self.columns[column]

    def item_text(self, item: int, column: str | None = None) -> str:
        """Returns an item's text in a column (default: its title)."""
        name = self.title_column if column is None else column
        index = -1 if name is None else self._get("llmrec_dataset_find_column", name.encode())
        if index < 0:
            raise KeyError(f"no column {'for titles' if column is None else repr(column)}; there are {self.columns}")
        return self._text("llmrec_dataset_item_text", item, index)

    def item_counts(self) -> np.ndarray:
        """Returns the number of rows of each item in this dataset or view."""
        counts = np.zeros(self.items, np.int64)
        call("llmrec_dataset_item_counts", self._c(), counts.ctypes.data)
        return counts

    def describe(self) -> dict[str, Any]:
        """Returns statistics by name: sessions, items, rows, time_ties, quantiles of lengths and popularity, and more."""
        found = _api.llmrec_dataset_statistics()
        found.size = ctypes.sizeof(found)
        call("llmrec_dataset_describe", self._c(), ctypes.byref(found))
        fields = {name: getattr(found, name) for name, _ in found._fields_ if name != "size"}
        for name in ("first_time", "last_time"):
            fields[name] = self._given_back(np.array([fields[name]]))[0] if self.time_unit and self.rows else None
        return {name: list(value) if isinstance(value, ctypes.Array) else value for name, value in fields.items()}


def _part_numbers(parts):
    """The part of each row as int8; -1 for none."""
    given = column(parts, "parts")
    if given.dtype.kind not in "OSU" or given.size == 0:
        return array(given, np.int8, 1, "parts")
    gone, names = missing_in(given), _api.ENUMS["split_part"]
    numbers = np.array([-1 if missing else names.get(name, _WRONG) for name, missing in zip(given, gone)], np.int8)
    if (numbers == _WRONG).any():
        row = int(np.flatnonzero(numbers == _WRONG)[0])
        raise ArgumentError(f"parts[{row}] is {given[row]!r}; wanted one of {', '.join(names)}")
    return numbers


class _Interactions:
    """llmrec_interactions over arrays that it keeps alive."""

    def __init__(self, sessions, items, times, drop):
        self.sessions, self.items = Ids(sessions, "sessions", drop), Ids(items, "items", drop)
        self.times = None if times is None else Times(times, drop)
        rows = len(self.sessions)
        _same_length("items", len(self.items), rows)
        self.c = _api.llmrec_interactions(size=ctypes.sizeof(_api.llmrec_interactions), rows=rows)
        self.sessions.put(self.c, "session_numbers", "session_ids", "session_id_lengths")
        self.items.put(self.c, "item_numbers", "item_ids", "item_id_lengths")
        self.c.session_missing, self.c.item_missing = self.sessions.gone.ctypes.data, self.items.gone.ctypes.data
        if self.times is not None:
            _same_length("times", len(self.times), rows)
            self.times.put(self.c)


class _ItemTable:
    """llmrec_items over texts that it keeps alive."""

    def __init__(self, table, drop):
        if "id" not in table:
            raise ShapeError(f"the item table has no column 'id'; it has {', '.join(table)}")
        names = [name for name in table if name != "id"]
        self.ids = Ids(table["id"], "item ids", drop)
        columns = [column(table[name], name) for name in names]
        for name, values in zip(names, columns):
            _same_length(name, len(values), len(self.ids))
        if self.ids.gone.any():
            kept = ~self.ids.gone
            self.ids, columns = Ids(column(table["id"], "item ids")[kept], "item ids"), [values[kept] for values in columns]
        self.names = Texts(names)
        self.texts = _cells(columns)
        self.c = _api.llmrec_items(size=ctypes.sizeof(_api.llmrec_items), rows=len(self.ids), columns=len(names))
        self.ids.put(self.c, "numbers", "ids", "id_lengths")
        if names:
            self.c.column_names = ctypes.cast(self.names.pointers, ctypes.c_void_p)
            self.c.texts = ctypes.cast(self.texts.pointers, ctypes.c_void_p)
            self.c.text_lengths = ctypes.cast(self.texts.lengths, ctypes.c_void_p)


def _cells(columns):
    """The columns' texts row by row; missing ones are empty."""
    cells, gone = (np.empty((len(columns[0]) if columns else 0, len(columns)), kind) for kind in (object, bool))
    for i, values in enumerate(columns):
        cells[:, i], gone[:, i] = values, missing_in(values)
    return Texts.of_column(cells.ravel(), gone.ravel())


def _same_length(name, length, wanted):
    if length != wanted:
        raise ShapeError(f"{name} has {length} entries; wanted {wanted}")
