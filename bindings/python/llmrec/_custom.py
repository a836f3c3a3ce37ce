# SPDX-License-Identifier: Apache-2.0
"""Python objects as strategies: passes the library's requests to them, and writes their answers to the library."""
from __future__ import annotations

import ctypes
import itertools
from numbers import Integral
from typing import Any

import numpy as np

from . import _api
from ._arrays import Ids, array
from ._errors import ShapeError
from ._library import keep_exception, kept_exception
from .dataset import Dataset

CALLBACK = _api.ENUMS["status"]["callback"]
_strategies: dict[int, Any] = {}
_keys = itertools.count(1)


class CustomStrategy:
    """The llmrec_custom_strategy of an object with `rank` or `score`. `items` is a dataset, ids, or a number of items."""

    def __init__(self, strategy: Any, items: Any, name: str | None):
        if isinstance(strategy, type):
            raise TypeError(f"strategy is the class {strategy.__name__}; wanted an object of it: {strategy.__name__}()")
        can_rank, can_score = callable(getattr(strategy, "rank", None)), callable(getattr(strategy, "score", None))
        if not can_rank and not can_score:
            raise TypeError(f"{type(strategy).__name__} has neither rank nor score; wanted at least one of these methods")
        self.key = next(_keys)
        self._name = (name or type(strategy).__name__).encode()
        self._struct = _api.llmrec_custom_strategy(size=ctypes.sizeof(_api.llmrec_custom_strategy), name=self._name,
                                                   free=_free, user=self.key)
        if can_rank:
            self._struct.rank = _rank
        if can_score:
            self._struct.score = _score
        self._set_items(items)
        _strategies[self.key] = strategy
        self._as_parameter_ = ctypes.byref(self._struct)

    def _set_items(self, items):
        if isinstance(items, Dataset):
            self._held = items._c()
            self._struct.dataset = self._held._as_parameter_.value
        elif isinstance(items, Integral):
            self._struct.items = int(items)
        else:
            ids = Ids(items, "items")
            self._held = ids.as_texts()
            self._struct.id_kind = _api.ENUMS["ids"]["text" if ids.numbers is None else "integer"]
            self._struct.items = len(self._held)
            self._struct.ids = ctypes.cast(self._held.pointers, ctypes.c_void_p)
            self._struct.id_lengths = ctypes.cast(self._held.lengths, ctypes.c_void_p)

    def forget(self) -> None:
        """Releases the object, if no recommender was made from it."""
        _strategies.pop(self.key, None)


def _at(pointer, kind, count):
    """Returns `count` numbers at an address as an array that shares the memory."""
    if count == 0:
        return np.empty(0, kind)
    return np.ctypeslib.as_array(ctypes.cast(pointer, ctypes.POINTER(np.ctypeslib.as_ctypes_type(kind))), (count,))


def _lists(request, offsets, items):
    """Converts CSR to a list of arrays. The arrays are copies."""
    offsets = _at(offsets, np.int64, request.sessions + 1)
    items = _at(items, np.int32, offsets[-1]).copy()
    return [items[a:b] for a, b in zip(offsets, offsets[1:])]


def _known_items(request):
    return [session[session >= 0] for session in _lists(request, request.offsets, request.items)]


def _numbers(values, method):
    """Scores as float32; nothing but numbers becomes a score."""
    given = np.asarray(values)
    if given.size and given.dtype.kind not in "iufO":
        raise TypeError(f"{method} gave scores of type {given.dtype}; wanted numbers")
    return given.astype(np.float32, copy=False)


def _put_list(answer, recommended, scores):
    """Writes one session's answer; returns its length."""
    if isinstance(answer, tuple) and len(answer) == 2 and not isinstance(answer[0], Integral):
        items, given = np.asarray(answer[0]), _numbers(answer[1], "rank")
    else:
        items = np.asarray(answer)
        given = -np.arange(len(items), dtype=np.float32)
    if items.ndim != 1 or items.shape != given.shape:
        raise ShapeError(f"rank gave items {items.shape} and scores {given.shape}; wanted two rows of one length")
    if items.size and items.dtype.kind not in "iu":
        raise TypeError(f"rank gave items of type {items.dtype}; wanted indices")
    count = min(len(items), len(recommended))
    recommended[:count], scores[:count] = array(items[:count], np.int32, 1, "rank's items"), given[:count]
    return count


def _rank_all(strategy, request):
    answers = strategy.rank(_known_items(request), request.width)
    if len(answers) != request.sessions:
        raise ShapeError(f"rank gave {len(answers)} lists; wanted {request.sessions}")
    shape = request.sessions, request.width
    recommended = _at(request.recommended, np.int32, shape[0] * shape[1]).reshape(shape)
    scores = _at(request.scores, np.float32, shape[0] * shape[1]).reshape(shape)
    counts = _at(request.counts, np.int32, request.sessions)
    for i, answer in enumerate(answers):
        counts[i] = _put_list(answer, recommended[i], scores[i])


def _score_all(strategy, request):
    if not request.candidate_offsets:
        shape = request.sessions, request.candidate_count
        candidates = _at(request.candidates, np.int32, request.candidate_count).copy()
        given = _numbers(strategy.score(_known_items(request), candidates), "score")
        if given.shape != shape:
            raise ShapeError(f"score gave {given.shape}; wanted {shape}")
        _at(request.scores, np.float32, shape[0] * shape[1]).reshape(shape)[:] = given
        return
    candidates = _lists(request, request.candidate_offsets, request.candidates)
    answers = strategy.score(_known_items(request), candidates)
    if [len(each) for each in answers] != [len(each) for each in candidates]:
        raise ShapeError("score gave lists of other lengths than the candidates")
    scores = _at(request.scores, np.float32, sum(map(len, candidates)))
    scores[:] = np.concatenate([_numbers(each, "score") for each in answers])


def _guarded(work):
    def run(request, key):
        try:
            if kept_exception() is not None:
                return CALLBACK
            work(_strategies[key], request.contents)
        except BaseException as error:  # raised again after the call
            keep_exception(error)
            return CALLBACK
        return 0

    return run


_rank = _api.llmrec_rank_fn(_guarded(_rank_all))
_score = _api.llmrec_score_fn(_guarded(_score_all))


@_api.llmrec_strategy_free_fn
def _free(key):
    _strategies.pop(key, None)
