# SPDX-License-Identifier: Apache-2.0
"""Embedding tables with one vector per item, and reducers fitted on them."""
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import _api
from ._arrays import Ids, array, id_texts, path_of
from ._errors import ShapeError
from ._handle import Handle, owner_of
from ._library import call
from ._options import Options, choice, choice_name, takes
from .context import Context, default_context
from .dataset import Dataset

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords


class Alignment(NamedTuple):
    """The match of a table and a dataset: numbers of items with and without a vector and of surplus rows, first of each."""

    found: int
    missing: int
    surplus: int
    first_missing: int
    first_surplus: int


class Embedding(Handle):
    """A table of vectors [rows, dim], in memory or mapped from its file; immutable."""

    _free = "llmrec_embedding_free"
    alignment: Alignment | None = None  # set on the result of `align`

    @classmethod
    @takes("llmrec_embedding_options")
    def create(cls, values: Any, ids: Any = None, *, context: Context | None = None,
               **options: Unpack[_keywords.Embedding]) -> Embedding:
        """Creates a table from an array [rows, dim]. The array is copied. dtype="float16" halves the memory."""
        context = context or default_context()
        values = array(values, np.float32, 2, "values")
        texts = None
        if ids is not None:
            given = Ids(ids, "ids")
            texts = given.as_texts()
            if given.numbers is not None:
                options.setdefault("id_kind", "integer")
            if len(texts) != len(values):
                raise ShapeError(f"ids has {len(texts)} entries; wanted {len(values)}, one a row")
        filled = Options(_api.llmrec_embedding_options, options)
        pointers, lengths = (None, None) if texts is None else (texts.pointers, texts.lengths)
        return cls._make(context, "llmrec_embedding_create", owner_of(context, "context"), values.ctypes.data, *values.shape,
                         pointers, lengths, filled)

    @classmethod
    @takes("llmrec_embedding_options")
    def load(cls, path: Any, *, context: Context | None = None, **options: Unpack[_keywords.Embedding]) -> Embedding:
        """Reads .npy, .safetensors, CSV or TSV, recognized by the content of the file."""
        return cls._read("llmrec_embedding_load", path, context, options)

    @classmethod
    @takes("llmrec_embedding_options")
    def open(cls, path: Any, *, context: Context | None = None, **options: Unpack[_keywords.Embedding]) -> Embedding:
        """Maps an .h5 file that `save` wrote."""
        return cls._read("llmrec_embedding_open", path, context, options)

    @classmethod
    def _read(cls, function, path, context, options):
        context = context or default_context()
        filled = Options(_api.llmrec_embedding_options, options)
        return cls._make(context, function, owner_of(context, "context"), path_of(path), filled)

    def save(self, path: Any) -> None:
        """Writes .h5, .npy or .safetensors, atomically."""
        call("llmrec_embedding_save", self._c(), path_of(path))

    def _facts(self):
        return f"{self.rows} rows, dim {self.dim}, {self.dtype}"

    @property
    def rows(self) -> int:
        return self._get("llmrec_embedding_rows")

    @property
    def dim(self) -> int:
        return self._get("llmrec_embedding_dim")

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(choice_name("dtype", self._get("llmrec_embedding_dtype")))

    @property
    def data(self) -> np.ndarray:
        """The stored values as a read-only array over the library's memory. The array keeps this memory alive."""
        return np.asarray(_View(self))

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(self.data, dtype=dtype, copy=True) if copy else np.asarray(self.data, dtype=dtype)

    def copy_rows(self, first: int = 0, count: int | None = None) -> np.ndarray:
        """Returns rows `first` to `first + count - 1` (default: to the last) as float32."""
        count = self.rows - first if count is None else count
        values = np.empty((max(count, 0), self.dim), np.float32)
        call("llmrec_embedding_copy_rows", self._c(), first, count, values.ctypes.data)
        return values

    def has_row(self, row: int) -> bool:
        """False where the row was missing when the table was aligned, and is zero."""
        return bool(self._get("llmrec_embedding_has_row", row))

    def id(self, row: int) -> int | str:
        """Returns a row's id: an integer if the ids are integers."""
        text = self._text("llmrec_embedding_id", row)
        return int(text) if self._get("llmrec_embedding_ids_are_numbers") else text

    def find(self, row_id: Any) -> int:
        """Returns the row of an id; -1 if it is unknown."""
        text = id_texts([row_id], "row_id", bool(self._get("llmrec_embedding_ids_are_numbers"))).bytes[0]
        return self._get("llmrec_embedding_find", text, len(text))

    def align(self, dataset: Dataset, missing: str = "zero") -> Embedding:
        """Returns a table whose row i is the vector of the dataset's item i. `missing`: "zero" rows, or "error". The result's
        `alignment` has the numbers of found, missing and surplus rows."""
        report = _api.llmrec_alignment(size=ctypes.sizeof(_api.llmrec_alignment))
        policy = choice("align_missing", missing, "missing")
        aligned = self._make(self.context, "llmrec_embedding_align", self._c(), owner_of(dataset, "dataset"), policy,
                             ctypes.byref(report))
        aligned.alignment = Alignment(*(getattr(report, name) for name in Alignment._fields))
        return aligned


class _View:
    """A table's values for numpy. The numpy array keeps this object alive, and this object keeps the table alive."""

    def __init__(self, embedding):
        self.owner = owner_of(embedding, "embedding")
        self.__array_interface__ = {
            "version": 3,
            "shape": (embedding.rows, embedding.dim),
            "typestr": embedding.dtype.str,
            "data": (embedding._get("llmrec_embedding_data") or 0, True),
        }


class Reducer(Handle):
    """PCA, whitening or random projection, fitted on one table and applied to any of the same dim."""

    _free = "llmrec_reducer_free"

    @classmethod
    @takes("llmrec_reducer_options")
    def fit(cls, embedding: Embedding, **options: Unpack[_keywords.Reducer]) -> Reducer:
        """Fits a reducer on a table."""
        filled = Options(_api.llmrec_reducer_options, options)
        return cls._make(embedding.context, "llmrec_reducer_fit", owner_of(embedding, "embedding"), filled)

    @classmethod
    def open(cls, path: Any, *, context: Context | None = None) -> Reducer:
        """Reads a file that `save` wrote."""
        context = context or default_context()
        return cls._make(context, "llmrec_reducer_open", owner_of(context, "context"), path_of(path))

    def save(self, path: Any) -> None:
        call("llmrec_reducer_save", self._c(), path_of(path))

    def apply(self, embedding: Embedding) -> Embedding:
        return Embedding._make(embedding.context, "llmrec_reducer_apply", self._c(), owner_of(embedding, "embedding"))

    def _facts(self):
        found = self.description
        return f"{found['options']['method']}, dim {found['input_dim']} to {found['dim']}"

    @property
    def dim(self) -> int:
        return self._get("llmrec_reducer_dim")

    @property
    def deviations(self) -> np.ndarray:
        """Standard deviations of the kept components, largest first (PCA and whitening)."""
        deviations = np.empty(self.dim)
        call("llmrec_reducer_deviations", self._c(), deviations.ctypes.data)
        return deviations
