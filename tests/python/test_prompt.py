# SPDX-License-Identifier: Apache-2.0
"""Prompt recommenders with Python functions as the model."""
import re

import llmrec
import numpy as np
import pytest
from conftest import ITEMS


def highest_first(request):
    menu = re.findall(r'^([A-Z])\. "Title (\d+), größer"$', request.messages[-1]["content"], re.MULTILINE)
    return ", ".join(label for label, _ in sorted(menu, key=lambda entry: -int(entry[1])))


@pytest.fixture
def popular(dataset):
    return llmrec.Recommender.popularity(dataset)


def numbers(recommender, best):
    return [int(item[1:]) for item in recommender.ids(best.items)[0]]


def test_a_function_ranks_candidates(dataset, popular):
    model = llmrec.Llm.function(highest_first)
    ranked = llmrec.Recommender.prompt(model, dataset, first_stage=popular, candidates=ITEMS, noun="book", nouns="books")
    assert ranked.name == "prompt-rank" and ranked.description["options"]["noun"] == "book"
    assert numbers(ranked, ranked.recommend([["i11", "i3"]], k=4)) == [10, 9, 8, 7]
    text = ranked.prompt_text([dataset.find_item("i3")], [dataset.find_item("i5")])
    assert 'books that someone chose' in text and 'A. "Title 5, größer"' in text


def test_a_function_scores_letters(dataset, popular):
    asked = []

    def score(request):
        asked.append(request.top_logprobs)
        menu = re.findall(r'^([A-Z])\. "Title (\d+), größer"$', request.messages[-1]["content"], re.MULTILINE)
        return {"text": "A", "alternatives": {f" {label}": float(number) - 20 for label, number in menu}}

    ranked = llmrec.Recommender.prompt(llmrec.Llm.function(score), dataset, first_stage=popular, candidates=ITEMS,
                                       scoring="letters", alternatives=500)
    assert numbers(ranked, ranked.recommend([["i11", "i3"]], k=4)) == [10, 9, 8, 7]
    assert asked == [500] and ranked.description["options"]["alternatives"] == 500


def test_rubbish_is_asked_about_again(dataset, popular):
    asked = []

    def at_last(request):
        asked.append(request)
        return highest_first(request) if len(asked) > 1 else "Hm, hard to say."

    model = llmrec.Llm.function(at_last)
    ranked = llmrec.Recommender.prompt(model, dataset, first_stage=popular, candidates=ITEMS)
    assert numbers(ranked, ranked.recommend([["i11", "i3"]], k=2)) == [10, 9]
    assert len(asked) == 2 and asked[1].temperature == 0.5 and "nothing else" in asked[1].messages[-1]["content"]
    asked.clear()
    once = llmrec.Recommender.prompt(model, dataset, first_stage=popular, candidates=ITEMS, asks=1)
    once.recommend([["i11", "i3"]], k=2)
    assert len(asked) == 1


def test_names_are_looked_up(dataset, popular):
    model = llmrec.Llm.function(lambda request: "1. title 7,  GRÖSSER\n2. Nothing of the kind")
    named = llmrec.Recommender.prompt(model, dataset, first_stage=popular, form="genlist", count=2)
    assert numbers(named, named.recommend([["i0"]], k=3))[0] == 7


def test_reports_say_where_lists_come_from(dataset, popular):
    ranked = llmrec.Recommender.prompt(llmrec.Llm.function(highest_first), dataset, first_stage=popular, candidates=5)
    report = llmrec.Report.evaluate(ranked, dataset, dataset, sample=4, sample_seed=1, k=[3])
    assert report.sessions == 4
    assert report.grounding["requests"] == 4 and report.grounding["failed"] == 0 and report.grounding["exact"] > 4
    assert llmrec.Report.evaluate(popular, dataset, dataset, k=[3]).grounding["requests"] == 0


def test_a_menu_is_made_of_names():
    def menu(titles):
        ids = ["a", "b", "c", "d"]
        data = llmrec.Dataset.create([0, 0, 0, 1, 1, 1, 2, 2], ["a", "c", "b", "a", "c", "d", "a", "c"],
                                     item_table={"id": ids, "title": titles})
        table = llmrec.Embedding.create(np.float32([[1, 0], [1, 0], [0, 1], [0, 1]]), ids).align(data)
        model = llmrec.Llm.function(lambda request: "A")
        chosen = llmrec.Recommender.prompt(model, data, embedding=table, form="classify", clusters=2)
        return chosen.prompt_text([data.find_item("b")]).split("<candidates>")[1]

    assert '"Tea"' in menu(["", "Tea", "", "Rope"]) and '"Rope"' in menu(["", "Tea", "", "Rope"])
    assert '"Tea"' not in menu(["Salt", "Tea", "", "Rope"])
    with pytest.raises(llmrec.ArgumentError, match="no item has a text"):
        menu(["", "", "", ""])


def test_lists_say_where_they_come_from(dataset, popular):
    ranked = llmrec.Recommender.prompt(llmrec.Llm.function(highest_first), dataset, first_stage=popular, candidates=5)
    for sessions in ([["i0"], []], (np.array([0, 1, 1]), np.array([0], np.int32))):
        found = ranked.recommend(sessions, k=3, grounding=True)
        assert found.grounding.requests.tolist() == [1, 0] and found.grounding.failed.tolist() == [0, 0]
        assert found.grounding.exact[0] == 5 and found.grounding.backfilled[1] == 3
    assert not popular.recommend([["i0"]], k=3, grounding=True).grounding.backfilled.any()
    assert popular.recommend([["i0"]], k=3).grounding is None
    assert popular.recommend([["i0", "?"], []], k=3, grounding=True).unknown.tolist() == [1, 0]


def test_what_a_model_raises_comes_out(dataset, popular):
    def broken(request):
        raise ValueError("no model today")

    ranked = llmrec.Recommender.prompt(llmrec.Llm.function(broken), dataset, first_stage=popular)
    with pytest.raises(ValueError, match="no model today"):
        ranked.recommend([["i0"]], k=3)


def test_wrong_options_are_told(dataset, popular):
    model = llmrec.Llm.function(highest_first)
    with pytest.raises(llmrec.ArgumentError, match="first_stage is NULL"):
        llmrec.Recommender.prompt(model, dataset)
    with pytest.raises(llmrec.ArgumentError, match="no slot"):
        llmrec.Recommender.prompt(model, dataset, first_stage=popular, user="{history} {menus}")
    with pytest.raises(llmrec.ArgumentError, match="rank"):
        llmrec.Recommender.prompt(model, dataset, first_stage=popular, form="guess")
    with pytest.raises(llmrec.ArgumentError, match="llmrank"):
        llmrec.Recommender.prompt(model, dataset, first_stage=popular, preset="guess")


def test_everything_used_is_held(dataset, popular):
    model = llmrec.Llm.function(highest_first)
    ranked = llmrec.Recommender.prompt(model, dataset, first_stage=popular, candidates=ITEMS)
    for handle in (model, popular):
        handle.close()
    assert numbers(ranked, ranked.recommend([["i11"]], k=1)) == [10]
    assert np.isfinite(ranked.recommend([["i11"]], k=2).scores).all()
