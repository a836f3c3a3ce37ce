# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning data: rows as JSON, parts without common sessions, and the recommenders' questions."""
import json
import re

import llmrec
import pytest
from conftest import ITEMS, SESSIONS

ITEM_ROW = re.compile(r"Title \d+, größer")


@pytest.fixture
def popular(dataset):
    return llmrec.Recommender.popularity(dataset)


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_rows_are_chats_in_two_parts(dataset, tmp_path):
    files = tmp_path / "train.jsonl", tmp_path / "validation.jsonl"
    written = llmrec.FineTuning.write(dataset, *files, preset="boz2024-genitem", noun="book", nouns="books")
    training, validation = map(rows, files)
    assert (len(training), len(validation)) == (written.training_rows, written.validation_rows)
    assert written.training_rows + written.validation_rows + written.repeated == SESSIONS
    assert written.validation_rows == round(.2 * (SESSIONS - written.repeated))
    assert written.training_bytes == files[0].stat().st_size and written.longest_row < 100
    for row in training + validation:
        assert [message["role"] for message in row["messages"]] == ["system", "user", "assistant"]
        assert ITEM_ROW.fullmatch(row["messages"][2]["content"])
        assert len(ITEM_ROW.findall(row["messages"][1]["content"])) == 4


def test_no_session_is_in_both_parts(tmp_path):
    """Every session has an item of its own."""
    ids = [f"s{i // 4}" for i in range(160)]
    items = [f"i{i // 4}" if i % 4 == 0 else f"common{i % 4}" for i in range(160)]
    table = {"id": sorted(set(items)), "title": [f"name of {item}" for item in sorted(set(items))]}
    dataset = llmrec.Dataset.create(ids, items, item_table=table)
    files = tmp_path / "train.jsonl", tmp_path / "validation.jsonl"
    first = llmrec.FineTuning.write(dataset, *files, format="completion", preset="harte2023", validation_rows=7)
    training, validation = [{re.search(r"name of (i\d+)", row["prompt"])[1] for row in rows(path)} for path in files]
    assert len(training) == 33 and len(validation) == 7 and not training & validation
    before = [path.read_bytes() for path in files]
    assert llmrec.FineTuning.write(dataset, *files, format="completion", preset="harte2023", validation_rows=7) == first
    assert [path.read_bytes() for path in files] == before
    llmrec.FineTuning.write(dataset, *files, format="completion", preset="harte2023", validation_rows=7, seed=1)
    assert [path.read_bytes() for path in files] != before


@pytest.mark.parametrize("options", [{}, {"answer": "names"}, {"preset": "letters"}, {"preset": "boz2024-rank"},
                                     {"preset": "boz2024-genlist", "count": 4}, {"variant": "recency"}])
def test_the_question_is_what_the_recommender_asks(dataset, popular, tmp_path, options):
    options = {"candidates": 5, "noun": "book", "nouns": "books", **options}
    llmrec.FineTuning.write(dataset, tmp_path / "train.jsonl", first_stage=popular, **options)
    model = llmrec.Llm.function(lambda request: "")
    recommender = llmrec.Recommender.prompt(model, dataset, first_stage=popular, **options)
    for row in rows(tmp_path / "train.jsonl"):
        system, user = (message["content"] for message in row["messages"][:2])
        items = [dataset.find_item(f"i{number}") for number in re.findall(r"Title (\d+)", user)]
        menu = items[4 + (options.get("variant") == "recency"):]
        assert recommender.prompt_text(items[:4], menu) == f"system: {system}\n\nuser: {user}"
        assert len(menu) == (0 if options.get("preset") == "boz2024-genlist" else 5)


@pytest.mark.parametrize("options", [
    {"answer": "names"}, {"preset": "boz2024-rank"}, {"preset": "boz2024-genitem"}, {"preset": "harte2023"},
    {"preset": "boz2024-genlist", "count": 5}, {"preset": "boz2024-classify", "clusters": ITEMS, "count": 5}])
def test_a_model_that_knows_its_examples_finds_every_target(dataset, popular, table, tmp_path, options):
    options = {"candidates": ITEMS, **options}
    llmrec.FineTuning.write(dataset, tmp_path / "train.jsonl", first_stage=popular, embedding=table, **options)
    answers = {tuple(re.findall(r"Title (\d+)", row["messages"][-2]["content"])[:4]): row["messages"][-1]["content"]
               for row in rows(tmp_path / "train.jsonl")}
    model = llmrec.Llm.function(lambda request: answers[shown])
    asked = llmrec.Recommender.prompt(model, dataset, first_stage=popular, embedding=table, **options)
    for shown, answer in answers.items():
        best = asked.recommend([[f"i{number}" for number in shown]], k=1)
        assert asked.ids(best.items)[0] == ["i" + re.search(r"Title (\d+)", answer)[1]]


def test_what_is_wrong_is_told(dataset, tmp_path):
    with pytest.raises(llmrec.ArgumentError, match="first_stage is NULL"):
        llmrec.FineTuning.write(dataset, tmp_path / "x", form="rank")
    with pytest.raises(llmrec.ArgumentError, match="format is 'csv'; wanted one of chat, completion, input_output"):
        llmrec.FineTuning.write(dataset, tmp_path / "x", format="csv")
    with pytest.raises(llmrec.ShapeError, match="no row for training"):
        llmrec.FineTuning.write(dataset, tmp_path / "x", preset="boz2024-genitem", min_history=9)
    assert not list(tmp_path.iterdir())
