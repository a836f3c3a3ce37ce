# SPDX-License-Identifier: Apache-2.0
"""Scores of given items, both sides of vector strategies, and Python objects as strategies."""
import gc
import threading
import weakref

import llmrec
import numpy as np
import pytest
from conftest import ITEMS


@pytest.fixture
def similar(table):
    return llmrec.Recommender.similarity(table)


class Ring:
    """Near on a ring of items is likely."""

    def score(self, sessions, candidates):
        last = np.array([session[-1] if len(session) else 0 for session in sessions])
        if isinstance(candidates, list):
            return [-((each - start) % ITEMS).astype(float) for each, start in zip(candidates, last)]
        return -((candidates[None, :] - last[:, None]) % ITEMS).astype(float)


class RingByRank:
    def rank(self, sessions, k):
        lists = [[(int(session[-1] if len(session) else 0) + i) % ITEMS for i in range(ITEMS)] for session in sessions]
        return [(each[:k], -np.arange(min(k, ITEMS))) for each in lists]


# --- scores --------------------------------------------------------------------------------------------------------------


def test_scores_are_those_of_lists(similar, dataset):
    sessions = [["i1", "i4"], ["i2"], ["never seen"]]
    best = similar.recommend(sessions, k=ITEMS, keep_seen=True)
    ids = [dataset.item_id(item) for item in range(ITEMS)]
    scores = similar.score(sessions, ids)
    assert scores.shape == (3, ITEMS) and np.isnan(scores[2]).all()
    for row, items, wanted in zip(scores[:2], best.items, best.scores):
        assert np.array_equal(row[items], wanted)
    some = similar.score(sessions, [["i3", "nobody"], [], ["i5"]])
    assert [len(each) for each in some] == [2, 0, 1]
    assert some[0][0] == scores[0, dataset.find_item("i3")] and np.isnan(some[0][1]) and np.isnan(some[2][0])


def test_scores_take_indices(similar):
    csr = np.array([0, 2, 3]), np.array([1, 4, 2])
    scores = similar.score(csr, [3, -1, 5])
    assert scores.shape == (2, 3) and np.isnan(scores[:, 1]).all()
    some = similar.score(csr, ([0, 1, 3], [3, 5, 3]))
    assert some[0][0] == scores[0, 0] and some[1].tolist() == [scores[1, 2], scores[1, 0]]
    with pytest.raises(llmrec.ArgumentError, match=r"candidates\[0\] is -2"):
        similar.score(csr, [-2])


# --- two towers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["cosine", "dot", "euclidean"])
def test_a_search_of_the_vectors_gives_the_lists(table, measure):
    recommender = llmrec.Recommender.similarity(table, measure=measure)
    sessions = [["i1", "i4"], ["i2"], ["i7", "i3", "i5"]]
    items, queries = np.asarray(recommender.item_vectors()), recommender.session_vectors(sessions)
    assert recommender.measure == measure and recommender.dim == items.shape[1] == queries.shape[1]
    if measure == "cosine":
        scores = (queries / np.linalg.norm(queries, axis=1)[:, None]) @ (items / np.linalg.norm(items, axis=1)[:, None]).T
    elif measure == "dot":
        scores = queries @ items.T
    else:
        scores = 1 / (1 + np.linalg.norm(queries[:, None] - items[None], axis=2))
    best = recommender.recommend(sessions, k=5, keep_seen=True)
    assert np.array_equal(np.argsort(-scores, axis=1, kind="stable")[:, :5], best.items)
    assert np.allclose(np.take_along_axis(scores, best.items, 1), best.scores, atol=1e-5)


def test_an_encoder_is_searched_by_inner_product(dataset):
    encoder = llmrec.Encoder.create(dataset, dim=8, layers=1, heads=2, max_length=6, init_deviation=0.5)
    recommender = llmrec.Recommender.encoder(encoder)
    csr = np.array([0, 2, 3, 3]), np.array([1, 4, 2])
    queries, table = recommender.session_vectors(csr), recommender.item_vectors()
    best = recommender.recommend(csr, k=4, keep_seen=True)
    scores = queries @ np.asarray(table).T
    assert recommender.measure == "dot" and not queries[2].any() and best.counts.tolist() == [4, 4, 0]
    assert np.array_equal(np.argsort(-scores[:2], axis=1, kind="stable")[:, :4], best.items[:2])
    assert table.id(3) == dataset.item_id(3)
    near = recommender.similar_items(np.array([3, 5]), k=3)
    rows = np.asarray(table)[:, :8] / np.linalg.norm(np.asarray(table)[:, :8], axis=1)[:, None]
    cosine = rows @ rows[[3, 5]].T
    assert 3 not in near.items[0] and np.allclose(cosine[near.items[0], 0], near.scores[0], atol=1e-5)
    assert near.scores[1, 0] == pytest.approx(np.sort(cosine[:, 1])[-2], abs=1e-5)


def test_similar_items_go_by_id(similar, dataset):
    by_id, by_index = similar.similar_items(["i2", "nobody"], k=3), similar.similar_items(np.array([dataset.find_item("i2")]), k=3)
    assert by_id.counts.tolist() == [3, 0] and np.array_equal(by_id.items[0], by_index.items[0])


def test_what_has_no_vectors_says_so(dataset):
    popular = llmrec.Recommender.popularity(dataset)
    assert popular.dim == 0 and popular.measure is None
    with pytest.raises(llmrec.UnsupportedError, match="no vectors"):
        popular.item_vectors()
    with pytest.raises(llmrec.UnsupportedError, match="no vectors"):
        popular.similar_items(np.array([1]))


# --- strategies of one's own -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", [Ring(), RingByRank()])
def test_an_object_recommends(strategy, dataset):
    ring = llmrec.Recommender.custom(strategy, dataset, name="ring")
    start = dataset.find_item("i3")
    best = ring.recommend([["i3"]], k=4, deny=[(start + 2) % ITEMS])
    assert ring.name == "ring" and ring.items == ITEMS
    assert best.items[0].tolist() == [(start + step) % ITEMS for step in (1, 3, 4, 5)]
    assert best.scores[0].tolist() == [-1, -3, -4, -5]
    session = ring.session()
    session.append("i3")
    ring.close()
    gc.collect()
    assert session.recommend(k=1).items[0] == (start + 1) % ITEMS


@pytest.mark.parametrize("strategy", [Ring(), RingByRank()])
def test_an_object_scores(strategy):
    ring = llmrec.Recommender.custom(strategy, ITEMS)
    assert ring.name == type(strategy).__name__
    scores = ring.score((np.array([0, 1]), np.array([3])), [3, 5, -1])
    assert scores[0, :2].tolist() == [0, -2] and np.isnan(scores[0, 2])
    assert ring.score((np.array([0, 1, 2]), np.array([3, 4])), ([0, 1, 3], [3, 4, 6]))[1].tolist() == [0, -2]


@pytest.mark.parametrize("strategy", [Ring(), RingByRank()])
def test_an_object_is_evaluated(strategy, dataset):
    parts = dataset.split("train"), dataset.split("test")
    report = llmrec.Report.evaluate(llmrec.Recommender.custom(strategy, dataset), *parts, k=[5])
    assert report.sessions > 0 and 0 <= report.metric("hr", 5) <= 1


def test_ids_of_ones_own():
    named = llmrec.Recommender.custom(Ring(), [f"n{i}" for i in range(ITEMS)])
    assert named.ids(named.recommend([["n2"]], k=2).items) == [["n3", "n4"]]
    assert named.recommend([["i2"]], k=1).unknown.tolist() == [1]


def test_lists_without_scores_count_down():
    class Fixed:
        def rank(self, sessions, k):
            return [np.array([4, 2, 6])] * len(sessions)

    best = llmrec.Recommender.custom(Fixed(), ITEMS).recommend((np.array([0, 1]), np.array([2])), k=5)
    assert best.counts.tolist() == [2] and best.items[0, :2].tolist() == [4, 6] and best.scores[0, :2].tolist() == [0, -2]


def test_what_an_object_raises_comes_out(dataset):
    class Broken:
        def __init__(self, error):
            self.error = error

        def score(self, sessions, candidates):
            raise self.error

        rank = score

    for error in (ZeroDivisionError("mine"), KeyboardInterrupt()):
        broken = llmrec.Recommender.custom(Broken(error), dataset)
        for work in (lambda: broken.recommend([["i1"]]), lambda: broken.score([["i1"]], ["i2"]),
                     lambda: llmrec.Report.evaluate(broken, dataset, dataset)):
            with pytest.raises(type(error)) as raised:
                work()
            assert raised.value is error


def test_wrong_answers_are_told():
    def asked(rank=None, score=None):
        methods = {name: staticmethod(method) for name, method in (("rank", rank), ("score", score)) if method}
        return lambda: llmrec.Recommender.custom(type("Wrong", (), methods)(), ITEMS).recommend((np.array([0, 1]), np.array([2])), k=2)

    for work, kind, text in [
        (asked(rank=lambda sessions, k: []), llmrec.ShapeError, "gave 0 lists; wanted 1"),
        (asked(rank=lambda sessions, k: [([1, 2], [3])]), llmrec.ShapeError, "wanted two rows of one length"),
        (asked(rank=lambda sessions, k: [["a"]]), TypeError, "wanted indices"),
        (asked(rank=lambda sessions, k: [[1, 1]]), llmrec.CallbackError, r"recommended\[1\] is 1 again"),
        (asked(rank=lambda sessions, k: [[ITEMS]]), llmrec.CallbackError, f"is {ITEMS}; wanted 0 to"),
        (asked(rank=lambda sessions, k: [([1, 2], [1, 2])]), llmrec.CallbackError, "above the 1 before it"),
        (asked(score=lambda sessions, candidates: np.zeros(3)), llmrec.ShapeError, r"score gave \(3,\)"),
        (asked(score=lambda sessions, candidates: np.full((1, ITEMS), np.inf)), llmrec.CallbackError, "is inf"),
    ]:
        with pytest.raises(kind, match=text):
            work()
    with pytest.raises(TypeError, match="neither rank nor score"):
        llmrec.Recommender.custom(object(), ITEMS)
    with pytest.raises(TypeError, match=r"strategy is the class Ring; wanted an object of it: Ring\(\)"):
        llmrec.Recommender.custom(Ring, ITEMS)
    with pytest.raises(TypeError, match="recommender is a Ring; wanted a Recommender: Recommender.custom makes one"):
        llmrec.Report.evaluate(Ring(), None, None)
    with pytest.raises(llmrec.ArgumentError, match="strategy.name"):
        llmrec.Recommender.custom(Ring(), ITEMS, name="two words")


def test_an_object_lives_as_long_as_what_uses_it():
    strategy = Ring()
    seen = weakref.ref(strategy)
    ring = llmrec.Recommender.custom(strategy, ITEMS)
    session = ring.session()
    del strategy, ring
    gc.collect()
    assert seen() is not None
    session.append_items([1])
    assert session.recommend(k=1).items[0] == 2
    del session
    gc.collect()
    assert seen() is None


def test_many_threads_ask_at_once():
    ring, wrong = llmrec.Recommender.custom(Ring(), ITEMS), []

    def ask(start):
        for _ in range(20):
            if ring.recommend((np.array([0, 1]), np.array([start])), k=1).items[0, 0] != (start + 1) % ITEMS:
                wrong.append(start)

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
