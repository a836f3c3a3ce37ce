# SPDX-License-Identifier: Apache-2.0
"""Recommenders: the items of a session in, the next items out."""
from __future__ import annotations

import contextlib
import ctypes
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple, Sequence

import numpy as np

from . import _api
from ._arrays import array, csr, id_texts, integer, is_csr, offsets_of, path_of
from ._custom import CustomStrategy
from ._errors import ArgumentError, ShapeError
from ._frames import Frame
from ._handle import Handle, owner_of
from ._library import call
from ._options import Options, takes
from ._parts import Parts, described_with
from .context import Context, default_context
from .dataset import Dataset
from .embedding import Embedding
from .encoder import Encoder
from .explanation import Explanation, explain
from .llm import Llm
from .session import Session
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


class BlendFit(NamedTuple):
    """What fit_blend found on the validation sessions drawn: NDCG of the blend, of the blend with equal weights, of each
    recommender alone, and of the best blend without it."""

    sessions: int
    ndcg: float
    equal: float
    weights: np.ndarray
    alone: np.ndarray
    without: np.ndarray


class Recommender(Handle):
    """A strategy made ready; immutable, and safe to use from many threads at once."""

    _free = "llmrec_recommender_free"

    @classmethod
    @takes("llmrec_popularity_options")
    def popularity(cls, dataset: Dataset, **options: Unpack[_keywords.Popularity]) -> Recommender:
        """Recommends the items with most rows in a dataset, usually a train part: of all rows, or of recent ones."""
        filled = Options(_api.llmrec_popularity_options, options)
        return cls._make(dataset.context, "llmrec_recommender_create_recent_popularity", owner_of(dataset, "dataset"), filled)

    @classmethod
    @takes("llmrec_neighbors_options")
    def neighbors(cls, dataset: Dataset, embedding: Embedding | None = None, *, preset: str | None = None,
                  **options: Unpack[_keywords.Neighbors]) -> Recommender:
        """Session k nearest neighbors: recommends what the most similar sessions of a dataset contain.

        embedding: the items' vectors, for compared="vectors". `preset` names values for all options, which keywords then
        replace."""
        filled = Options(_api.llmrec_neighbors_options, options, preset)
        table = None if embedding is None else owner_of(embedding, "embedding")
        return cls._make(dataset.context, "llmrec_recommender_create_neighbors", owner_of(dataset, "dataset"), table, filled)

    @classmethod
    @takes("llmrec_cooccurrence_options")
    def cooccurrence(cls, dataset: Dataset, *, preset: str | None = None,
                     **options: Unpack[_keywords.Cooccurrence]) -> Recommender:
        """Recommends what occurs in sessions together with a session's items. `preset` names values for all options, which
        keywords then replace."""
        filled = Options(_api.llmrec_cooccurrence_options, options, preset)
        return cls._make(dataset.context, "llmrec_recommender_create_cooccurrence", owner_of(dataset, "dataset"), filled)

    def update(self, before: Dataset, after: Dataset) -> Recommender:
        """The co-occurrence recommender of `after`, made of this one, which is of `before`, and of what is new in `after`. It
        equals one that is made anew, to the bit.

            tonight = data.append(rows)
            recommender = recommender.update(data, tonight)
        """
        return self._make(self.context, "llmrec_recommender_update_cooccurrence", self._c(), owner_of(before, "dataset", "before"),
                          owner_of(after, "dataset", "after"))

    @classmethod
    @takes("llmrec_similarity_options")
    def similarity(cls, embedding: Embedding, *, preset: str | None = None,
                   **options: Unpack[_keywords.Similarity]) -> Recommender:
        """LLM-seq-sim: ranks all items by similarity to a session's vector. `preset` names values for all options, which
        keywords then replace."""
        filled = Options(_api.llmrec_similarity_options, options, preset)
        return cls._make(embedding.context, "llmrec_recommender_create_similarity", owner_of(embedding, "embedding"), filled)

    @classmethod
    @takes("llmrec_linear_options")
    def linear(cls, dataset: Dataset, embedding: Embedding | None = None, **options: Unpack[_keywords.Linear]) -> Recommender:
        """A linear item-to-item model in closed form (docs/guides/linear.md): SLIST, SLIT or EASE. dataset: usually a train
        part. embedding: the items' vectors, one row per item, which guide the model; it is then named "llm-linear". Ridge
        and strength are chosen on held-out items of the data set unless they are given; `description` has them."""
        filled = Options(_api.llmrec_linear_options, options)
        parts = [owner_of(dataset, "dataset"), None if embedding is None else owner_of(embedding, "embedding")]
        return cls._make(dataset.context, "llmrec_recommender_create_linear", *parts, filled)

    @classmethod
    def encoder(cls, encoder: Encoder) -> Recommender:
        """A trained encoder: sessions pass through its network, and all items are ranked by the logits. It takes a copy
        of the weights in use, so that the encoder may train on or be closed. Named "bert4rec" or, causal, "sasrec"."""
        with encoder._turns.beside():
            return cls._make(encoder.context, "llmrec_recommender_create_encoder", owner_of(encoder, "encoder"))

    @classmethod
    @takes("llmrec_blend_options")
    def blend(cls, recommenders: Sequence[Recommender], *, preset: str | None = None,
              **options: Unpack[_keywords.Blend]) -> Recommender:
        """The weighted sum of several recommenders' scores (docs/guides/blends.md). All of them score the union of their
        lists. weights: a number for each, or a text; default: each is 1.

            mixed = Recommender.blend([similar, popular], weights=[1, 0.2])
        """
        if options.get("weights") is not None and not isinstance(options["weights"], str):
            options["weights"] = " ".join(str(float(each)) for each in options["weights"])
        filled = Options(_api.llmrec_blend_options, options, preset)
        parts = Parts(recommenders=recommenders)
        return cls._make(_context_of(recommenders), "llmrec_recommender_create_blend", parts, filled)._keeping(parts)

    @classmethod
    @takes("llmrec_blend_options", "llmrec_blend_fit_options")
    def fit_blend(cls, recommenders: Sequence[Recommender], validation: Dataset, *, k: int = 10, sessions: int = 4000,
                  seed: int = 0, preset: str | None = None, **options: Unpack[_keywords.FitBlend]) -> tuple[Recommender, BlendFit]:
        """A blend with weights that maximize NDCG@k on validation sessions, and what was found. The recommenders must have
        been made of the train part alone; `sessions` of the validation part are drawn by `seed` (0: all).

            mixed, found = Recommender.fit_blend([similar, popular], data.split("validation"))
        """
        filled = Options(_api.llmrec_blend_options, options, preset)
        fitting = Options(_api.llmrec_blend_fit_options, {"k": k, "sessions": sessions, "seed": seed})
        parts = Parts(recommenders=recommenders)
        report = _api.llmrec_blend_fit_report(ctypes.sizeof(_api.llmrec_blend_fit_report))
        made = cls._make(_context_of(recommenders), "llmrec_blend_fit", parts, owner_of(validation, "dataset", "validation"),
                         filled, fitting, ctypes.byref(report))._keeping(parts)
        each = (np.array(values[: len(recommenders)]) for values in (report.weights, report.alone, report.without))
        return made, BlendFit(report.sessions, report.ndcg, report.equal, *each)

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
        no item has. `preset` names values for all options, which keywords then replace."""
        filled = Options(_api.llmrec_prompt_options, options, preset)
        parts = Parts(llm=llm, dataset=dataset, first_stage=first_stage, embedding=embedding, text_encoder=text_encoder)
        return cls._make(dataset.context, "llmrec_recommender_create_prompt", parts, filled)._keeping(parts)

    @classmethod
    def custom(cls, strategy: Any, items: Any, *, name: str | None = None, context: Context | None = None) -> Recommender:
        """Any object with a method `rank` or `score` as a recommender, which everything takes that takes one.

        rank(sessions, k): sessions is a list of arrays of known item indices, oldest first. Gives one entry per session: indices,
        the best first, or a tuple (indices, scores). Up to k are used; items that may not be recommended are removed, so that
        rank need not filter. score(sessions, candidates): candidates is an array for all sessions, and the answer an array
        [sessions, candidates]; or a list of arrays, one per session, and the answer such a list. NaN is no score.

            class Newest:
                def score(self, sessions, candidates):
                    return np.tile(candidates, (len(sessions), 1))

            newest = Recommender.custom(Newest(), data)

        One of the two is enough. What they raise ends the call and comes out of it. items: a Dataset, ids, or a number of
        items. name: of the recommender; default: that of the class.
        """
        context = context or (items.context if isinstance(items, Dataset) else default_context())
        asked = CustomStrategy(strategy, items, name)
        try:
            return cls._make(context, "llmrec_recommender_create_custom", owner_of(context, "context"), asked)
        except BaseException:
            asked.forget()
            raise

    @classmethod
    def create(cls, description: str | dict[str, Any], *, preset: str | None = None, dataset: Dataset | None = None,
               embedding: Embedding | None = None, encoder: Encoder | None = None, llm: Llm | None = None,
               first_stage: Recommender | None = None, text_encoder: TextEncoder | None = None,
               recommenders: Sequence[Recommender] | None = None, **options: Any) -> Recommender:
        """A recommender of any strategy: by name, with its options as keywords, or again from a `description`, a dict or
        its JSON text, and the parts that it names. A dataset also tells the titles of the items.

            recommender = Recommender.create("similarity", embedding=table, dataset=data, measure="dot")
            again = Recommender.create(recommender.description, embedding=table, dataset=data)
        """
        given = dict(dataset=dataset, embedding=embedding, encoder=encoder, llm=llm, first_stage=first_stage,
                     text_encoder=text_encoder)
        context = next((part.context for part in [*given.values(), *(recommenders or ())] if part is not None), None)
        described = described_with(description, preset, options, [*given, "recommenders"])
        parts = Parts(recommenders=recommenders, **given)
        with encoder._turns.beside() if encoder is not None else contextlib.nullcontext():
            made = cls._make(context, "llmrec_recommender_create", parts, described.encode())
        return made._keeping(parts)

    @classmethod
    def open(cls, path: Any, *, llm: Llm | None = None, text_encoder: TextEncoder | None = None,
             context: Context | None = None) -> Recommender:
        """Opens what `save` wrote; it answers the same, to the bit. Tables are mapped, so that processes share their memory.
        llm: the model of a prompt recommender, which is saved without it, as is its text encoder."""
        context = context or default_context()
        parts = Parts(llm=llm, text_encoder=text_encoder)
        return cls._make(context, "llmrec_recommender_open", owner_of(context, "context"), path_of(path), parts)._keeping(parts)

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

    def _facts(self):
        return f"{self.name}, {self.items} items"

    @property
    def name(self) -> str:
        return self._get("llmrec_recommender_name").decode()

    @property
    def items(self) -> int:
        """How many items the catalog has."""
        return self._get("llmrec_recommender_items")

    def item_id(self, item: int) -> int | str:
        """An item's external id: an integer if the ids are integers."""
        text = self._text("llmrec_recommender_item_id", item)
        return int(text) if self._has_integers else text

    @property
    def _has_integers(self):
        return bool(self._get("llmrec_recommender_item_ids_are_numbers"))

    def _lists(self, lists, name):
        """Lists of ids as offsets and texts."""
        offsets = offsets_of(lists, name)
        return offsets, id_texts((each for given in lists for each in given), name, self._has_integers)

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

        sessions: lists (or tuples) of external ids, oldest first, one a session; or a tuple (offsets, items) of numpy arrays:
        CSR of item indices, session i being items[offsets[i]:offsets[i + 1]], which are not copied when they are int64 and
        int32. grounding: also count where the lists come from (zeros unless a model is asked). allow and deny are item
        indices.
        """
        filled = Options(_api.llmrec_recommend_options, options)
        if is_csr(sessions):
            return self._recommend(*csr(sessions[0], sessions[1], "sessions"), k, filled, grounding)
        if grounding:
            offsets, ids = self._lists(sessions, "sessions")
            items = self._find(ids)
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
        offsets, ids = self._lists(sessions, "sessions")
        out = _outputs(len(sessions), k, np.zeros(len(sessions), np.int64))
        call("llmrec_recommend_ids", self._c(), offsets.ctypes.data, ids.pointers, ids.lengths, len(sessions), k, options,
             *(each.ctypes.data for each in out[:4]))
        return out

    def score(self, sessions: Any, candidates: Any) -> Any:
        """Scores of given candidates, the same as in lists; NaN for unknown items. No filter applies.

        sessions: lists of ids, or a tuple (offsets, items) of arrays, as for `recommend`. candidates: of lists of ids, one list
        of ids for all sessions, or a list of them per session; of arrays, one array of indices for all, or a tuple (offsets,
        items). One list for all gives an array [sessions, candidates]; lists per session give a list of arrays.
        """
        if is_csr(sessions):
            offsets, items = csr(sessions[0], sessions[1], "sessions")
            before = offsets.ctypes.data, items.ctypes.data, len(offsets) - 1
            own, each = (csr(*candidates, "candidates") if isinstance(candidates, tuple) else
                         (None, array(candidates, np.int32, 1, "candidates")))
            return self._score("llmrec_score", before, own, (each.ctypes.data,), len(each), ())
        offsets, ids = self._lists(sessions, "sessions")
        before = offsets.ctypes.data, ids.pointers, ids.lengths, len(sessions)
        if all(isinstance(each, (str, bytes, int, float, np.number)) for each in candidates):
            own, texts = None, id_texts(candidates, "candidates", self._has_integers)
        else:
            own, texts = self._lists(candidates, "candidates")
        return self._score("llmrec_score_ids", before, own, (texts.pointers, texts.lengths), len(texts), (None,))

    def _score(self, name, sessions, offsets, candidates, count, after):
        """`sessions` ends with their number; `offsets` is None where all have the same candidates."""
        if offsets is not None and len(offsets) - 1 != sessions[-1]:
            raise ShapeError(f"candidates has {len(offsets) - 1} lists; wanted one for each of the {sessions[-1]} sessions")
        scores = np.full((sessions[-1], count) if offsets is None else count, np.nan, np.float32)
        call(name, self._c(), *sessions, None if offsets is None else offsets.ctypes.data, *candidates,
             count if offsets is None else 0, scores.ctypes.data, *after)
        return scores if offsets is None else [scores[a:b] for a, b in zip(offsets, offsets[1:])]

    def explain(self, session: Any, item: Any) -> Explanation:
        """What speaks for an item in the list of one session: reasons as numbers, and one sentence.

            print(recommender.explain(["26", "11"], "40").sentence)

        session: a list of ids, oldest first, or an array of item indices; item: an id, or with an array an index.
        """
        if isinstance(session, np.ndarray):
            return explain(self, array(session, np.int32, 1, "session"), int(item))
        (items, found) = (self._find(id_texts(each, name, self._has_integers))
                          for each, name in ((session, "session"), ([item], "item")))
        if found[0] < 0:
            raise ArgumentError(f"item is {item!r}; wanted an item of the catalog")
        return explain(self, items, int(found[0]))

    @property
    def dim(self) -> int:
        """Numbers of a vector; 0: the strategy has no vectors."""
        return self._get("llmrec_recommender_dim")

    @property
    def measure(self) -> str | None:
        """How vectors of sessions and items are compared: "cosine", "dot" or "euclidean"; None: there are no vectors."""
        found = self._get("llmrec_recommender_measure")
        return {value: name for name, value in _api.ENUMS["measure"].items()}.get(found)

    def item_vectors(self) -> Embedding:
        """The items' side of similarity and encoders, with ids: its `measure` with `session_vectors` is the score."""
        return Embedding._make(self.context, "llmrec_recommender_item_vectors", self._c())

    def session_vectors(self, sessions: Any) -> np.ndarray:
        """The sessions' side [sessions, dim]; sessions as for `recommend`. Zeros for a session without a known item."""
        if is_csr(sessions):
            offsets, items = csr(sessions[0], sessions[1], "sessions")
        else:
            offsets, ids = self._lists(sessions, "sessions")
            items = self._find(ids)
        vectors = np.empty((len(offsets) - 1, self.dim), np.float32)
        call("llmrec_session_vectors", self._c(), offsets.ctypes.data, items.ctypes.data, len(offsets) - 1, vectors.ctypes.data)
        return vectors

    def to_arrow(self, found: Recommendations) -> Frame:
        """Returns recommendations of this recommender as a frame with one row per recommended item: session (its index in the
        call), rank (from 1), item_id and score."""
        items, scores = array(found.items, np.int32, 2, "items"), array(found.scores, np.float32, 2, "scores")
        counts = array(found.counts, np.int32, 1, "counts")
        if scores.shape != items.shape or len(counts) != len(items):
            raise ShapeError(f"items are {items.shape}, scores {scores.shape}, counts {counts.shape}; "
                             "wanted [sessions, k] and [sessions]")
        return Frame("llmrec_recommendations_arrow", self._c(), *items.shape, items, scores, counts)

    @takes("llmrec_recommend_options")
    def similar_items(self, items: Any, k: int = 10, **options: Unpack[_keywords.Recommend]) -> Recommendations:
        """The k items most similar to each item, for similarity and encoders. items: a list of ids, or an array of indices.
        An item itself is left out. allow and deny are item indices."""
        filled = Options(_api.llmrec_recommend_options, options)
        indices = isinstance(items, np.ndarray)
        given = array(items, np.int32, 1, "items") if indices else self._find(id_texts(items, "items", self._has_integers))
        out = _outputs(len(given), k, None)
        addresses = (each.ctypes.data for each in out[:3])
        call("llmrec_similar_items", self._c(), given.ctypes.data, len(given), k, filled, *addresses)
        return out

    def _find(self, ids):
        items = np.empty(len(ids), np.int32)
        call("llmrec_recommender_find_items", self._c(), ids.pointers, ids.lengths, len(ids), items.ctypes.data)
        return items


def _context_of(recommenders):
    """The context of the first one; of others if there is none, and the call says what is wrong."""
    return next((each.context for each in recommenders if isinstance(each, Recommender)), None) or default_context()


def _outputs(sessions, k, unknown):
    shape = sessions, max(integer(k, "k"), 0)
    return Recommendations(np.full(shape, -1, np.int32), np.full(shape, np.nan, np.float32), np.zeros(sessions, np.int32),
                           unknown, None)
