# SPDX-License-Identifier: Apache-2.0
"""Frames in and out by the Arrow C stream interface: pandas, polars and pyarrow."""
import datetime
import gc

import llmrec
import numpy as np
import pytest

pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
from polars.testing import assert_frame_equal  # noqa: E402

SESSIONS, ITEMS = [3, 3, 3, 9, 9], ["b", "a", "ä", "a", "c"]
TIMES = [datetime.datetime(2024, 3, 1, 10), datetime.datetime(2024, 3, 1, 10, 5, 0, 250000), datetime.datetime(2024, 3, 2),
         datetime.datetime(2023, 1, 1), datetime.datetime(2023, 1, 2)]


def frame(**columns):
    return polars.DataFrame({"session_id": SESSIONS, "item_id": ITEMS, "timestamp": TIMES} | columns)


def to_pandas(given):
    """A result as a frame of pandas; before pandas 3 by pyarrow."""
    return pandas.DataFrame.from_arrow(given) if hasattr(pandas.DataFrame, "from_arrow") else pyarrow.table(given).to_pandas()


def item_ids(data):
    return [data.item_id(item) for item in range(data.items)]


# --- in


@pytest.mark.parametrize("kind", [polars.DataFrame.to_pandas, polars.DataFrame.to_arrow, polars.DataFrame.clone,
                                  lambda given: pyarrow.RecordBatchReader.from_stream(given)])
def test_frames_of_every_library_are_taken(kind):
    with llmrec.Dataset.create(kind(frame())) as data:
        assert item_ids(data) == ["b", "a", "ä", "c"] and data.session_id(1) == 9 and data.time_unit == "iso"
        found = data.copy_sessions(times=True)
        assert found.times.astype("datetime64[us]").tolist() == TIMES
    with llmrec.Dataset.load(kind(frame()), kind(polars.DataFrame({"id": ["a", "b"], "title": ["A", None]}))) as data:
        assert data.title_column == "title" and [data.item_text(item) for item in range(4)] == ["", "A", "", ""]


def test_types_of_polars_are_read():
    whole = frame()
    for ids in (polars.Categorical, polars.Enum(["a", "b", "c", "ä"])):
        with llmrec.Dataset.create(whole.with_columns(polars.col("item_id").cast(ids))) as data:
            assert item_ids(data) == ["b", "a", "ä", "c"]
    for kind in (polars.Int8, polars.UInt16, polars.Int32, polars.UInt64, polars.Decimal(10, 0)):
        with llmrec.Dataset.create(whole.with_columns(polars.col("session_id").cast(kind))) as data:
            assert [data.session_id(0), data.session_id(1)] == [3, 9]
    for times in (polars.Datetime("ms"), polars.Datetime("us", "Europe/Berlin"), polars.Datetime("ns"), polars.Date):
        with llmrec.Dataset.create(whole.with_columns(polars.col("timestamp").cast(times))) as data:
            assert data.time_unit == "iso" and data.rows == 5


def test_types_of_pyarrow_are_read():
    whole = frame().to_arrow()
    for ids in (pyarrow.string(), pyarrow.large_string(), pyarrow.string_view(), pyarrow.dictionary(pyarrow.int16(), pyarrow.string())):
        column = pyarrow.array(ITEMS, ids) if not pyarrow.types.is_dictionary(ids) else pyarrow.array(ITEMS).dictionary_encode()
        with llmrec.Dataset.create(whole.set_column(1, "item_id", column)) as data:
            assert item_ids(data) == ["b", "a", "ä", "c"]
    halves = pyarrow.array(np.array(SESSIONS, np.float16))
    with llmrec.Dataset.create(whole.set_column(0, "session_id", halves).drop(["item_id"]).append_column("item_id", halves),
                               ids="integer") as data:
        assert item_ids(data) == [3, 9]


def test_slices_chunks_and_options():
    whole = polars.concat([frame(), frame(session_id=[1] * 5)], rechunk=False)
    with llmrec.Dataset.create(whole[2:7], time_column="") as data:
        assert [data.session_id(i) for i in range(data.sessions)] == [3, 9, 1] and data.rows == 5
    with llmrec.Dataset.create(whole.rename({"session_id": "who"}), session_column="who", min_session_rows=3) as data:
        assert data.sessions == 2
    with pytest.raises(llmrec.ArgumentError, match="where is set; wanted its default, as a frame is no file"):
        llmrec.Dataset.create(whole, where="a = 1")


def test_a_column_says_the_parts():
    parts = ["train", "test", None, "val", "test"]
    for fold in (parts, pandas.Series(parts, dtype="category"), [{"train": 0, "val": 1, "test": 2}.get(part) for part in parts]):
        with llmrec.Dataset.create(frame(fold=fold), time_column="", split_column="fold") as data:
            assert data.split("test", method="column", drop_untrained=False).sessions == 2
    with pytest.raises(llmrec.FormatError, match=r'interactions\["fold"\]\[1\] is "late"; wanted train, validation, test'):
        llmrec.Dataset.create(frame(fold=["train", "late", None, None, None]), split_column="fold")


def test_wrong_frames_are_refused():
    with pytest.raises(llmrec.FormatError, match=r'interactions\["item_id"\]\[1\] is missing; wanted an id'):
        llmrec.Dataset.create(frame(item_id=["a", None, "b", "c", "d"]))
    with llmrec.Dataset.create(frame(item_id=["a", None, "b", "c", "d"]), missing="drop") as data:
        assert data.describe()["rows_missing"] == 1
    with pytest.raises(llmrec.FormatError, match=r'column "item_id" is of Arrow type "g" \(floats\); .* ids=integer'):
        llmrec.Dataset.create(frame(item_id=[1.0, 2, 3, 4, 5]))
    with pytest.raises(llmrec.FormatError, match=r'column "item_id" is of Arrow type "\+L"'):
        llmrec.Dataset.create(frame(item_id=[["a"]] * 5))
    with pytest.raises(llmrec.ArgumentError, match="items is None; wanted an item id for each session id, or a frame"):
        llmrec.Dataset.create(SESSIONS)
    with pytest.raises(llmrec.ArgumentError, match="items is a list; wanted a frame"):
        llmrec.Dataset.create(frame(), [1, 2])
    with pytest.raises(llmrec.ArgumentError, match="times or item_table is given with a frame"):
        llmrec.Dataset.create(frame(), times=[1, 2])
    with pytest.raises(llmrec.FormatError, match="wanted a frame"):
        llmrec.Dataset.create(type("Stream", (), {"__arrow_c_stream__": lambda self: pyarrow.chunked_array([[1]]).__arrow_c_stream__()})())


def test_columns_are_no_frames():
    with llmrec.Dataset.create(frame()["session_id"], frame()["item_id"]) as data:
        assert data.rows == 5
    with llmrec.Dataset.create(pyarrow.chunked_array([SESSIONS]), pyarrow.chunked_array([ITEMS])) as data:
        assert data.rows == 5


def test_a_failing_stream_is_told():
    def batches():
        yield frame().to_arrow().to_batches()[0]
        raise RuntimeError("the network is gone")
    with pytest.raises(llmrec.FileError, match="get_next of the Arrow stream failed with code .*the network is gone"):
        llmrec.Dataset.create(pyarrow.RecordBatchReader.from_batches(frame().to_arrow().schema, batches()))


# --- out


def test_pandas_comes_back_as_it_went():
    for given in (frame().to_pandas().astype({"timestamp": "datetime64[ns]"}),
                  frame(timestamp=[5, 6, 7, 1, 2]).to_pandas(), frame(item_id=[10, 2, 3, 2, 7]).to_pandas().drop(columns="timestamp"),
                  frame(timestamp=[5.5, 6, 7, 1, 2]).to_pandas()):
        options = {} if "timestamp" in given else {"time_column": ""}
        with llmrec.Dataset.create(given, **options) as data:
            pandas.testing.assert_frame_equal(to_pandas(data.to_arrow()), given, check_dtype=True)


def test_polars_comes_back_as_it_went():
    rng = np.random.default_rng(5)
    rows = 200_000
    given = polars.DataFrame({"session_id": np.sort(rng.integers(-5000, 5000, rows)), "item_id": rng.integers(0, 2**62, rows),
                              "timestamp": np.sort(rng.integers(0, 2**62, rows)).view("datetime64[ns]")})
    texts = given.with_columns(polars.col("session_id").cast(polars.String), item_id="i" + polars.col("item_id").cast(polars.String))
    for each in (given, texts, frame(timestamp=polars.Series(TIMES).dt.cast_time_unit("ns"))):
        with llmrec.Dataset.create(each) as data:
            assert_frame_equal(polars.DataFrame(data.to_arrow()), each)


def test_items_come_back_with_their_texts():
    items = polars.DataFrame({"item_id": ["b", "a", "ä", "c", "z"], "title": ["B", "", "Ä", "C", "new"], "tags": [["x", "y"], [], ["z"], None, []]})
    with llmrec.Dataset.create(frame(), items) as data:
        found = polars.DataFrame(data.items_to_arrow())
    assert_frame_equal(found, items.with_columns(tags=polars.Series(["x, y", "", "z", "", ""])))


def test_statistics_are_those_of_describe():
    with llmrec.Dataset.create(frame()) as data:
        found, wanted = polars.DataFrame(data.statistics_to_arrow()).to_dicts()[0], data.describe()
    assert all(found[name] == wanted[name] for name in ("sessions", "items", "rows", "density", "length_mean"))
    assert found["length_median"] == wanted["length_quantiles"][2] and found["first_time"] == TIMES[3]


def test_recommendations_and_reports():
    with llmrec.Dataset.create(frame()) as data:
        recommender = llmrec.Recommender.popularity(data)
        found = recommender.recommend([["b"], ["c", "a"]], k=2)
        table = pyarrow.table(recommender.to_arrow(found))
        report = llmrec.Report.evaluate(recommender, data, data)
        values = to_pandas(report.to_arrow())
    assert table.column_names == ["session", "rank", "item_id", "score"] and table["rank"].to_pylist() == [1, 2, 1, 2]
    assert table["item_id"].to_pylist() == [each for row in recommender.ids(found.items) for each in row]
    assert table["score"].to_pylist() == found.scores.ravel().tolist()
    assert values.shape == (2, 8 * len(report.k)) and np.array_equal(values["ndcg@10"], report.values("ndcg", 10))
    with pytest.raises(llmrec.ShapeError, match=r"wanted \[sessions, k\]"):
        recommender.to_arrow(found._replace(counts=found.counts[:1]))


def test_frames_outlive_their_source_and_are_read_again():
    data = llmrec.Dataset.create(frame())
    rows = data.to_arrow()
    data.close()
    assert polars.DataFrame(rows).equals(polars.DataFrame(rows)) and pyarrow.table(rows).num_rows == 5


def test_streams_that_nobody_reads_are_released():
    data = llmrec.Dataset.create(frame())
    kept = [data.to_arrow().__arrow_c_stream__() for _ in range(3)]
    struct = llmrec._frames._given[-1][1]
    assert struct.release
    held = len(llmrec._frames._given)
    kept.clear()
    gc.collect()
    pyarrow.table(data.to_arrow())
    assert not struct.release and len(llmrec._frames._given) <= held - 2
