# SPDX-License-Identifier: Apache-2.0
"""Live sessions: items come one after another."""
from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import _api
from ._arrays import array, id_texts, integer
from ._handle import Handle
from ._library import call
from ._options import Options, takes

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords


class Recommendation(NamedTuple):
    """The best next items of one session, best first: their indices, and their scores."""

    items: np.ndarray
    scores: np.ndarray


class Session(Handle):
    """One session whose items come one after another, made by `Recommender.session`:

        session = recommender.session()
        session.append("260", "1196")
        best = session.recommend(k=5)
        print(recommender.ids(best.items))

    It gets what `Recommender.recommend` says of all its items so far, to the bit; a causal encoder with left_aligned passes
    only the items since the latest recommendation through its network. Calls from several threads wait for each other.
    """

    _free = "llmrec_session_free"

    @classmethod
    def _make(cls, context, name, *arguments):
        made = super()._make(context, name, *arguments)
        made._lock = threading.Lock()
        return made

    def append(self, *ids: Any) -> int:
        """Appends items by their external ids, oldest first; unknown ones are skipped. Returns how many those were."""
        texts, unknown = id_texts(ids, "ids", False), ctypes.c_int64()
        with self._lock:
            call("llmrec_session_append_ids", self._c(), texts.pointers, texts.lengths, len(texts), ctypes.byref(unknown))
        return unknown.value

    def append_items(self, items: Any) -> None:
        """Appends items by index; -1 is an unknown item and is skipped."""
        items = array(np.atleast_1d(items), np.int32, 1, "items")
        with self._lock:
            call("llmrec_session_append", self._c(), items.ctypes.data, len(items))

    @takes("llmrec_recommend_options")
    def recommend(self, k: int = 10, **options: Unpack[_keywords.Recommend]) -> Recommendation:
        """The k best next items, or fewer. allow and deny are item indices."""
        filled, count = Options(_api.llmrec_recommend_options, options), ctypes.c_int32()
        room = max(integer(k, "k"), 0)
        items, scores = np.empty(room, np.int32), np.empty(room, np.float32)
        with self._lock:
            call("llmrec_session_recommend", self._c(), k, filled, items.ctypes.data, scores.ctypes.data,
                 ctypes.byref(count))
        return Recommendation(items[: count.value], scores[: count.value])

    def _facts(self):
        if not self._lock.acquire(blocking=False):
            return "in use"
        try:
            return f"{self._get('llmrec_session_length')} items"
        finally:
            self._lock.release()

    def _written(self, name, *arguments):
        with self._lock:
            return super()._written(name, *arguments)

    def __len__(self) -> int:
        """How many known items it has."""
        with self._lock:
            return self._get("llmrec_session_length")
