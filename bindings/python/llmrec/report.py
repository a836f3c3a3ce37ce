# SPDX-License-Identifier: Apache-2.0
"""Reports: what an evaluation found."""
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple

import numpy as np

from . import _api
from ._arrays import Texts, array, csr, path_of
from ._errors import ShapeError
from ._frames import Frame
from ._handle import Handle, owner_of
from ._library import call
from ._options import Options, choice, takes
from .context import Context, default_context
from .dataset import Dataset
from .recommender import Recommender

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords


class Comparison(NamedTuple):
    """How one report differs from another on the same sessions: the mean difference, its standard error and 95 % confidence
    interval, and the two-sided p value of Student's paired t test."""

    sessions: int
    difference: float
    standard_error: float
    low: float
    high: float
    p_value: float


class Report(Handle):
    """Figures of a recommender, or of lists made elsewhere; immutable."""

    _free = "llmrec_report_free"

    @classmethod
    @takes("llmrec_evaluation_options")
    def evaluate(cls, recommender: Recommender, train: Dataset, test: Dataset,
                 **options: Unpack[_keywords.Evaluation]) -> Report:
        """Metrics of full rankings over every session of `test`, or a sample of them."""
        if not isinstance(recommender, Recommender):
            raise TypeError(f"recommender is a {type(recommender).__name__}; wanted a Recommender: Recommender.custom makes one "
                            "from an object with rank or score")
        filled = _options(options, recommender.items)
        return cls._make(recommender.context, "llmrec_evaluate", recommender._c(), owner_of(train, "dataset", "train"),
                         owner_of(test, "dataset", "test"), filled)

    @classmethod
    @takes("llmrec_evaluation_options")
    def evaluate_lists(
        cls,
        lists: tuple[Any, Any],
        targets: tuple[Any, Any],
        items: int,
        *,
        has_list: Any = None,
        context: Context | None = None,
        **options: Unpack[_keywords.Evaluation],
    ) -> Report:
        """Figures of lists made elsewhere. `lists` and `targets` are CSR, (offsets, items), over the same sessions; `items`
        is the catalog's size; `has_list` is false for sessions without a list."""
        context = context or default_context()
        filled = _options(options, items)
        list_offsets, lists = csr(*lists, "lists")
        target_offsets, targets = csr(*targets, "targets")
        sessions = len(list_offsets) - 1
        flags = None if has_list is None else np.ascontiguousarray(has_list, np.bool_).view(np.uint8)
        for name, length in (("targets", len(target_offsets) - 1), ("has_list", sessions if flags is None else flags.size)):
            if length != sessions:
                raise ShapeError(f"{name} is of {length} sessions, lists of {sessions}")
        return cls._make(context, "llmrec_evaluate_lists", owner_of(context, "context"), sessions, items, list_offsets.ctypes.data,
                         lists.ctypes.data, None if flags is None else flags.ctypes.data, target_offsets.ctypes.data,
                         targets.ctypes.data, filled)

    @classmethod
    def mean(cls, reports: Iterable[Report]) -> Report:
        """The mean, session by session, of reports made of the same sessions: of recommenders trained from several seeds,
        for instance."""
        given = list(reports)
        owners = [owner_of(report, "report") for report in given]
        pointers = (ctypes.c_void_p * len(owners))(*(owner._as_parameter_.value for owner in owners))
        return cls._make(given[0].context if given else None, "llmrec_report_mean", pointers, len(owners))

    def metric(self, metric: str, k: int) -> float:
        """A figure: "ndcg", "hr", "mrr", "recall", "precision", "map", "novelty", "serendipity", "coverage"."""
        return self._figure(metric, k)[0]

    def standard_error(self, metric: str, k: int) -> float:
        return self._figure(metric, k)[1]

    def _figure(self, metric, k):
        value, error = ctypes.c_double(), ctypes.c_double()
        call("llmrec_report_metric", self._c(), choice("metric", metric), k, ctypes.byref(value),
             ctypes.byref(error))
        return value.value, error.value

    def values(self, metric: str, k: int) -> np.ndarray:
        """One value for each session in the denominator, for paired tests."""
        values = np.empty(self.sessions)
        call("llmrec_report_values", self._c(), choice("metric", metric), k, values.ctypes.data)
        return values

    def to_arrow(self) -> Frame:
        """Returns the values of every metric but coverage for each session as a frame: columns "ndcg@10" and so on."""
        return Frame("llmrec_report_values_arrow", self._c())

    def compare(self, baseline: Report, metric: str, k: int) -> Comparison:
        """Whether this report is better than a baseline made of the same sessions, session by session."""
        found = _api.llmrec_comparison(size=ctypes.sizeof(_api.llmrec_comparison))
        other = owner_of(baseline, "report", "baseline")
        call("llmrec_report_compare", self._c(), other, choice("metric", metric), k, ctypes.byref(found))
        return Comparison(*(getattr(found, name) for name in Comparison._fields))

    @property
    def grounding(self) -> dict[str, int]:
        """Where a prompt recommender's lists came from: sums over sessions, by the names of LLMREC_GROUNDING_*."""
        columns = {name: value for name, value in _api.ENUMS["grounding"].items() if name != "count"}
        return {name: self._get("llmrec_report_grounding", value) for name, value in columns.items()}

    @property
    def sessions(self) -> int:
        """How many sessions the figures are means over."""
        return self._get("llmrec_report_sessions")

    @property
    def empty_lists(self) -> int:
        """How many sessions got no item at all."""
        return self._get("llmrec_report_empty_lists")

    @property
    def seconds(self) -> float:
        """Wall time of the evaluation."""
        return self._get("llmrec_report_seconds")

    @property
    def k(self) -> list[int]:
        return [self._get("llmrec_report_k", index) for index in range(self._get("llmrec_report_k_count"))]

    def metrics(self) -> dict[str, float]:
        """Every figure: {"ndcg@10": ..., ...}."""
        return {f"{metric}@{k}": self.metric(metric, k) for k in self.k for metric in _api.ENUMS["metric"]}

    @staticmethod
    def format(reports: Mapping[str, Report], layout: str = "table") -> str:
        """Several reports by name, side by side, as a "table", "json" or "csv"."""
        given, length = _Reports(reports), ctypes.c_size_t()
        kind = choice("report_layout", layout, "layout")
        call("llmrec_report_format", *given.c, kind, None, 0, ctypes.byref(length))
        text = ctypes.create_string_buffer(length.value + 1)
        call("llmrec_report_format", *given.c, kind, text, len(text), ctypes.byref(length))
        return text.value.decode()

    @staticmethod
    def save(reports: Mapping[str, Report], path: Any) -> None:
        """The same to a file, atomically; JSON or CSV by its ending, else the table."""
        call("llmrec_report_save", *_Reports(reports).c, path_of(path))

    def _facts(self):
        k = self.k[-1]
        return f"{self.sessions} sessions, ndcg@{k} {self.metric('ndcg', k):.4f}"

    def __str__(self) -> str:
        return self.format({"": self})


class _Reports:
    """Several reports as the arguments that a call takes."""

    def __init__(self, reports):
        self.owners = [owner_of(report, "report") for report in reports.values()]
        self.names = Texts(reports)
        pointers = (ctypes.c_void_p * len(self.owners))(*(owner._as_parameter_.value for owner in self.owners))
        self.c = pointers, self.names.pointers, len(self.owners)


def _options(options: Mapping[str, Any], items: int) -> Options:
    counts = options.get("item_counts")
    if counts is not None and len(counts) != items:
        raise ShapeError(f"item_counts has {len(counts)} entries; wanted {items}, one an item")
    return Options(_api.llmrec_evaluation_options, options)
