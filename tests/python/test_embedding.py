# SPDX-License-Identifier: Apache-2.0
"""Embedding tables and reducers."""
import gc

import llmrec
import numpy as np
import pytest
from conftest import ITEMS


def test_data_is_a_view_that_keeps_the_table(values):
    table = llmrec.Embedding.create(values)
    view = table.data
    assert view.ctypes.data == table.data.ctypes.data and not view.flags.writeable
    table.close()
    del table
    gc.collect()
    assert np.array_equal(view, values)


def test_half_precision_is_a_view_too(values):
    table = llmrec.Embedding.create(values, dtype="float16")
    assert table.dtype == np.float16 and table.data.dtype == np.float16
    assert np.array_equal(table.data, values.astype(np.float16))
    assert np.array_equal(table.copy_rows(2, 3), table.data[2:5].astype(np.float32))


def test_tables_are_arrays(table, values):
    assert np.asarray(table).shape == (ITEMS, 8)
    assert (table.rows, table.dim) == values.shape
    assert np.array_equal(np.array(table, dtype=np.float64), values.astype(np.float64))


@pytest.mark.parametrize("name", ["table.h5", "table.npy", "table.safetensors"])
def test_tables_survive_the_round_trip(table, values, tmp_path, name):
    table.save(tmp_path / name)
    back = (llmrec.Embedding.open if name.endswith(".h5") else llmrec.Embedding.load)(tmp_path / name)
    assert np.array_equal(back.data, values)
    if name != "table.npy":
        assert back.id(3) == table.id(3) and back.find(table.id(5)) == 5


def test_load_reads_foreign_files_and_open_our_own(table, tmp_path):
    table.save(tmp_path / "a.h5")
    table.save(tmp_path / "a.npy")
    with pytest.raises(llmrec.FormatError, match="wanted llmrec_embedding_open"):
        llmrec.Embedding.load(tmp_path / "a.h5")
    with pytest.raises(llmrec.FormatError, match="a.npy"):
        llmrec.Embedding.open(tmp_path / "a.npy")


def test_numpy_reads_and_writes_the_same_files(values, tmp_path):
    np.save(tmp_path / "a.npy", values.astype(np.float64))
    assert np.array_equal(llmrec.Embedding.load(tmp_path / "a.npy").data, values)
    llmrec.Embedding.create(values, dtype="float16").save(tmp_path / "b.npy")
    assert np.array_equal(np.load(tmp_path / "b.npy"), values.astype(np.float16))


def test_alignment_tells_what_was_missing(dataset, values):
    ids = [f"i{item}" for item in range(ITEMS - 2)] + ["x", "y"]
    aligned = llmrec.Embedding.create(values, ids).align(dataset)
    missing = dataset.find_item(f"i{ITEMS - 2}")
    assert aligned.alignment.found == ITEMS - 2 and aligned.alignment.missing == 2 and aligned.alignment.surplus == 2
    assert not aligned.has_row(missing) and not aligned.data[missing].any()
    item = dataset.find_item("i4")
    assert np.array_equal(aligned.data[item], values[4])
    with pytest.raises(llmrec.ShapeError, match=f"i{ITEMS - 2}|i{ITEMS - 1}"):
        llmrec.Embedding.create(values, ids).align(dataset, missing="error")


def test_bad_values_are_refused(values):
    values[2, 3] = np.nan
    with pytest.raises(llmrec.NumericError, match="2.*3"):
        llmrec.Embedding.create(values)
    with pytest.raises(llmrec.ShapeError, match="values has 1 dimensions; wanted 2"):
        llmrec.Embedding.create(values[0])
    with pytest.raises(llmrec.ShapeError, match="ids has 1 entries"):
        llmrec.Embedding.create(np.ones((2, 2)), ["a"])


def test_whitening_whitens(table, tmp_path):
    reducer = llmrec.Reducer.fit(table, method="whiten", dim=4, normalize=False)
    reduced = reducer.apply(table)
    assert reducer.dim == reduced.dim == 4 and (np.diff(reducer.deviations) <= 0).all()
    assert np.allclose(np.cov(reduced.data, rowvar=False) * (ITEMS - 1) / ITEMS, np.eye(4), atol=0.1)
    reducer.save(tmp_path / "reducer.h5")
    again = llmrec.Reducer.open(tmp_path / "reducer.h5").apply(table)
    assert np.array_equal(again.data, reduced.data) and again.id(0) == table.id(0)


def test_reducers_without_deviations_say_so(table):
    reducer = llmrec.Reducer.fit(table, method="random", dim=3, seed=7)
    with pytest.raises(llmrec.UnsupportedError):
        reducer.deviations
