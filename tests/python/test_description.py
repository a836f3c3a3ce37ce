# SPDX-License-Identifier: Apache-2.0
"""Descriptions and short texts of all classes; what is described can be made again."""
import threading

import numpy as np
import pytest

import llmrec

SECRET = "hunter2-and-more"


@pytest.fixture
def llm():
    return llmrec.Llm.function(lambda request: "A, B, C")


@pytest.fixture
def endpoint():
    if not llmrec.supports("http"):
        pytest.skip("built without HTTP")
    return llmrec.Llm.endpoint(f"https://host/v1?token={SECRET}", "gemma", key=SECRET, headers={"X-Account": SECRET},
                               body={"user": SECRET}, proxy=f"http://me:{SECRET}@proxy:1", concurrency=3)


def test_datasets_are_made_again_from_their_descriptions(files):
    data = llmrec.Dataset.load(*files, min_session_rows=2, duplicates="drop_repeats", max_session_length=4)
    again = llmrec.Dataset.load(*files, **data.description["options"])
    assert data.description == again.description
    assert data.description["columns"] == ["title", "genre"] and data.description["times"]
    view = data.split("train", test_fraction=0.3).split("test", method="leave_one_out")
    splits = view.description["splits"]
    assert [(each["part"], each["options"]["method"]) for each in splits] == [("train", "temporal"), ("test", "leave_one_out")]
    for split in splits:
        again = again.split(split["part"], **split["options"])
    assert again.description == view.description and again.rows == view.rows < data.rows


def test_reducers_are_made_again_from_their_descriptions(table):
    reducer = llmrec.Reducer.fit(table, method="whiten", dim=3, power=0.5, seed=4)
    again = llmrec.Reducer.fit(table, **reducer.description["options"])
    assert again.description == reducer.description
    assert np.array_equal(again.apply(table).data, reducer.apply(table).data)


def test_encoders_are_made_again_from_their_descriptions(dataset):
    encoder = llmrec.Encoder.create(dataset, preset="sasrec", dim=8, layers=1, seed=9)
    encoder.train(dataset, epochs=1, batch=7)
    described = encoder.description
    assert described["epochs"] == 1 and described["train_options"]["batch"] == 7
    again = llmrec.Encoder.create(dataset, **described["options"])
    again.train(dataset, **described["train_options"])
    assert again.description == described
    assert np.array_equal(again.weights["item.weight"], encoder.weights["item.weight"])


def test_models_are_made_again_and_hide_their_secrets(endpoint):
    described = endpoint.description
    assert "hunter2" not in str(described) + repr(endpoint) and "?" not in described["options"]["url"]
    assert described["options"]["url"] == "https://host/v1" and described["options"]["concurrency"] == 3
    assert llmrec.Llm.endpoint(**described["options"]).description == described


def test_reports_say_how_they_measured(table, dataset):
    recommender = llmrec.Recommender.similarity(table.align(dataset))
    report = llmrec.Report.evaluate(recommender, dataset, dataset, k=[1, 5], mrr="mean_of_hits", sample=9, sample_seed=3)
    described = report.description
    assert described["metrics"].keys() == report.metrics().keys() and described["sessions"] == 9
    again = llmrec.Report.evaluate(recommender, dataset, dataset, k=described["k"], **described["options"])
    assert again.metrics() == report.metrics() and again.description["options"] == described["options"]


def test_contexts_and_sessions_describe_themselves(dataset):
    context = llmrec.Context(threads=2, log_level="debug")
    assert context.description == {"kind": "context", "options": {"threads": 2, "log_level": "debug"}, "log": True,
                                   "progress": True, "allocator": False}
    session = llmrec.Recommender.popularity(dataset).session()
    session.append("i1", "i2", "nothing")
    assert session.description["length"] == 2 and session.description["recommender"]["strategy"] == "popularity"


def test_prompts_are_made_again_with_their_parts(llm, table, dataset):
    aligned = table.align(dataset)
    first = llmrec.Recommender.similarity(aligned)
    made = llmrec.Recommender.prompt(llm, dataset, first_stage=first, candidates=5, noun="film")
    described = made.description
    assert described["parts"]["first_stage"] == first.description and described["parts"]["embedding"] is None
    assert described["parts"]["llm"]["type"] == "callback" and described["options"]["form"] == "rank"
    again = llmrec.Recommender.create(described, llm=llm, dataset=dataset, embedding=aligned)
    assert again.description == described
    both = [each.recommend([["i1", "i2"]], k=3).items for each in (made, again)]
    assert np.array_equal(*both)
    with pytest.raises(llmrec.ArgumentError, match="parts.llm is NULL"):
        llmrec.Recommender.create(described, dataset=dataset, embedding=aligned)


def test_errors_of_descriptions_name_their_place(llm, table, dataset):
    wrong = {"strategy": "similarity", "options": {"weighting": "x"}}
    with pytest.raises(llmrec.FormatError, match='parts.first_stage.weighting is "x"; wanted one of last, mean'):
        llmrec.Recommender.create({"strategy": "prompt", "parts": {"first_stage": wrong}}, llm=llm, dataset=dataset)
    with pytest.raises(TypeError, match="unknown option 'embeding'; there are weighting, .*; the parts are dataset, embedding, "
                                        "encoder, llm, first_stage, text_encoder, recommenders; did you mean 'embedding'?"):
        llmrec.Recommender.create("similarity", embeding=table)
    with pytest.raises(llmrec.ArgumentError, match='strategy is "oracle"; wanted popularity'):
        llmrec.Recommender.create("oracle", dataset=dataset, decay=1)
    with pytest.raises(llmrec.UnsupportedError, match='"Silent" was made without item ids'):
        llmrec.Recommender.custom(Silent(), 5).recommend([["i1"]])


class Silent:
    def rank(self, sessions, k):
        return [[] for _ in sessions]


def test_short_texts(llm, endpoint, table, dataset):
    recommender = llmrec.Recommender.popularity(dataset)
    session = recommender.session()
    session.append("i1")
    encoder = llmrec.Encoder.create(dataset, dim=8, layers=1)
    report = llmrec.Report.evaluate(recommender, dataset, dataset, k=[5])
    wanted = [
        (llmrec.Context(threads=3), "<llmrec.Context: 3 threads>"),
        (dataset, "<llmrec.Dataset: 30 sessions, 12 items, 150 rows>"),
        (table, "<llmrec.Embedding: 12 rows, dim 8, float32>"),
        (llmrec.Reducer.fit(table, dim=3), "<llmrec.Reducer: pca, dim 8 to 3>"),
        (encoder, "<llmrec.Encoder: 12 items, dim 8, 0 epochs>"),
        (encoder.weights, "<llmrec.Weights of <llmrec.Encoder: 12 items, dim 8, 0 epochs>>"),
        (llm, "<llmrec.Llm: a function>"),
        (endpoint, "<llmrec.Llm: gemma at https://host/v1>"),
        (recommender, "<llmrec.Recommender: popularity, 12 items>"),
        (session, "<llmrec.Session: 1 items>"),
        (report, f"<llmrec.Report: 30 sessions, ndcg@5 {report.metric('ndcg', 5):.4f}>"),
    ]
    assert [repr(each) for each, _ in wanted] == [text for _, text in wanted]
    dataset.close()
    assert repr(dataset) == "<llmrec.Dataset: closed>"
    with pytest.raises(ValueError, match="closed"):
        dataset.description


def test_short_texts_wait_for_nobody(dataset):
    encoder = llmrec.Encoder.create(dataset, dim=8, layers=1)
    told = []
    encoder.train(dataset, epochs=1, progress=lambda progress: told.append(repr(encoder)))
    assert told and set(told) == {"<llmrec.Encoder: in training>"}
    session = llmrec.Recommender.custom(Asked(lambda: told.append(repr(session))), dataset).session()
    session.append("i1")
    thread = threading.Thread(target=session.recommend, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive() and told[-1] == "<llmrec.Session: in use>"


class Asked:
    def __init__(self, asked):
        self.asked = asked

    def rank(self, sessions, k):
        self.asked()
        return [[] for _ in sessions]
