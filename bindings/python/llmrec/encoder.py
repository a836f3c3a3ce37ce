# SPDX-License-Identifier: Apache-2.0
"""The transformer encoder: BERT4Rec (bidirectional) and SASRec (causal), trained from random or language-model vectors."""
from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Any, Iterator, Mapping

import numpy as np

from . import _api
from ._arrays import path_of
from ._handle import Handle, owner_of
from ._library import call
from ._options import Options, options_of, takes
from ._turns import Turns
from .context import Context, ProgressCallback, default_context, telling
from .dataset import Dataset
from .embedding import Embedding

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords

# A row of `Encoder.history`: the fields of llmrec_epoch.
_EPOCH = np.dtype([(name, np.int64 if kind is ctypes.c_int64 else np.float64)
                   for name, kind in _api.llmrec_epoch._fields_ if name != "size"])
_VECTOR = re.compile(r"(\.bias|norm\.weight)$")


class Encoder(Handle):
    """A network over a catalog of items. Training changes it.

        encoder = llmrec.Encoder.create(data)                       # or preset="sasrec", layers=1, ...
        encoder.init_items(reducer.apply(table))                    # optional: start from a language model's vectors
        history = encoder.train(train, validation, epochs=50, progress=True)
        recommender = llmrec.Recommender.encoder(encoder)

    `train`, `init_items` and `import_weights` have it for themselves: other calls that come meanwhile raise RuntimeError.
    All else may run in many threads at once. llmrec.options("encoder") and llmrec.options("train") show every option.
    """

    _free = "llmrec_encoder_free"

    @classmethod
    def _make(cls, context, name, *arguments):
        made = super()._make(context, name, *arguments)
        made._turns = Turns(cls.__name__)
        return made

    # --- made, saved, opened

    @classmethod
    @takes("llmrec_encoder_options")
    def create(cls, dataset: Dataset, *, preset: str | None = None, **options: Unpack[_keywords.Encoder]) -> Encoder:
        """A freshly initialized encoder for a dataset's items.

        preset: sets all options as a named network has them; options then change these.
        Raises ArgumentError, ShapeError (no items), OutOfMemoryError.
        """
        filled = Options(_api.llmrec_encoder_options, options, preset)
        return cls._make(dataset.context, "llmrec_encoder_create", owner_of(dataset, "dataset"), filled)

    @classmethod
    def open(cls, path: Any, *, context: Context | None = None) -> Encoder:
        """Reads back what `save`, or train's checkpoint=, wrote; `train` goes on as if it had never stopped."""
        context = context or default_context()
        return cls._make(context, "llmrec_encoder_open", owner_of(context, "context"), path_of(path))

    def save(self, path: Any) -> None:
        """Writes weights, item ids, options and the state of training to one HDF5 file, atomically."""
        self._read("llmrec_encoder_save", path_of(path))

    def export_weights(self, path: Any) -> None:
        """Writes the weights in use as safetensors, float32, by the names of `weights`."""
        self._read("llmrec_encoder_export_weights", path_of(path))

    def import_weights(self, path: Any) -> None:
        """Replaces all weights by those of a safetensors file; training starts anew. Raises ShapeError (a tensor is
        missing or of another shape), NumericError (a number is not finite)."""
        self._change("llmrec_encoder_import_weights", path_of(path))

    def grow(self, dataset: Dataset, embedding: Embedding | None = None, *, seed: int = 0) -> Encoder:
        """A new encoder for another catalog, with the weights of this one. Items known by id keep their rows. New items start
        from their vectors in `embedding`, aligned to `dataset`, scaled as the known rows are, or from rows drawn by `seed`; with
        an adapter all rows come from `embedding`. Training starts anew."""
        given = None if embedding is None else owner_of(embedding, "embedding")
        of = owner_of(dataset, "dataset")
        with self._turns.beside():
            return self._make(self.context, "llmrec_encoder_grow", self._c(), of, given, seed)

    # --- trained

    @takes("llmrec_init_items_options")
    def init_items(self, embedding: Embedding, mode: _keywords.Mode = "start", **options: Unpack[_keywords.InitItems]) -> None:
        """Takes the item rows from an embedding whose row i is item i's (`Embedding.align`).

        mode: "start" (trained on from there; dim as the encoder's), "frozen" (they stay), "frozen_columns" (they stay
        as the leading columns, the others are trained; at most the encoder's dim), "adapter" (row = vector W + b with W
        trained; any dim; `grow` then scores items never trained on). scale_std of 0.01 to 0.1 suits training. Training
        starts anew.
        Raises ShapeError (rows, dim, or ids of another order), NumericError, ArgumentError.
        """
        self._change("llmrec_encoder_init_items", owner_of(embedding, "embedding"),
                     Options(_api.llmrec_init_items_options, {"mode": mode, **options}))

    @takes("llmrec_train_options")
    def train(
        self,
        train: Dataset,
        validation: Dataset | None = None,
        *,
        preset: str | None = None,
        progress: ProgressCallback | bool | None = None,
        **options: Unpack[_keywords.Train],
    ) -> np.recarray:
        """Trains until `epochs` in all, earlier calls' included (additional=True: `epochs` more), or early stop; returns
        `history`.

        validation: held-out sessions whose last items are to be found among all items, for early stopping; with it the
        weights at the end are those of the best epoch.
        preset: options as a named training has them, see `create`.
        progress: True draws a line with epoch, loss, rates and time left; or a function called with a Progress at most
        every 50 ms, which may return False to stop; default: the context's.
        An encoder that was opened goes on with `train(data, **encoder.train_options)`.

        Ctrl-C raises KeyboardInterrupt, and progress that returns False CancelledError: the encoder is then as it was
        after the last whole epoch; more training goes on from there and comes to the same bits. Other Python threads run
        meanwhile.
        Raises ArgumentError, ShapeError (another catalog), NumericError (diverged: lower learning_rate), FileError.
        """
        filled = Options(_api.llmrec_train_options, options, preset)
        with telling(progress):
            held_out = None if validation is None else owner_of(validation, "dataset", "validation")
            self._change("llmrec_encoder_train", owner_of(train, "dataset", "train"), held_out, filled)
        return self.history

    @property
    def history(self) -> np.recarray:
        """A row for each epoch, as a numpy record array: history.loss is a column, history[-1].loss a number,
        pandas.DataFrame(history) a table. Columns: epoch (1, 2, ...), steps, loss, learning_rate, ndcg, hit_rate (NaN
        where not validated), seconds, validation_seconds, sequences_per_second, tokens_per_second, best (1: best so
        far)."""
        with self._turns.beside():
            epochs = super()._get("llmrec_encoder_epochs")
            return np.array([self._epoch(index) for index in range(epochs)], _EPOCH).view(np.recarray)

    def _epoch(self, index):
        epoch = _api.llmrec_epoch(size=ctypes.sizeof(_api.llmrec_epoch))
        call("llmrec_encoder_epoch", self._c(), index, ctypes.byref(epoch))
        return tuple(getattr(epoch, name) for name in _EPOCH.names)

    def save_history(self, path: Any) -> None:
        """Writes the history as CSV, atomically, its columns named as in `history`."""
        self._read("llmrec_encoder_save_history", path_of(path))

    @property
    def epochs(self) -> int:
        """How many epochs it was trained."""
        return self._get("llmrec_encoder_epochs")

    @property
    def best_epoch(self) -> int | None:
        """Index in `history` of the epoch whose weights are in use; None before any training."""
        index = self._get("llmrec_encoder_best_epoch")
        return None if index < 0 else index

    # --- what is in it

    def _facts(self):
        try:
            return f"{self.items} items, dim {self.dim}, {self.epochs} epochs"
        except RuntimeError:
            return "in training"

    @property
    def items(self) -> int:
        """How many items the catalog has."""
        return self._get("llmrec_encoder_items")

    @property
    def dim(self) -> int:
        """How many numbers an item's row has."""
        return self._get("llmrec_encoder_dim")

    @property
    def parameters(self) -> int:
        """How many numbers are trained, all told."""
        return self._get("llmrec_encoder_parameters")

    def item_id(self, item: int) -> str:
        """An item's external id."""
        return self._text("llmrec_encoder_item_id", item)

    @property
    def options(self) -> dict[str, Any]:
        """The options it was made with."""
        return self._options(_api.llmrec_encoder_options, "llmrec_encoder_get_options")

    @property
    def train_options(self) -> dict[str, Any]:
        """The options of the latest training, without its checkpoint's path; the defaults before any."""
        return self._options(_api.llmrec_train_options, "llmrec_encoder_get_train_options")

    @property
    def weights(self) -> Weights:
        """The weights in use by name; docs/guides/training.md lists names and shapes."""
        return Weights(self)

    def copy_weights(self, name: str, first: int = 0, count: int | None = None) -> np.ndarray:
        """Rows `first` to `first + count - 1` (default: to the last) of named weights as float32, [rows, columns]; biases
        and what belongs to a norm, which are one row, as [columns]. "item.weight" has a row for each item, and the mask's
        last."""
        rows, columns = ctypes.c_int64(), ctypes.c_int64()
        self._read("llmrec_encoder_copy_weights", name.encode(), 0, 0, None, ctypes.byref(rows), ctypes.byref(columns))
        count = rows.value - first if count is None else count
        values = np.empty((max(count, 0), columns.value), np.float32)
        self._read("llmrec_encoder_copy_weights", name.encode(), first, count, values.ctypes.data, None, None)
        return values.reshape(-1) if _VECTOR.search(name) else values

    # --- calls in turn

    def _options(self, struct, name):
        found = struct(size=ctypes.sizeof(struct))
        self._read(name, ctypes.byref(found))
        return options_of(found)

    def _get(self, name, *arguments):
        with self._turns.beside():
            return super()._get(name, *arguments)

    def _text(self, name, *arguments):
        with self._turns.beside():
            return super()._text(name, *arguments)

    def _written(self, name, *arguments):
        with self._turns.beside():
            return super()._written(name, *arguments)

    def _read(self, name, *arguments):
        with self._turns.beside():
            call(name, self._c(), *arguments)

    def _change(self, name, *arguments):
        with self._turns.alone():
            call(name, self._c(), *arguments)


class Weights(Mapping):
    """An encoder's weights by name: each is copied when it is asked for."""

    def __init__(self, encoder: Encoder):
        self._encoder = encoder

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in list(self):
            raise KeyError(f"no weights {name!r}; there are {', '.join(self)}")
        return self._encoder.copy_weights(name)

    def __iter__(self) -> Iterator[str]:
        for index in range(len(self)):
            yield self._encoder._get("llmrec_encoder_weight_name", index).decode()

    def __len__(self) -> int:
        return self._encoder._get("llmrec_encoder_weights")

    def __repr__(self) -> str:
        return f"<llmrec.Weights of {self._encoder!r}>"
