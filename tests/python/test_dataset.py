# SPDX-License-Identifier: Apache-2.0
"""Data sets: input from arrays and files; sessions, ids and texts."""
import llmrec
import numpy as np
import pytest
from conftest import ITEMS, SESSIONS, rows


def test_arrays_become_sessions(dataset):
    assert (dataset.sessions, dataset.items, dataset.rows) == (SESSIONS, ITEMS, SESSIONS * 5)
    _, ids, _ = rows()
    offsets, items, times = dataset.copy_sessions(1, 2, times=True)
    assert offsets.tolist() == [0, 5, 10]
    assert [dataset.item_id(item) for item in items] == ids[5:15]
    assert times.tolist() == list(range(5, 15))
    assert dataset.copy_sessions().items.shape == (SESSIONS * 5,)


def test_ids_and_texts_go_both_ways(dataset):
    for item in range(ITEMS):
        assert dataset.find_item(dataset.item_id(item)) == item
    assert dataset.session_id(3) == "s3" and dataset.find_session("s3") == 3
    assert dataset.find_item("nothing like it") == -1
    assert dataset.columns == ["title", "genre"] and dataset.title_column == "title"
    item = dataset.find_item("i7")
    assert dataset.item_text(item) == "Title 7, größer"
    assert dataset.item_text(item, "genre") == "g1"
    with pytest.raises(KeyError, match="director"):
        dataset.item_text(item, "director")
    with pytest.raises(llmrec.ArgumentError):
        dataset.item_id(ITEMS)


def test_integer_ids_stay_integers():
    sessions, items = np.array([5, 5, -7, -7]), [100, 200, 100, 2**40]
    with llmrec.Dataset.create(sessions, items) as dataset:
        assert [dataset.item_id(item) for item in range(3)] == [100, 200, 2**40]
        assert dataset.session_id(1) == -7
        assert dataset.find_item(2**40) == 2


def test_files_give_what_arrays_give(files, dataset):
    loaded = llmrec.Dataset.load(*files)
    assert np.array_equal(loaded.copy_sessions().items, dataset.copy_sessions().items)
    assert loaded.item_text(4) == dataset.item_text(4)
    assert loaded.describe()["rows"] == SESSIONS * 5


def test_a_saved_dataset_opens(dataset, tmp_path):
    dataset.save(tmp_path / "shop.h5")
    opened = llmrec.Dataset.open(tmp_path / "shop.h5")
    assert np.array_equal(opened.copy_sessions().items, dataset.copy_sessions().items)
    assert [opened.item_text(item) for item in range(ITEMS)] == [dataset.item_text(item) for item in range(ITEMS)]


def test_splits_are_views(dataset):
    train = dataset.split("train", method="leave_one_out")
    test = dataset.split("test", method="leave-one-out")
    assert train.rows == SESSIONS * 3 and test.rows == SESSIONS * 5
    late = dataset.split("test", test_fraction=0.1, drop_untrained=False)
    assert late.sessions == SESSIONS // 10
    dataset.close()
    assert train.item_counts().sum() == train.rows


def test_untrained_items_stay_where_the_method_usually_keeps_them():
    sessions = {"sessions": ["a"] * 3 + ["b"] * 3, "items": ["x", "y", "z", "x", "y", "new"], "times": [1, 2, 3, 4, 5, 6]}
    dataset = llmrec.Dataset.create(**sessions)
    kept = dataset.split("test", method="leave_one_out")
    assert kept.rows == 6
    dropped = dataset.split("test", test_fraction=0.5)
    assert dropped.rows == 2
    assert dataset.split("test", test_fraction=0.5, drop_untrained=False).rows == 3


def test_statistics_have_names(dataset):
    found = dataset.describe()
    assert found["sessions"] == SESSIONS and found["length_quantiles"] == [5.0] * 5
    assert found["first_time"] == 0 and found["time_ties"] == 0


def test_unknown_options_are_named(files):
    with pytest.raises(TypeError, match="unknown option 'p_core'; there are format, session_column, .*min_item_rows"):
        llmrec.Dataset.load(*files, p_core=5)


def test_errors_name_file_and_line(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("session_id,item_id,timestamp\na,b,1\na,c,noon\n")
    with pytest.raises(llmrec.FormatError, match=r"bad\.csv:3.*noon"):
        llmrec.Dataset.load(path)
    with pytest.raises(OSError, match="nowhere.csv"):
        llmrec.Dataset.load(tmp_path / "nowhere.csv")
    with pytest.raises(llmrec.ArgumentError, match="duplicates is 'sometimes'; wanted one of keep, drop_repeats"):
        llmrec.Dataset.load(path, duplicates="sometimes")


def test_lengths_must_agree():
    with pytest.raises(llmrec.ShapeError, match="items has 1 entries; wanted 2"):
        llmrec.Dataset.create(["a", "b"], ["x"])
    with pytest.raises(llmrec.ShapeError, match="title has 1 entries; wanted 2"):
        llmrec.Dataset.create(["a", "b"], ["x", "y"], item_table={"id": ["x", "y"], "title": ["X"]})
