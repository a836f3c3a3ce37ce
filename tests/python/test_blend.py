# SPDX-License-Identifier: Apache-2.0
"""Blends of recommenders."""
import llmrec
import numpy as np
import pytest


@pytest.fixture
def parts(table, dataset):
    return [llmrec.Recommender.similarity(table), llmrec.Recommender.popularity(dataset)]


def test_a_blend_is_the_sum_of_scaled_scores(parts, dataset):
    sessions = [["i0", "i1"]]
    items = np.arange(dataset.items, dtype=np.int32)
    blend = llmrec.Recommender.blend(parts, weights=[1, 0.5], depth=dataset.items)
    session = np.array([0, 2]), items[:2]
    seen = np.isin(items, [0, 1])
    expected = 0
    for weight, part in zip((1, 0.5), parts):
        scores = part.score(session, items)[0]
        expected = expected + weight * (scores - scores[~seen].mean()) / scores[~seen].std()
    assert np.allclose(blend.score(session, items)[0], expected, atol=1e-4)
    found = blend.recommend(sessions, k=3)
    assert found.items[0].tolist() == [item for item in np.argsort(-expected) if not seen[item]][:3]


def test_a_blend_is_made_again(parts, table, dataset, tmp_path):
    blend = llmrec.Recommender.blend(parts, preset="rrf", weights="2 1")
    described = blend.description
    assert described["options"]["weights"] == "2 1" and len(described["parts"]["recommenders"]) == 2
    again = llmrec.Recommender.create(described, embedding=table, dataset=dataset)
    given = llmrec.Recommender.create(described, recommenders=parts)
    blend.save(tmp_path / "blend.h5")
    opened = llmrec.Recommender.open(tmp_path / "blend.h5")
    lists = [each.recommend([["i0", "i1"]], k=5) for each in (blend, again, given, opened)]
    for other in lists[1:]:
        assert np.array_equal(lists[0].items, other.items) and np.array_equal(lists[0].scores, other.scores)


def test_weights_come_from_validation(table, dataset):
    train, validation = (dataset.split(part, method="leave_one_out") for part in ("train", "validation"))
    parts = [llmrec.Recommender.similarity(table), llmrec.Recommender.popularity(train)]
    blend, found = llmrec.Recommender.fit_blend(parts, validation, sessions=0)
    assert found.ndcg >= found.equal - 1e-6 and found.ndcg >= found.alone.max() - 1e-6
    assert found.weights.max() == 1 and found.sessions == validation.sessions
    whole = llmrec.Recommender.popularity(dataset.split("train_validation", method="leave_one_out"))
    refit = llmrec.Recommender.create(blend.description, recommenders=[parts[0], whole])
    assert refit.description["options"] == blend.description["options"]


def test_what_does_not_fit_is_refused(parts):
    with pytest.raises(llmrec.ArgumentError, match="wanted 2 numbers"):
        llmrec.Recommender.blend(parts, weights=[1])
    with pytest.raises(llmrec.ArgumentError, match="parts.recommender_count is 0; wanted 1 to 64"):
        llmrec.Recommender.blend([])
    with pytest.raises(TypeError, match=r"recommenders\[1\] is a"):
        llmrec.Recommender.blend([parts[0], "popularity"])
