# SPDX-License-Identifier: Apache-2.0
"""Handles: freed in any order, used by many threads, never leaked; callbacks and their exceptions."""
import gc
import io
import itertools
import logging
import threading

import llmrec
import numpy as np
import pytest
from conftest import ITEMS, rows


def make_all(context, values, item_table, tmp_path):
    """One handle of each kind, by name."""
    sessions, items, times = rows()
    data = llmrec.Dataset.create(sessions, items, times, item_table=item_table, context=context)
    train, test = data.split("train"), data.split("test")
    table = llmrec.Embedding.create(values, item_table["id"], context=context)
    aligned = table.align(data)
    reducer = llmrec.Reducer.fit(aligned, method="pca", dim=4)
    recommender = llmrec.Recommender.similarity(reducer.apply(aligned), reduce="none")
    report = llmrec.Report.evaluate(recommender, train, test)
    return [data, train, test, table, aligned, reducer, recommender, report]


def test_handles_are_freed_in_any_order(counted, values, item_table, tmp_path):
    for order in itertools.islice(itertools.permutations(range(8)), 0, 40320, 3001):
        handles = make_all(counted, values, item_table, tmp_path)
        for index in order:
            handles[index].close()
            handles[index].close()


def test_forgotten_handles_are_freed(counted, values, item_table, tmp_path):
    handles = make_all(counted, values, item_table, tmp_path)
    cycle = {"handles": handles}
    cycle["self"] = cycle
    del handles, cycle
    gc.collect()


def test_failures_keep_nothing(counted, values):
    values[0, 0] = np.inf
    for _ in range(50):
        with pytest.raises(llmrec.NumericError):
            llmrec.Embedding.create(values, context=counted)


def test_a_view_outlives_everything(counted, values):
    with llmrec.Embedding.create(values, context=counted) as table:
        view = table.data[3:5]
    counted.close()
    assert np.array_equal(view, values[3:5])


def test_closed_handles_say_so(table):
    table.close()
    assert table.closed
    for use in (lambda: table.rows, lambda: table.data, lambda: llmrec.Recommender.similarity(table)):
        with pytest.raises(ValueError, match="this Embedding is closed"):
            use()


def test_many_threads_use_one_recommender(table, dataset):
    recommender = llmrec.Recommender.similarity(table)
    sessions = dataset.copy_sessions()[:2]
    wanted = recommender.recommend(sessions, k=5)
    wrong = []

    def work():
        for _ in range(20):
            met = recommender.recommend(sessions, k=5)
            if not (np.array_equal(met.items, wanted.items) and np.array_equal(met.scores, wanted.scores)):
                wrong.append(met)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_closing_under_running_calls_is_safe(values):
    def use(table):
        try:
            llmrec.Recommender.similarity(table, reduce="whiten")
        except ValueError:
            pass  # closed before the call began

    for _ in range(20):
        table = llmrec.Embedding.create(np.tile(values, (200, 1)))
        thread = threading.Thread(target=use, args=[table])
        thread.start()
        table.close()
        thread.join()


def test_progress_is_told(files):
    met = []
    with llmrec.Context(progress=met.append) as context:
        llmrec.Dataset.load(*files, context=context)
    assert met and all(isinstance(event, llmrec.Progress) for event in met)
    assert met[-1].done == met[-1].total or met[-1].total == 0


def raise_once(error):
    def callback(*_):
        raise error

    return callback


@pytest.mark.parametrize("error", [KeyError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_what_a_callback_raises_comes_out(files, error):
    with llmrec.Context(progress=raise_once(error)) as context:
        with pytest.raises(type(error)) as caught:
            llmrec.Dataset.load(*files, context=context)
        assert caught.value is error
        context.progress = None
        assert llmrec.Dataset.load(*files, context=context).items == ITEMS


def test_progress_can_cancel(files):
    with llmrec.Context(progress=lambda _: False) as context:
        with pytest.raises(llmrec.CancelledError, match="canceled"):
            llmrec.Dataset.load(*files, context=context)


def test_the_log_is_pythons(dataset, values, caplog):
    with caplog.at_level(logging.INFO, "llmrec"):
        llmrec.Embedding.create(values[:-1], [f"i{item}" for item in range(ITEMS - 1)]).align(dataset)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert caplog.records[0].name.startswith("llmrec.") and f"i{ITEMS - 1}" in caplog.records[0].message


def test_a_log_of_ones_own_may_raise(dataset, values):
    lines = []
    with llmrec.Context(log=lambda *line: lines.append(line)) as context:
        llmrec.Embedding.create(values[:-1], [f"i{item}" for item in range(ITEMS - 1)], context=context).align(dataset)
        assert len(lines) == 1 and lines[0][0] == 1
        context.log = raise_once(KeyError("mine"))
        with pytest.raises(KeyError):
            llmrec.Embedding.create(values[:-1], [f"i{item}" for item in range(ITEMS - 1)], context=context).align(dataset)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_progress_bar_draws_a_line_a_stage_on_a_terminal(monkeypatch):
    monkeypatch.setattr("time.monotonic", itertools.count(0, 60).__next__)
    bar = llmrec.ProgressBar(Terminal(), width=10)
    bar(llmrec.Progress("read", "bytes", 50, 100, 100.0))
    bar(llmrec.Progress("read", "bytes", 100, 100, 2.0))
    bar(llmrec.Progress("count", "rows", 7, 0, 1.0))
    text = bar.stream.getvalue()
    assert "read: [#####     ]  50%  50 of 100 0.50 bytes/s" in text and "[##########] 100%" in text
    assert text.endswith("\rcount: 7 rows  7.00 rows/s\x1b[K")


def test_a_progress_bar_adds_few_lines_to_a_file():
    bar = llmrec.ProgressBar(io.StringIO(), width=10)
    for done in range(1001):
        bar(llmrec.Progress("read", "bytes", done, 1000, 1 + done))
    assert bar.stream.getvalue() == "read: [##########] 100%  1,000 of 1,000 1.00 bytes/s\n"


# --- handles of other kinds ----------------------------------------------------------------------------------------------


def test_a_handle_of_another_kind_is_refused(dataset, table):
    popular = llmrec.Recommender.popularity(dataset)
    train, test = dataset.split("train"), dataset.split("test")
    wrong = {
        "embedding is a Dataset; wanted an Embedding": lambda: llmrec.Recommender.similarity(dataset),
        "dataset is an Embedding; wanted a Dataset": lambda: llmrec.Recommender.popularity(table),
        "train is a Recommender; wanted a Dataset": lambda: llmrec.Report.evaluate(popular, popular, test),
        "test is an Embedding; wanted a Dataset": lambda: llmrec.Report.evaluate(popular, train, table),
        "dataset is a Recommender; wanted a Dataset": lambda: table.align(popular),
        "context is a Dataset; wanted a Context": lambda: llmrec.Dataset.create(["a"], ["b"], context=dataset),
        "baseline is a Dataset; wanted a Report":
            lambda: llmrec.Report.evaluate(popular, train, test).compare(dataset, "ndcg", 10),
        "report is a Dataset; wanted a Report": lambda: llmrec.Report.mean([dataset]),
        "embedding is a Dataset; wanted an Embedding.*": lambda: llmrec.Recommender.create("similarity", embedding=dataset),
        "first_stage is a Dataset; wanted a Recommender":
            lambda: llmrec.Recommender.prompt(llmrec.Llm.function(str), dataset, first_stage=dataset),
    }
    for text, work in wrong.items():
        with pytest.raises(TypeError, match=text):
            work()
