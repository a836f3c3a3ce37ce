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


# --- splits of one's own, one catalog, new rows


def small(sessions, items, times=None, **options):
    return llmrec.Dataset.create(list(sessions), list(items), times, **options)


def contents(data):
    offsets, items, _ = data.copy_sessions()
    ids = [data.item_id(item) for item in items]
    return [(data.session_id(i), ids[offsets[i]:offsets[i + 1]]) for i in range(data.sessions)]


def test_rows_are_split_by_their_part():
    data = small("aaaabb", "uvwxuv")
    numbers = np.array([0, 1, 2, 2, 0, -1], np.int8)
    names = ["train", "validation", "test", "test", "train", None]
    for parts in (numbers, numbers.astype(np.int64), list(numbers), names, np.array(names, object)):
        assert contents(data.split_rows(parts, "train")) == [("a", ["u"]), ("b", ["u"])]
        test = data.split_rows(parts, "test")
        assert contents(test) == [("a", ["u", "v", "w", "x"])] and test.targets().tolist() == [2]
    assert data.targets().tolist() == [1, 1] and data.targets(1, 1).tolist() == [1]
    with pytest.raises(llmrec.ArgumentError, match="parts\\[1\\] is 'dev'; wanted one of train, validation, test"):
        data.split_rows(["train", "dev"] + ["test"] * 4, "test")
    with pytest.raises(llmrec.ArgumentError, match="parts holds float64; wanted integers"):
        data.split_rows(numbers / 2, "test")
    with pytest.raises(llmrec.ArgumentError, match="parts holds values beyond int8"):
        data.split_rows(numbers.astype(int) + 256, "test")
    with pytest.raises(llmrec.ShapeError, match="parts has 2 rows; wanted the dataset's 6"):
        data.split_rows([0, 1], "test")
    with pytest.raises(llmrec.ShapeError, match="2 dimensions"):
        data.split_rows(numbers.reshape(2, 3), "test")
    with pytest.raises(llmrec.ArgumentError, match="part is 'dev'"):
        data.split_rows(numbers, "dev")
    with pytest.raises(llmrec.ArgumentError, match="count is 5"):
        data.targets(0, 5)


def test_one_catalog_for_several_datasets(tmp_path):
    train = small("aab", "xyz")
    test = small("ccd", "zqx", like=train)
    assert [test.item_id(item) for item in range(test.items)] == ["x", "y", "z", "q"]
    (tmp_path / "test.csv").write_text("session,item\nc,z\nc,q\nd,x\n")
    loaded = llmrec.Dataset.load(tmp_path / "test.csv", like=train, time_column="")
    assert contents(loaded) == contents(test) and loaded.find_item("q") == 3
    for wrong in (train._c()._as_parameter_.value, "train", llmrec.Context()):
        with pytest.raises(TypeError, match="like is an? .*; wanted a Dataset"):
            small("c", "z", like=wrong)
        with pytest.raises(TypeError, match="like is an? .*; wanted a Dataset"):
            llmrec.Dataset.load(tmp_path / "test.csv", like=wrong)
    train.close()
    with pytest.raises(ValueError, match="this Dataset is closed"):
        small("c", "z", like=train)


def test_new_rows_are_appended():
    data, night = small("aab", "xyz", [1, 2, 3]), small("bc", "qx", [4, 5])
    joined = data.append(night)
    assert contents(joined) == [("a", ["x", "y"]), ("b", ["z", "q"]), ("c", ["x"])]
    assert contents(data) == [("a", ["x", "y"]), ("b", ["z"])]
    with pytest.raises(TypeError, match="rows is a list; wanted a Dataset"):
        data.append([("b", "q", 4)])
    with pytest.raises(llmrec.ArgumentError, match="rows has no times"):
        data.append(small("b", "q"))


def test_new_rows_go_on_in_sessions():
    data = small("aab", "xyz", [1, 2, 3], session_gap="10")
    joined = data.append(small("aabc", "qxyz", [12, 30, 9, 9]))
    assert contents(joined) == [("a/1", ["x", "y", "q"]), ("b/1", ["z", "y"]), ("a/2", ["x"]), ("c/1", ["z"])]
    with pytest.raises(llmrec.ArgumentError, match='a row of "a" at 11000000000 ns, earlier'):
        joined.append(small("a", "q", [11]))
