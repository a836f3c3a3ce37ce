# SPDX-License-Identifier: Apache-2.0
"""Relations of DuckDB in and out by the Arrow C stream interface."""
import llmrec
import numpy as np
import pytest

duckdb = pytest.importorskip("duckdb")

ROWS = 5000  # more than one batch


@pytest.fixture
def shop():
    """A table of visits: row i is of user i % 50 and item i % 7, a second after the row before."""
    connection = duckdb.connect()
    connection.execute(f"""CREATE TABLE visits AS SELECT 'u' || (i % 50) AS user_id, i % 7 AS item_id,
        timestamp '2024-03-01 10:00:00.250001' + interval (i) second AS timestamp FROM range({ROWS}) AS rows(i)""")
    return connection


def test_relations_are_data_sets(shop):
    with llmrec.Dataset.create(shop.sql("SELECT * FROM visits")) as data:
        assert (data.sessions, data.items, data.rows, data.time_unit) == (50, 7, ROWS, "iso")
        assert data.session_id(1) == "u1" and data.item_id(0) == 0
        times = data.copy_sessions(0, 1, times=True).times
        assert times[:2].tolist() == np.array(["2024-03-01T10:00:00.250001", "2024-03-01T10:00:50.250001"], "datetime64[ns]").tolist()


@pytest.mark.parametrize("kind", ["timestamptz", "timestamp_ns", "timestamp_ms", "timestamp_s", "date"])
def test_every_kind_of_time_is_read(shop, kind):
    shop.execute("SET TimeZone = 'UTC'")
    wanted = shop.sql(f"SELECT epoch_us(timestamp::{kind}) FROM visits WHERE user_id = 'u0' ORDER BY timestamp")
    with llmrec.Dataset.create(shop.sql(f"SELECT user_id, item_id, timestamp::{kind} AS timestamp FROM visits")) as data:
        assert data.copy_sessions(0, 1, times=True).times.astype(np.int64).tolist() == [1000 * row[0] for row in wanted.fetchall()]


@pytest.mark.parametrize("kind, first", [("hugeint", 1), ("utinyint", 1), ("bigint", 1), ("decimal(18,0)", 1), ("varchar", "1"),
                                         ("enum('1', '2')", "1")])
def test_every_kind_of_id_is_read(shop, kind, first):
    rows = shop.sql(f"SELECT user_id, (1 + item_id % 2)::varchar::{kind} AS item_id FROM visits")
    with llmrec.Dataset.create(rows, time_column="") as data:
        assert data.item_id(0) == first and data.rows == ROWS


def test_nulls_are_named(shop):
    rows = shop.sql("SELECT user_id, nullif(item_id, 3) AS item_id, timestamp FROM visits")
    with pytest.raises(llmrec.FormatError, match=r'interactions\["item_id"\]\[3\] is missing'):
        llmrec.Dataset.create(rows)
    with llmrec.Dataset.create(shop.sql("SELECT user_id, nullif(item_id, 3) AS item_id, timestamp FROM visits"), missing="drop") as data:
        assert data.items == 6 and data.describe()["rows_missing"] == ROWS // 7 + (ROWS % 7 > 3)


def test_results_are_tables_of_duckdb(shop):
    with llmrec.Dataset.create(shop.sql("SELECT * FROM visits")) as data:
        rows, best = data.to_arrow(), None
        assert shop.sql("""SELECT count(*) FROM rows JOIN visits ON rows.session_id = visits.user_id
            AND rows.item_id = visits.item_id AND rows.timestamp = visits.timestamp""").fetchone() == (ROWS,)
        popular = llmrec.Recommender.popularity(data)
        best = popular.to_arrow(popular.recommend([[0, 1], [2]], k=3, keep_seen=True))
        assert shop.sql("SELECT count(*), min(rank), max(rank) FROM best").fetchone() == (6, 1, 3)
