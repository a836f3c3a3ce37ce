# SPDX-License-Identifier: Apache-2.0
"""Text encoders: texts to vectors by a sentence model that runs inside the library, or by a server."""
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from . import _api
from ._arrays import Texts, path_of
from ._handle import Handle, owner_of
from ._library import call
from ._options import Options, takes
from .context import Context, default_context
from .dataset import Dataset
from .embedding import Embedding
from .llm import Usage, endpoint_options, usage_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords


class TextEncoder(Handle):
    """A sentence model; immutable, and safe to use from many threads at once."""

    _free = "llmrec_text_encoder_free"

    @classmethod
    @takes("llmrec_text_encoder_options")
    def load(cls, directory: Any, *, context: Context | None = None, **options: Unpack[_keywords.TextEncoder]) -> TextEncoder:
        """Reads a sentence-transformers directory."""
        context = context or default_context()
        filled = Options(_api.llmrec_text_encoder_options, options)
        return cls._make(context, "llmrec_text_encoder_load", owner_of(context, "context"), path_of(directory), filled)

    @classmethod
    @takes("llmrec_endpoint_options")
    def endpoint(cls, url: str, model: str | None = None, *, key: str | None = None, context: Context | None = None,
                 batch: int | None = None, batch_tokens: int | None = None, max_tokens: int | None = None,
                 dim: int | None = None, normalize: bool | None = None,
                 **options: Unpack[_keywords.Endpoint]) -> TextEncoder:
        """An encoder behind an /embeddings endpoint; its dim is asked for here, by embedding one text.

        batch (256), batch_tokens (100000): texts and estimated tokens of a request; max_tokens (8000): of a text;
        dim: asked of the server; normalize (True): vectors of length 1. The other options are those of Llm.endpoint;
        journal= keeps every vector that was paid for.
        """
        context = context or default_context()
        embeddings = Options(_api.llmrec_embeddings_options, {
            "batch": batch, "batch_tokens": batch_tokens, "max_tokens": max_tokens, "dim": dim,
            "normalize": normalize})
        filled = endpoint_options(url, model, key, options)
        return cls._make(context, "llmrec_text_encoder_create_endpoint", owner_of(context, "context"), filled, embeddings)

    @property
    def usage(self) -> Usage:
        """What an encoder behind an endpoint has cost; zeros for a model inside the library."""
        return usage_of("llmrec_text_encoder_usage", self._c())

    def _facts(self):
        return f"dim {self.dim}, {self.max_tokens} tokens"

    @property
    def dim(self) -> int:
        return self._get("llmrec_text_encoder_dim")

    @property
    def max_tokens(self) -> int:
        return self._get("llmrec_text_encoder_max_tokens")

    def tokenize(self, text: str) -> np.ndarray:
        """The token ids of a text, the model's marks included."""
        given, count = Texts([text]).bytes[0], ctypes.c_int64()
        ids = np.empty(self.max_tokens, np.int32)
        call("llmrec_text_encoder_tokenize", self._c(), given, len(given), ids.ctypes.data, len(ids),
             ctypes.byref(count))
        return ids[: count.value]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors [len(texts), dim]."""
        if isinstance(texts, (str, bytes)):
            raise TypeError("texts is one text; wanted a sequence of texts")
        given = Texts(texts)
        vectors = np.empty((len(given), self.dim), np.float32)
        call("llmrec_text_encoder_encode", self._c(), given.pointers, given.lengths, len(given), vectors.ctypes.data)
        return vectors

    @takes("llmrec_encode_items_options")
    def encode_items(self, dataset: Dataset, *, known: Embedding | None = None,
                     **options: Unpack[_keywords.EncodeItems]) -> Embedding:
        """One vector for each item of a dataset.

        known: a table, such as that of the dataset before `Dataset.append`, whose vectors are taken for the items that it has;
        only the other items are encoded.
        """
        filled = Options(_api.llmrec_encode_items_options, options).point("known", known, "embedding")
        given = owner_of(dataset, "dataset")
        return Embedding._make(self.context, "llmrec_text_encoder_encode_items", self._c(), given, filled)
