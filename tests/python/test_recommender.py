# SPDX-License-Identifier: Apache-2.0
"""Recommenders and reports."""
import gc
import json
import subprocess
import sys

import llmrec
import numpy as np
import pytest
from conftest import ITEMS, SESSIONS


@pytest.fixture
def similar(table):
    return llmrec.Recommender.similarity(table, weighting="last", measure="cosine", reduce="none")


def test_lists_of_ids_give_what_indices_give(similar, dataset):
    sessions = dataset.copy_sessions()
    offsets, items = sessions.offsets, sessions.items
    ids = [[dataset.item_id(item) for item in items[a:b]] for a, b in zip(offsets, offsets[1:])]
    by_index, by_id = similar.recommend((offsets, items), k=3), similar.recommend(ids, k=3)
    assert np.array_equal(by_index.items, by_id.items) and np.array_equal(by_index.scores, by_id.scores)
    assert by_id.unknown.tolist() == [0] * SESSIONS and by_index.unknown is None


def test_similarity_is_that_of_numpy(similar, values, dataset):
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    scores = unit @ unit[5]
    scores[5] = -2
    best = similar.recommend((np.array([0, 1]), np.array([5])), k=4)
    assert best.items[0].tolist() == np.argsort(-scores)[:4].tolist()
    assert np.allclose(best.scores[0], np.sort(scores)[::-1][:4], atol=1e-5)
    assert similar.ids(best.items) == [[dataset.item_id(item) for item in best.items[0]]]


def test_places_beyond_the_count_are_empty(similar):
    best = similar.recommend([["i0", "i1"], [], ["never seen"]], k=ITEMS)
    assert best.counts.tolist() == [ITEMS - 2, 0, 0]
    assert best.items[0, -2:].tolist() == [-1, -1] and np.isnan(best.scores[0, -2:]).all()
    assert best.unknown.tolist() == [0, 0, 1]
    assert similar.ids(best.items)[1:] == [[], []]


def test_filters_hold(similar):
    best = similar.recommend((np.array([0, 1]), np.array([5])), k=ITEMS, allow=[1, 2, 3], deny=np.array([2]))
    assert sorted(best.items[0, :2]) == [1, 3] and best.counts[0] == 2
    assert similar.recommend((np.array([0, 1]), np.array([5])), k=1, keep_seen=True).items[0, 0] == 5


def test_a_session_gets_what_all_its_items_get(similar, dataset):
    session = similar.session()
    assert len(session) == 0 and len(session.recommend().items) == 0
    assert session.append("i1", "never seen", "i4") == 1
    session.append_items(np.array([dataset.find_item("i7"), -1]))
    session.append_items(dataset.find_item("i2"))
    wanted, met = similar.recommend([["i1", "i4", "i7", "i2"]], k=4, deny=[0]), session.recommend(k=4, deny=[0])
    assert len(session) == 4 and similar.ids(met.items) == similar.ids(wanted.items)[0]
    assert np.array_equal(met.scores, wanted.scores[0])
    assert len(session.recommend(k=ITEMS).items) == ITEMS - 4
    similar.close()
    assert np.array_equal(session.recommend(k=4, deny=[0]).items, met.items)
    with pytest.raises(llmrec.ArgumentError, match=r"items\[1\] is 12; wanted -1 to 11"):
        session.append_items([1, ITEMS])
    with pytest.raises(llmrec.ArgumentError, match="wanted integers"):
        session.append_items([1.5])
    with pytest.raises(llmrec.ArgumentError, match="k is 0"):
        session.recommend(k=0)
    assert len(session) == 4


def test_popularity_counts_rows(dataset):
    recommender = llmrec.Recommender.popularity(dataset)
    best = recommender.recommend([[]], k=3)
    counts = dataset.item_counts()
    assert best.items[0].tolist() == np.argsort(-counts, kind="stable")[:3].tolist()
    assert best.scores[0].tolist() == np.sort(counts)[::-1][:3].tolist()
    assert recommender.name == "popularity" and recommender.items == ITEMS


def test_presets_set_options_that_others_change(table):
    description = llmrec.Recommender.similarity(table, preset="harte2023", measure="euclidean").description["options"]
    assert description["weighting"] == "last" and description["measure"] == "euclidean"
    with pytest.raises(llmrec.ArgumentError, match="harte2023"):
        llmrec.Recommender.similarity(table, preset="harte2032")


def test_bad_sessions_are_refused(similar):
    with pytest.raises(llmrec.ShapeError, match="offsets do not fit"):
        similar.recommend((np.array([0, 3]), np.array([1, 2])), k=1)
    with pytest.raises(llmrec.ArgumentError, match="offsets fall"):
        similar.recommend((np.array([0, 2, 1, 2]), np.array([1, 2])), k=1)
    with pytest.raises(llmrec.ArgumentError, match="wanted integers"):
        similar.recommend((np.array([0, 1]), np.array([1.5])), k=1)
    with pytest.raises(llmrec.ArgumentError):
        similar.recommend((np.array([0, 1]), np.array([ITEMS])), k=1)
    with pytest.raises(llmrec.ArgumentError):
        similar.recommend((np.array([0, 1]), np.array([1])), k=0)


def test_reports_have_figures(similar, dataset):
    train, test = dataset.split("train"), dataset.split("test")
    report = llmrec.Report.evaluate(similar, train, test, k=[1, 5])
    assert report.k == [1, 5] and report.sessions == test.sessions and report.seconds >= 0
    values = report.values("hr", 5)
    assert values.shape == (test.sessions,) and report.metric("hr", 5) == pytest.approx(values.mean())
    assert report.standard_error("hr", 5) == pytest.approx(values.std(ddof=1) / len(values) ** 0.5)
    assert set(report.metrics()) >= {"ndcg@1", "coverage@5"}
    with pytest.raises(llmrec.ArgumentError):
        report.metric("ndcg", 7)
    with pytest.raises(llmrec.ArgumentError, match="wanted one of ndcg, hr"):
        report.metric("accuracy", 5)


def test_reports_become_text(similar, dataset, tmp_path):
    popular = llmrec.Recommender.popularity(dataset.split("train"))
    reports = {
        name: llmrec.Report.evaluate(recommender, dataset.split("train"), dataset.split("test"))
        for name, recommender in {"similar": similar, "popular": popular}.items()
    }
    assert [row["name"] for row in json.loads(llmrec.Report.format(reports, "json"))] == ["similar", "popular"]
    assert "popular" in llmrec.Report.format(reports) and "ndcg" in str(reports["similar"]).lower()
    llmrec.Report.save(reports, tmp_path / "figures.csv")
    assert (tmp_path / "figures.csv").read_text().startswith("name,metric,k,value,stderr")


def test_lists_made_elsewhere_get_figures():
    report = llmrec.Report.evaluate_lists(([0, 3, 6], [1, 2, 3, 4, 5, 6]), ([0, 1, 2], [2, 9]), items=10, k=3)
    assert report.metric("hr", 3) == 0.5 and report.metric("mrr", 3) == 0.25
    skipped = llmrec.Report.evaluate_lists(([0, 3, 3], [1, 2, 3]), ([0, 1, 2], [2, 9]), items=10, k=[3],
                                           has_list=[True, False], no_list="skip")
    assert skipped.metric("hr", 3) == 1 and skipped.sessions == 1
    with pytest.raises(llmrec.ShapeError, match="targets is of 1 sessions, lists of 2"):
        llmrec.Report.evaluate_lists(([0, 1, 2], [1, 2]), ([0, 1], [1]), items=10)
    with pytest.raises(llmrec.ShapeError, match="item_counts has 2 entries; wanted 10"):
        llmrec.Report.evaluate_lists(([0, 1], [1]), ([0, 1], [1]), items=10, item_counts=[1, 2])


def test_a_recommender_is_rebuilt_from_its_description(table, dataset):
    made = llmrec.Recommender.create("similarity", embedding=table, dataset=dataset, preset="harte2023", measure="euclidean")
    same = llmrec.Recommender.similarity(table, preset="harte2023", measure="euclidean")
    again = llmrec.Recommender.create(made.description, embedding=table)
    lists = [each.recommend([["i1", "i4"], ["i7"]], k=5) for each in (made, same, again)]
    assert all(np.array_equal(lists[0].items, each.items) and np.array_equal(lists[0].scores, each.scores) for each in lists)
    assert made.description == same.description == again.description
    changed = llmrec.Recommender.create(made.description, embedding=table, measure="dot")
    assert changed.description["options"] == {**made.description["options"], "measure": "dot"}


def test_a_description_may_be_json_text(table):
    made = llmrec.Recommender.similarity(table, measure="dot")
    text = json.dumps(made.description, indent=2)
    assert llmrec.Recommender.create("\n " + text, embedding=table).description == made.description
    changed = llmrec.Recommender.create(text, embedding=table, preset="harte2023", measure="euclidean")
    assert changed.description["options"]["measure"] == "euclidean"
    for wrong, message in (('{"strategy": "similarity"', "valid JSON"), ('{"strategy": "similarity", "a": 1}', '"a"')):
        with pytest.raises(llmrec.FormatError, match=message):
            llmrec.Recommender.create(wrong, embedding=table)


def test_neighbors_and_cooccurrence(dataset, table):
    near = llmrec.Recommender.neighbors(dataset, preset="v-sknn", neighbors=3)
    assert near.name == "neighbors" and near.description["options"]["session_measure"] == "dot"
    assert near.description["options"]["neighbors"] == 3
    by_vectors = llmrec.Recommender.neighbors(dataset, table.align(dataset), preset="sknn-emb")
    paired = llmrec.Recommender.cooccurrence(dataset, window=2)
    again = llmrec.Recommender.create(paired.description, dataset=dataset)
    for made in (near, by_vectors, paired):
        found = made.recommend([[dataset.item_id(0)]], k=3)
        assert found.counts[0] > 0 and (found.scores[0][:found.counts[0]] > 0).all()
    np.testing.assert_array_equal(again.recommend([[1, 2]], k=3).items, paired.recommend([[1, 2]], k=3).items)


def test_cooccurrence_is_updated(dataset):
    rows = llmrec.Dataset.create(["new", "new", "newer"], [dataset.item_id(0), "another", dataset.item_id(1)], times=[1, 2, 3])
    after = dataset.append(rows)
    updated = llmrec.Recommender.cooccurrence(dataset).update(dataset, after)
    anew = llmrec.Recommender.cooccurrence(after)
    assert updated.description == anew.description and updated.items == after.items
    found, wanted = (made.recommend([[dataset.item_id(0)]], k=9) for made in (updated, anew))
    np.testing.assert_array_equal(found.items, wanted.items)
    np.testing.assert_array_equal(found.scores, wanted.scores)
    with pytest.raises(llmrec.ArgumentError, match="former is a recommender \"popularity\""):
        llmrec.Recommender.popularity(dataset).update(dataset, after)


def test_popularity_of_recent_rows():
    data = llmrec.Dataset.create(["a", "a", "b"], ["x", "x", "y"], times=[0, 86400, 30 * 86400])
    recent = llmrec.Recommender.popularity(data, window="7d")
    assert recent.recommend([["z"]], k=2).scores.tolist() == [[1, 0]]
    assert recent.description["options"]["window"] == "7d"


def test_create_says_what_is_wrong(table):
    with pytest.raises(llmrec.ArgumentError, match="strategy is \"oracle\"; wanted popularity, "):
        llmrec.Recommender.create("oracle", embedding=table)
    with pytest.raises(llmrec.ArgumentError, match="parts.dataset is NULL"):
        llmrec.Recommender.create("popularity", embedding=table)
    with pytest.raises(TypeError, match="unknown option 'dekay'"):
        llmrec.Recommender.create("similarity", embedding=table, dekay=1)
    with pytest.raises(TypeError, match="has no options"):
        llmrec.Recommender.create("encoder", embedding=table, decay=1)


ANSWER = """
import sys, numpy, llmrec
best = llmrec.Recommender.open(sys.argv[1]).recommend([["i1", "i4"], ["i7"]], k=5)
numpy.savez(sys.argv[2], items=best.items, scores=best.scores)
"""


def test_other_processes_open_what_was_saved(similar, tmp_path):
    similar.save(tmp_path / "similar.h5")
    wanted = similar.recommend([["i1", "i4"], ["i7"]], k=5)
    running = [subprocess.Popen([sys.executable, "-c", ANSWER, tmp_path / "similar.h5", tmp_path / f"{number}.npz"])
               for number in range(8)]
    assert [process.wait() for process in running] == [0] * 8
    for number in range(8):
        met = np.load(tmp_path / f"{number}.npz")
        assert np.array_equal(met["items"], wanted.items) and np.array_equal(met["scores"], wanted.scores)


def test_a_prompt_is_opened_with_a_model(dataset, tmp_path):
    def model():
        return llmrec.Llm.function(lambda request: "B, A")

    popular = llmrec.Recommender.popularity(dataset)
    made = llmrec.Recommender.create("prompt", llm=model(), dataset=dataset, first_stage=popular, candidates=4)
    made.save(tmp_path / "prompt.h5")
    opened = llmrec.Recommender.open(tmp_path / "prompt.h5", llm=model())
    gc.collect()
    wanted, met = made.recommend([["i1"]], k=4), opened.recommend([["i1"]], k=4)
    assert np.array_equal(wanted.items, met.items) and opened.description == made.description
    with pytest.raises(llmrec.ArgumentError, match="parts.llm is NULL"):
        llmrec.Recommender.open(tmp_path / "prompt.h5")


def test_titles_come_with_the_file(dataset, similar, tmp_path):
    popular = llmrec.Recommender.popularity(dataset)
    popular.save(tmp_path / "popular.h5")
    opened = llmrec.Recommender.open(tmp_path / "popular.h5")
    assert [opened.item_title(item) for item in range(opened.items)] == [dataset.item_text(item) for item in range(opened.items)]


@pytest.mark.parametrize("sessions", [["26", "11"], "26", [26]])
def test_a_session_is_a_list_of_ids(dataset, sessions):
    popular = llmrec.Recommender.popularity(dataset)
    with pytest.raises(llmrec.ArgumentError, match="wanted (a list|lists) of ids"):
        popular.recommend(sessions)
    with pytest.raises(llmrec.ArgumentError, match="wanted (a list|lists) of ids"):
        popular.score(sessions, ["26"])


def test_scores_want_one_list_for_each_session(dataset):
    popular = llmrec.Recommender.popularity(dataset)
    with pytest.raises(llmrec.ShapeError, match="candidates has 1 lists; wanted one for each of the 2 sessions"):
        popular.score([["1"], ["2"]], [["1"]])
    with pytest.raises(llmrec.ShapeError, match="candidates has 2 lists; wanted one for each of the 1 sessions"):
        popular.score([["1"]], [["1"], ["2"]])


def test_ease_is_that_of_numpy(dataset):
    sessions = dataset.copy_sessions()
    rows = np.zeros((SESSIONS, ITEMS))
    for session, (a, b) in enumerate(zip(sessions.offsets, sessions.offsets[1:])):
        rows[session, sessions.items[a:b]] = 1
    inverse = np.linalg.inv(rows.T @ rows + 2 * np.eye(ITEMS))
    solution = -inverse / np.diag(inverse)
    np.fill_diagonal(solution, 0)
    ease = llmrec.Recommender.linear(dataset, model="ease", ridge=2)
    every = np.arange(ITEMS)
    assert np.allclose(ease.score((np.arange(ITEMS + 1), every), every), solution, atol=1e-5)
    assert ease.name == "linear" and ease.description["parts"] == {"embedding": None}


def test_a_linear_model_chooses_what_is_not_given(dataset, table):
    guided = llmrec.Recommender.linear(dataset, table, guide_neighbors=3, row_entries=2)
    chosen = guided.description["options"]
    assert chosen["ridge"] > 0 and chosen["strength"] >= 0
    assert guided.name == ("llm-linear" if chosen["strength"] > 0 else "linear")
    again = llmrec.Recommender.create(guided.description, dataset=dataset, embedding=table)
    assert again.description == guided.description
    with pytest.raises(llmrec.ShapeError, match="embedding has"):
        llmrec.Recommender.linear(dataset.split("train"), llmrec.Embedding.create(np.ones((3, 2))), strength=1)


def test_explanations_add_up(similar, dataset):
    why = similar.explain(["i3", "never seen", "i5"], "i9")
    assert why.method == "similarity" and [reason.item for reason in why.reasons] == ["i5"] and why.score < 0
    assert why.reasons[0].kind == "item" and why.reasons[0].index == 2 and why.reasons[0].share == 1
    assert abs(why.reasons[0].contribution - why.score) < 1e-5
    three, five, nine = (dataset.find_item(each) for each in ("i3", "i5", "i9"))
    assert why == similar.explain(np.array([three, -1, five], np.int32), nine)
    assert why.sentence.startswith("Nothing in the session speaks for ")
    why = similar.explain(["i5"], "i5")
    assert why.sentence.count(" is similar to ") == 1 and why.sentence.endswith(" (1.00).")


def test_unknown_items_are_not_explained(similar):
    with pytest.raises(llmrec.ArgumentError, match="item is 'x'; wanted an item of the catalog"):
        similar.explain(["i3"], "x")


def test_parts_of_a_blend_explain_themselves(similar, dataset):
    popular = llmrec.Recommender.popularity(dataset)
    why = llmrec.Recommender.blend([popular, similar], weights="1 2").explain(["i5"], "i9")
    assert why.method == "parts" and {reason.index for reason in why.reasons} == {0, 1}
    assert abs(sum(reason.contribution for reason in why.reasons) - why.score) < 1e-5
    assert {reason.part.method for reason in why.reasons} == {"rows", "similarity"}
    assert why.reasons[0].part.sentence
