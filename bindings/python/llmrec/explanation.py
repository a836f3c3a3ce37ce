# SPDX-License-Identifier: Apache-2.0
"""Explanations: what speaks for an item in the list of a session."""
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _api
from ._handle import Owner
from ._library import call, library

if TYPE_CHECKING:
    from .recommender import Recommender


class Reason(NamedTuple):
    """One reason. kind: "item", "session", "part", "rows" or "words"; index: its place in the session, in the data, or among the
    parts; item: the id of an item of the session, else None. contribution: what it adds to the score; share: its part of all
    contributions; value: the method's own number; part: the explanation by a part of a blend, else None."""

    kind: str
    index: int
    item: int | str | None
    contribution: float
    share: float
    value: float
    part: Explanation | None


class Explanation(NamedTuple):
    """Why an item has its score: the score; the method (llmrec/explain.h says what each one is); the reasons, the strongest
    first; and one sentence."""

    score: float
    method: str
    reasons: list[Reason]
    sentence: str


_KINDS = {value: name for name, value in _api.ENUMS["reason_kind"].items()}


def explain(recommender: Recommender, items: Any, item: int) -> Explanation:
    """Explains one score: items is an int32 array of indices."""
    pointer = ctypes.c_void_p()
    call("llmrec_explain", recommender._c(), items.ctypes.data, len(items), item, ctypes.byref(pointer))
    owner = Owner(pointer.value, "llmrec_explanation_free")
    return _read(recommender, owner)


def _read(recommender, explanation):
    reasons = [_reason(recommender, explanation, index) for index in range(library.llmrec_explanation_count(explanation))]
    return Explanation(library.llmrec_explanation_score(explanation), library.llmrec_explanation_method(explanation).decode(),
                       reasons, library.llmrec_explanation_sentence(explanation).decode("utf-8", "replace"))


def _reason(recommender, explanation, index):
    told = _api.llmrec_reason(size=ctypes.sizeof(_api.llmrec_reason))
    call("llmrec_explanation_reason", explanation, index, ctypes.byref(told))
    part = library.llmrec_explanation_part(explanation, index)
    return Reason(_KINDS[told.kind], told.index, None if told.item < 0 else recommender.item_id(told.item), told.contribution,
                  told.share, told.value, _read(recommender, ctypes.c_void_p(part)) if part else None)
