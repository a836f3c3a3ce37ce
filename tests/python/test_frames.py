# SPDX-License-Identifier: Apache-2.0
"""Columns as people have them: missing values, times, ids of every kind, from lists, numpy, pandas, polars and pyarrow."""
import datetime

import llmrec
import numpy as np
import pytest

pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))

NS = 1_700_000_000_000_000_001  # doubles would lose the last digits
SESSIONS = ["u", "u", "u"]


def created(items, times=None, sessions=None, **options):
    return llmrec.Dataset.create(SESSIONS if sessions is None else sessions, items, times, **options)


def item_ids(dataset):
    return [dataset.item_id(item) for item in range(dataset.items)]


# --- missing values


@pytest.mark.parametrize("gap", [None, float("nan"), pandas.NA, pandas.NaT, np.datetime64("NaT")])
def test_missing_ids_are_refused_or_dropped(gap):
    for name, given in (("sessions", {"sessions": ["ana", gap, "bo"], "items": [1, 2, 3]}),
                        ("items", {"sessions": SESSIONS, "items": ["a", gap, "b"]})):
        with pytest.raises(llmrec.ArgumentError, match=rf"{name}\[1\] is .*; wanted an id \(missing='drop'"):
            created(**given)
        with created(missing="drop", **given) as dataset:
            found = dataset.describe()
            assert (found["input_rows"], found["rows_missing"], found["rows"]) == (3, 1, 2)


def test_columns_of_frames_with_gaps():
    for gaps in (pandas.Series([1, 2, None, 1]), pandas.Series([1, 2, None, 1], dtype="Int64"), polars.Series([1, 2, None, 1]),
                 pyarrow.array([1, 2, None, 1]), pyarrow.chunked_array([[1, 2], [None, 1]]), [1, 2, None, 1],
                 np.array([1, 2, np.nan, 1])):
        with pytest.raises(llmrec.ArgumentError, match=r"items\[2\] is "):
            created(gaps, sessions=["u"] * 4)
        with created(gaps, sessions=["u"] * 4, missing="drop") as dataset:
            assert item_ids(dataset) == [1, 2] and dataset.rows == 3
    for gaps in (pandas.Series(["ana", None, "bo"]), polars.Series(["ana", None, "bo"]), pyarrow.array(["ana", None, "bo"]),
                 pandas.Series(["ana", None, "bo"], dtype="category"), polars.Series(["ana", None, "bo"], dtype=polars.Categorical),
                 pyarrow.array(["ana", None, "bo"]).dictionary_encode(), pandas.Series(["ana", None, "bo"], dtype="string")):
        with pytest.raises(llmrec.ArgumentError, match=r"items\[1\] is "):
            created(gaps)
        with created(gaps, missing="drop") as dataset:
            assert item_ids(dataset) == ["ana", "bo"]


def test_words_for_missing_values_are_refused_too():
    with pytest.raises(llmrec.ArgumentError, match=r'item_ids\[1\] is "nan"; wanted an id'):
        created(["a", "nan", "b"])
    with created(["a", "nan", "b"], missing_values="") as dataset:
        assert item_ids(dataset) == ["a", "nan", "b"]


def test_missing_times_are_refused_or_dropped():
    late = np.array(["2024-03-01", "NaT", "2024-02-01"], "datetime64[ms]")
    for times in (late, pandas.Series(late), pandas.Series(late).dt.tz_localize("UTC"), polars.Series(late), pyarrow.array(late),
                  [1.5, None, 0.5], np.array([1.5, np.nan, 0.5]), [2, None, 1], polars.Series([2, None, 1]),
                  [datetime.date(2024, 3, 1), None, datetime.date(2024, 2, 1)]):
        with pytest.raises(llmrec.ArgumentError, match=r"times\[1\] is .*; wanted a time \(missing='drop'"):
            created(["a", "b", "c"], times)
        with created(["a", "b", "c"], times, missing="drop") as dataset:
            assert [dataset.item_id(item) for item in dataset.copy_sessions().items] == ["c", "a"]


def test_missing_titles_are_empty():
    gaps = [None, float("nan"), pandas.NA, "T"]
    for titles in (gaps, pandas.Series(gaps), polars.Series([None, None, None, "T"]), pyarrow.array([None, None, None, "T"])):
        with created([1, 2, 3, 4], sessions=["u"] * 4, item_table={"id": [1, 2, 3, 4], "title": titles}) as dataset:
            assert [dataset.item_text(item) for item in range(4)] == ["", "", "", "T"]
    with pytest.raises(llmrec.ArgumentError, match=r"item ids\[1\] is nan"):
        created([1, 2, 3], item_table={"id": [1, np.nan, 3], "title": ["A", "B", "C"]})
    with created([1, 2, 3], item_table={"id": [1, np.nan, 3], "title": ["A", "B", "C"]}, missing="drop") as dataset:
        assert [dataset.item_text(item) for item in range(3)] == ["A", "", "C"]


# --- ids


def test_integers_stay_integers():
    for items in ([242, 7], np.array([242, 7], np.uint32), pandas.Series([242, 7]), pandas.Series([242.0, 7.0]), polars.Series([242, 7]),
                  pyarrow.array([242, 7]), pyarrow.array([242, 7], pyarrow.int16()), pandas.Series([242, 7], dtype="Int64"), (242, 7)):
        with created(items, sessions=[1, 1]) as dataset:
            assert item_ids(dataset) == [242, 7] and dataset.find_item(7.0) == 1
            recommender = llmrec.Recommender.popularity(dataset)
            assert recommender.item_id(0) == 242 and recommender.ids(np.array([1, -1])) == [7]
            assert recommender.recommend([[242.0], (7,)], k=1, keep_seen=True).unknown.tolist() == [0, 0]
    with created(["242", "7"], sessions=[1, 1]) as dataset:
        assert item_ids(dataset) == ["242", "7"] and llmrec.Recommender.popularity(dataset).item_id(0) == "242"
    with created(["1.0", "1", " 1"], ids="integer", sessions=["5", "5.0", 5]) as dataset:
        assert item_ids(dataset) == [1] and dataset.session_id(0) == 5
    with pytest.raises(llmrec.ArgumentError, match=r"item_ids\[1\] is \"x\"; wanted an integer"):
        created(["1", "x", "2"], ids="integer", sessions=[1, 1, 1])


def test_tables_and_custom_strategies_keep_integers(tmp_path):
    table = llmrec.Embedding.create([[1, 2], [3, 4]], [7, 242])
    assert table.id(1) == 242 and table.find(7) == 0 and table.find(7.0) == 0
    table.save(tmp_path / "table.h5")
    assert llmrec.Embedding.open(tmp_path / "table.h5").id(0) == 7
    assert llmrec.Recommender.similarity(table, reduce="none").item_id(0) == 7
    with created([242, 7], sessions=[1, 1]) as dataset:
        assert llmrec.Embedding.create([[1, 2], [3, 4]], ["7.0", "242.0"]).align(dataset).copy_rows().tolist() == [[3, 4], [1, 2]]

    class Same:
        def score(self, sessions, candidates):
            return np.tile(candidates, (len(sessions), 1))

    assert llmrec.Recommender.custom(Same(), [7, 242]).item_id(1) == 242
    with pytest.raises(llmrec.ArgumentError, match=r"ids\[1\] is None; wanted an id"):
        llmrec.Embedding.create([[1, 2], [3, 4]], [7, None])


def test_sessions_are_lists_of_ids():
    with created(["a", "b", "c"]) as dataset:
        recommender = llmrec.Recommender.popularity(dataset)
        by_list, by_tuple = (recommender.recommend(kind([["a"], ["b"]]), k=2) for kind in (list, tuple))
        assert by_list.items.tolist() == by_tuple.items.tolist() and by_tuple.unknown.tolist() == [0, 0]
        assert recommender.recommend((["a", "b"],), k=1).items.tolist() == [[2]]
        for flat in (["a", "b"], ("a", "b"), "ab"):
            with pytest.raises(llmrec.ArgumentError, match="wanted (a list|lists) of ids"):
                recommender.recommend(flat, k=1)
        with pytest.raises(llmrec.ArgumentError, match=r"sessions\[1\] is None; wanted an id"):
            recommender.recommend([["a", None]], k=1)


# --- times


def test_nanoseconds_keep_their_order():
    stamps = np.array([NS + 1, NS, NS + 2])
    frames = [stamps, stamps.tolist(), pandas.Series(stamps), polars.Series(stamps), pyarrow.array(stamps)]
    dates = stamps.view("datetime64[ns]")
    frames += [dates, pandas.Series(dates), pandas.DatetimeIndex(dates), polars.Series(dates), pyarrow.array(dates),
               pandas.Series(dates).dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"), list(pandas.Series(dates)),
               polars.Series(dates).dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Tokyo"),
               pyarrow.array(stamps, pyarrow.timestamp("ns", "Asia/Tokyo")), list(dates)]
    for i, times in enumerate(frames):
        with created(["a", "b", "c"], times) as dataset:
            found = dataset.copy_sessions(times=True)
            assert [dataset.item_id(item) for item in found.items] == ["b", "a", "c"]
            assert dataset.time_unit == ("ns" if i < 5 else "iso")
            assert found.times.dtype == (np.int64 if i < 5 else "datetime64[ns]")
            assert found.times.astype(np.int64).tolist() == [NS, NS + 1, NS + 2]


def test_times_come_back_as_they_were_given():
    for given, unit, kind in (([1700000001, 1700000000], "s", np.int64), ([1.25, 0.5], "s", np.float64),
                              ([1700000000001, 1700000000000], "ms", np.int64), (np.array([7, 5], "datetime64[D]"), "iso", "datetime64[ns]"),
                              (np.array([7, 5], "datetime64[ms]"), "iso", "datetime64[ns]"),
                              (["2024-03-02", "2024-03-01T12:00:00.5"], "iso", "datetime64[ns]")):
        if unit == "iso" and isinstance(given, list):
            given = [datetime.datetime.fromisoformat(text) for text in given]
        with created(["a", "b"], given, sessions=["u", "u"]) as dataset:
            found = dataset.copy_sessions(times=True).times
            assert dataset.time_unit == unit and found.dtype == kind
            assert (found == np.array(given, kind if unit == "iso" else None)[::-1]).all()
            about = dataset.describe()
            assert about["first_time"] == found[0] and about["last_time"] == found[1]
    with created(["a", "b"], sessions=["u", "u"]) as dataset:
        assert dataset.time_unit is None and dataset.copy_sessions(times=True).times is None
        assert dataset.describe()["first_time"] is None


def test_zones_are_utc():
    zone = datetime.timezone(datetime.timedelta(hours=9))
    noon = datetime.datetime(2024, 3, 1, 12, tzinfo=zone)
    for times in ([noon], pandas.Series([noon]), polars.Series([noon]), pyarrow.array([noon])):
        with created(["a"], times, sessions=["u"]) as dataset:
            assert dataset.copy_sessions(times=True).times[0] == np.datetime64("2024-03-01T03:00:00")


def test_odd_times_are_named():
    with pytest.raises(llmrec.ArgumentError, match=r"times\[1\] is 'noon'; wanted numbers, or dates as datetime64"):
        created(["a", "b"], [1, "noon"], sessions=["u", "u"])
    with pytest.raises(llmrec.ArgumentError, match=r"times\[0\] is 3000-01-01; wanted a time from the years 1678 to 2262"):
        created(["a"], np.array(["3000-01-01"], "datetime64[D]"), sessions=["u"])
    with pytest.raises(llmrec.ArgumentError, match=r"time_numbers\[1\] is 1700000000000; row 0 has 1700000000: seconds and milli"):
        created(["a", "b"], [1700000000, 1700000000000], sessions=["u", "u"])


def test_cutoffs_are_numbers_or_dates():
    days = np.array(["2024-03-01", "2024-03-02"], "datetime64[D]")
    with created(["a", "a"], days, sessions=["u", "v"]) as dataset:
        for cutoff in ("2024-03-02", days[1], pandas.Timestamp("2024-03-02"), datetime.datetime(2024, 3, 2), datetime.date(2024, 3, 2),
                       pandas.Timestamp("2024-03-02 09:00", tz="Asia/Tokyo")):
            assert dataset.split("test", cutoff=cutoff, drop_untrained=False).session_id(0) == "v"
    with created(["a", "a"], [1, 2.5], sessions=["u", "v"]) as dataset:
        for cutoff in (2, 2.5, "2.5", np.int64(2), np.float64(2.5)):
            assert dataset.split("test", cutoff=cutoff, drop_untrained=False).sessions == 1


# --- round trips


def frame_of(dataset):
    found = dataset.copy_sessions(times=True)
    sessions = np.repeat(np.arange(dataset.sessions), np.diff(found.offsets))
    return {"session": [dataset.session_id(each) for each in sessions], "item": [dataset.item_id(each) for each in found.items],
            "time": found.times}


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_come_back_equal(library):
    frame = {"session": ["a", "a", "b"], "item": [5, 242, 5], "time": np.array([NS, NS + 1, NS - 1]).view("datetime64[ns]")}
    given = pandas.DataFrame(frame) if library == "pandas" else polars.DataFrame(frame)
    with llmrec.Dataset.create(given["session"], given["item"], given["time"]) as dataset:
        back = frame_of(dataset)
    again = pandas.DataFrame(back) if library == "pandas" else polars.DataFrame(back)
    assert again.equals(given)


# --- nothing is cast in silence ------------------------------------------------------------------------------------------


def test_values_of_another_kind_are_refused(dataset):
    popular = llmrec.Recommender.popularity(dataset)
    for values in (np.ones((2, 2), complex), np.array([["1", "2"]]), np.ones((1, 2), bool), np.zeros((1, 2), "M8[s]")):
        with pytest.raises(llmrec.ArgumentError, match="values holds .*; wanted numbers"):
            llmrec.Embedding.create(values)
    with pytest.raises(llmrec.ArgumentError, match="sessions holds bool; wanted numbers"):
        popular.recommend((np.array([0, 1]), np.array([True])))
    for ids in ([["i1"]], [("i1", "i2")], [{"i1": 1}]):
        with pytest.raises(llmrec.ArgumentError, match=r"sessions\[0\] is .*; wanted an id"):
            popular.recommend([ids])
    with pytest.raises(llmrec.ArgumentError, match=r"items\[1\] is \['b'\]; wanted an id"):
        llmrec.Dataset.create(["a", "a"], ["b", ["b"]])


def test_integers_beyond_64_bits_are_refused(dataset):
    for number in (2**63, 2**70, -(2**63) - 1):
        with pytest.raises(OverflowError, match=f"an argument is {number}; wanted an integer of 64 bits"):
            dataset.item_id(number)
    for column, values in (("sessions", ([2**70, 1], [1, 2])), ("items", ([1, 2], [1, -(2**64)])),
                           ("times", ([1, 2], [1, 2], [1, 2**70]))):
        with pytest.raises(OverflowError, match=f"{column} holds integers beyond int64"):
            llmrec.Dataset.create(*values)
    with pytest.raises(OverflowError, match="test_fraction is too large"):
        dataset.split("test", test_fraction=10**400)


def test_arguments_that_are_no_integers_are_refused(dataset):
    popular = llmrec.Recommender.popularity(dataset)
    for k in (None, "3", 2.0, True, [2]):
        for recommend in (lambda: popular.recommend([["i1"]], k), lambda: popular.session().recommend(k)):
            with pytest.raises(TypeError, match="k is .*; wanted an integer"):
                recommend()
    with pytest.raises(OverflowError, match="k is 2147483648; wanted at most 2147483647"):
        popular.recommend([["i1"]], 2**31)
    for number in ("x", None, 1.5):
        with pytest.raises(TypeError, match=f"an argument is {number!r}; wanted an integer"):
            dataset.item_id(number)


def test_numbers_too_large_for_their_type_are_refused():
    with pytest.raises(OverflowError, match=r"values holds 1e\+300, too large for float32"):
        llmrec.Embedding.create([[1.0, 1e300]])
    with pytest.raises(OverflowError, match="values holds a number too large for float32"):
        llmrec.Embedding.create(np.array([[10**400, 1]], dtype=object))
    with pytest.raises(llmrec.NumericError, match="row 0, column 1 is inf"):
        llmrec.Embedding.create([[1.0, np.inf]])


def test_answers_of_strategies_are_not_cast(dataset):
    class Custom:
        def __init__(self, answer):
            self.rank = lambda sessions, k: [answer] * len(sessions)

    for answer, error, text in ((([2**40], [1.0]), llmrec.ArgumentError, "rank's items holds values beyond int32"),
                                (([0], [1j]), TypeError, "rank gave scores of type complex128; wanted numbers"),
                                (([0], ["7"]), TypeError, "rank gave scores of type <U1; wanted numbers")):
        with pytest.raises(error, match=text):
            llmrec.Recommender.custom(Custom(answer), dataset).recommend([["i1"]], k=2)
