# SPDX-License-Identifier: Apache-2.0
"""Recommenders: the items of a session in, the next items out."""
from __future__ import annotations

import contextlib
import ctypes
import json
import threading
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple, Sequence

import numpy as np

from . import _api
from ._arrays import Texts, array, csr, offsets_of, path_of
from ._handle import Handle
from ._library import call, library, written
from ._options import Options, takes
from .context import Context, default_context
from .dataset import Dataset
from .embedding import Embedding
from .encoder import Encoder
from .llm import Llm
from .text_encoder import TextEncoder

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords


class Recommendations(NamedTuple):
    """The best next items of each session: items [sessions, k] (indices, -1 beyond counts), scores [sessions, k] (NaN beyond
    counts), counts [sessions], how many ids of each session were unknown (None where indices were given), and with
    grounding=True where each list comes from: a record array [sessions] with a column for each LLMREC_GROUNDING_*."""

    items: np.ndarray
    scores: np.ndarray
    counts: np.ndarray
    unknown: np.ndarray | None
    grounding: np.recarray | None


class Recommendation(NamedTuple):
    """The best next items of one session, best first: their indices, and their scores."""

    items: np.ndarray
    scores: np.ndarray


class Parts:
    """What recommenders are made of, as a call takes it; keeps the handles alive."""

    def __init__(self, **handles: Handle | None):
        self._owners = {name: handle._c() for name, handle in handles.items() if handle is not None}
        self._struct = _api.llmrec_recommender_parts(size=ctypes.sizeof(_api.llmrec_recommender_parts), **{
            name: owner._as_parameter_.value for name, owner in self._owners.items()})
        self._as_parameter_ = ctypes.byref(self._struct)


class Recommender(Handle):
    """A strategy made ready; immutable, and safe to use from many threads at once."""

    _free = "llmrec_recommender_free"

    @classmethod
    def popularity(cls, dataset: Dataset) -> Recommender:
        """Recommends the items with most rows in a dataset, usually a train part."""
        return cls._make(dataset.context, "llmrec_recommender_create_popularity", dataset._c())

    @classmethod
    @takes("llmrec_similarity_options")
    def similarity(cls, embedding: Embedding, *, preset: str | None = None,
                   **options: Unpack[_keywords.Similarity]) -> Recommender:
        """LLM-seq-sim: ranks all items by similarity to a session's vector. `preset` sets all options to a named setting,
        which options then change."""
        filled = Options(_api.llmrec_similarity_options, options, preset)
        return cls._make(embedding.context, "llmrec_recommender_create_similarity", embedding._c(), filled)

    @classmethod
    def encoder(cls, encoder: Encoder) -> Recommender:
        """A trained encoder: sessions pass through its network, and all items are ranked by the logits. It takes a copy
        of the weights in use, so that the encoder may train on or be closed. Named "bert4rec" or, causal, "sasrec"."""
        with encoder._turns.beside():
            return cls._make(encoder.context, "llmrec_recommender_create_encoder", encoder._c())

    @classmethod
    @takes("llmrec_prompt_options")
    def prompt(cls, llm: Llm, dataset: Dataset, *, first_stage: Recommender | None = None,
               embedding: Embedding | None = None, text_encoder: TextEncoder | None = None, preset: str | None = None,
               **options: Unpack[_keywords.Prompt]) -> Recommender:
        """Prompts to a language model (docs/guides/prompts.md): it ranks the candidates of `first_stage`, names items, or chooses
        from a menu of the catalog.

            llm = llmrec.Llm.function(lambda request: "B, A, C")
            ranked = Recommender.prompt(llm, train, first_stage=Recommender.popularity(train), candidates=10, noun="movie")

        embedding: the items' vectors, for the menu of form "classify", and with the text encoder that made them for names that
        no item has. `preset` sets all options to a named setting, which options then change."""
        filled = Options(_api.llmrec_prompt_options, options, preset)
        parts = Parts(llm=llm, dataset=dataset, first_stage=first_stage, embedding=embedding, text_encoder=text_encoder)
        return cls._make(dataset.context, "llmrec_recommender_create_prompt", parts, filled)._keeping(parts)

    @classmethod
    def create(cls, description: str | dict[str, Any], *, preset: str | None = None, dataset: Dataset | None = None,
               embedding: Embedding | None = None, encoder: Encoder | None = None, llm: Llm | None = None,
               first_stage: Recommender | None = None, text_encoder: TextEncoder | None = None, **options: Any) -> Recommender:
        """A recommender of any strategy: by name, with its options as keywords, or again from a `description`. A dataset also
        tells the titles of the items.

            recommender = Recommender.create("similarity", embedding=table, dataset=data, measure="dot")
            again = Recommender.create(recommender.description, embedding=table, dataset=data)
        """
        given = dict(dataset=dataset, embedding=embedding, encoder=encoder, llm=llm, first_stage=first_stage,
                     text_encoder=text_encoder)
        context = next((part.context for part in given.values() if part is not None), None)
        described = _described(description, preset, options)
        parts = Parts(**given)
        with encoder._turns.beside() if encoder is not None else contextlib.nullcontext():
            made = cls._make(context, "llmrec_recommender_create", parts, json.dumps(described).encode())
        return made._keeping(parts)

    @classmethod
    def open(cls, path: Any, *, llm: Llm | None = None, text_encoder: TextEncoder | None = None,
             context: Context | None = None) -> Recommender:
        """Opens what `save` wrote; it answers the same, to the bit. Tables are mapped, so that processes share their memory.
        llm: the model of a prompt recommender, which is saved without it, as is its text encoder."""
        context = context or default_context()
        parts = Parts(llm=llm, text_encoder=text_encoder)
        return cls._make(context, "llmrec_recommender_open", context._c(), path_of(path), parts)._keeping(parts)

    def _keeping(self, parts):
        weakref.finalize(self._owner, id, parts).atexit = False  # a Python function lives as long as its user
        return self

    def save(self, path: Any) -> None:
        """Writes everything that serving needs to one file: tables, weights, options, ids and titles, but no language model."""
        call("llmrec_recommender_save", self._c(), path_of(path))

    def prompt_text(self, items: Any, candidates: Any = ()) -> str:
        """The messages that a prompt recommender would ask about a session of item indices, with these candidates."""
        items = array(np.atleast_1d(items), np.int32, 1, "items")
        candidates = array(np.asarray(candidates, np.int32), np.int32, 1, "candidates")
        return self._written("llmrec_prompt_preview", items.ctypes.data, len(items), candidates.ctypes.data, len(candidates))

    def session(self) -> Session:
        """A session that goes on: its items are appended as they come."""
        return Session._make(self.context, "llmrec_session_create", self._c())

    @property
    def name(self) -> str:
        return self._get("llmrec_recommender_name").decode()

    @property
    def description(self) -> dict[str, Any]:
        """What it is: strategy, options in force, and what it was made from."""
        return json.loads(self._written("llmrec_recommender_description"))

    @property
    def items(self) -> int:
        """How many items the catalog has."""
        return self._get("llmrec_recommender_items")

    def item_id(self, item: int) -> str:
        return self._text("llmrec_recommender_item_id", item)

    def item_title(self, item: int) -> str:
        """What an item is called; "" where that is not known."""
        return self._text("llmrec_recommender_item_title", item)

    def ids(self, items: Any) -> list:
        """The ids of item indices, nested as these are; places with -1 are left out."""
        items = np.asarray(items)
        if items.ndim > 1:
            return [self.ids(row) for row in items]
        return [self.item_id(int(item)) for item in items if item >= 0]

    @takes("llmrec_recommend_options")
    def recommend(self, sessions: Any, k: int = 10, *, grounding: bool = False,
                  **options: Unpack[_keywords.Recommend]) -> Recommendations:
        """The k best next items of each session.

        sessions: lists of external ids, oldest first, one list a session; or a tuple (offsets, items) of arrays: CSR of
        item indices, session i being items[offsets[i]:offsets[i + 1]], which are not copied when they are int64 and
        int32. grounding: also count where the lists come from (zeros unless a model is asked). allow and deny are item
        indices.
        """
        filled = Options(_api.llmrec_recommend_options, options)
        if isinstance(sessions, tuple):
            return self._recommend(*csr(sessions[0], sessions[1], "sessions"), k, filled, grounding)
        if grounding:
            offsets, ids = offsets_of(sessions), Texts(each for session in sessions for each in session)
            items = np.empty(len(ids), np.int32)
            call("llmrec_recommender_find_items", self._c(), ids.pointers, ids.lengths, len(ids), items.ctypes.data)
            unknown = np.array([(items[begin:end] < 0).sum() for begin, end in zip(offsets, offsets[1:])], np.int64)
            return self._recommend(offsets, items, k, filled, True)._replace(unknown=unknown)
        return self._recommend_ids(sessions, k, filled)

    def _recommend(self, offsets, items, k, options, grounding):
        out = _outputs(len(offsets) - 1, k, None)
        name, more = "llmrec_recommend", []
        if grounding:
            columns = [name for name in _api.ENUMS["grounding"] if name != "count"]
            out = out._replace(grounding=np.zeros(len(offsets) - 1, [(each, np.int64) for each in columns]).view(np.recarray))
            name, more = "llmrec_recommend_grounded", [out.grounding.ctypes.data, len(columns)]
        call(name, self._c(), offsets.ctypes.data, items.ctypes.data, len(offsets) - 1, k, options,
             *(each.ctypes.data for each in out[:3]), *more)
        return out

    def _recommend_ids(self, sessions: Sequence[Sequence[Any]], k, options):
        offsets, ids = offsets_of(sessions), Texts(each for session in sessions for each in session)
        out = _outputs(len(sessions), k, np.zeros(len(sessions), np.int64))
        call("llmrec_recommend_ids", self._c(), offsets.ctypes.data, ids.pointers, ids.lengths, len(sessions), k, options,
             *(each.ctypes.data for each in out[:4]))
        return out


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
        texts, unknown = Texts(ids), ctypes.c_int64()
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
        items, scores = np.empty(max(k, 0), np.int32), np.empty(max(k, 0), np.float32)
        with self._lock:
            call("llmrec_session_recommend", self._c(), k, filled, items.ctypes.data, scores.ctypes.data,
                 ctypes.byref(count))
        return Recommendation(items[: count.value], scores[: count.value])

    def __len__(self) -> int:
        """How many known items it has."""
        with self._lock:
            return self._get("llmrec_session_length")


def _described(description, preset, options):
    """A description with the options in it; what they may be is checked as for the strategy's own method."""
    described = dict(description) if isinstance(description, dict) else {"strategy": description}
    name = library.llmrec_strategy_options(str(described.get("strategy")).encode())
    if options and name is None:
        raise TypeError(f"the strategy {described.get('strategy')!r} has no options")
    if preset is not None:
        described["preset"] = preset
    if options:
        filled = Options(getattr(_api, name.decode()), options)
        values = json.loads(written("llmrec_options_json", name, filled))
        described["options"] = {**described.get("options", {}), **{option: values[option] for option in options}}
    return described


def _outputs(sessions, k, unknown):
    shape = sessions, max(k, 0)
    return Recommendations(np.full(shape, -1, np.int32), np.full(shape, np.nan, np.float32), np.zeros(sessions, np.int32),
                           unknown, None)
