# SPDX-License-Identifier: Apache-2.0
"""A small shop that the tests share: sessions of items with titles, and a vector for each item."""
import ctypes
import gc

import llmrec
import numpy as np
import pytest
from llmrec import _api
from llmrec._handle import Handle
from llmrec._options import Options

ITEMS = 12
SESSIONS = 30


def rows():
    """Session ids, item ids and times: session i walks through the items with its own step."""
    sessions = [f"s{row // 5}" for row in range(SESSIONS * 5)]
    items = [f"i{(row // 5 + (row % 5) * (1 + row // 5 % 3)) % ITEMS}" for row in range(SESSIONS * 5)]
    return sessions, items, np.arange(SESSIONS * 5, dtype=float)


@pytest.fixture
def item_table():
    return {
        "id": [f"i{item}" for item in range(ITEMS)],
        "title": [f"Title {item}, größer" for item in range(ITEMS)],
        "genre": [f"g{item % 3}" for item in range(ITEMS)],
    }


@pytest.fixture
def dataset(item_table):
    sessions, items, times = rows()
    return llmrec.Dataset.create(sessions, items, times, item_table=item_table)


@pytest.fixture
def values():
    return np.random.default_rng(3).standard_normal((ITEMS, 8)).astype(np.float32)


@pytest.fixture
def table(values, dataset):
    return llmrec.Embedding.create(values, [dataset.item_id(item) for item in range(ITEMS)])


@pytest.fixture
def files(tmp_path, item_table):
    """The shop as CSV files: interactions, items."""
    sessions, items, times = rows()
    lines = [f"{session},{item},{time}" for session, item, time in zip(sessions, items, times)]
    (tmp_path / "rows.csv").write_text("\n".join(["session_id,item_id,timestamp", *lines]) + "\n")
    lines = [f'{row[0]},"{row[1]}",{row[2]}' for row in zip(*item_table.values())]
    (tmp_path / "items.csv").write_text("\n".join([",".join(item_table), *lines]) + "\n", encoding="utf-8")
    return tmp_path / "rows.csv", tmp_path / "items.csv"


class CountedContext(llmrec.Context):
    """A context with counted memory: `outstanding` is the number of unreleased allocations."""

    def __init__(self):
        libc = ctypes.CDLL(None)
        libc.aligned_alloc.restype, libc.aligned_alloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t] * 2
        libc.free.argtypes = [ctypes.c_void_p]
        self.live = set()

        @_api.llmrec_allocate_fn
        def allocate(size, _):
            pointer = libc.aligned_alloc(64, (size + 63) // 64 * 64)
            self.live.add(pointer)
            return pointer

        @_api.llmrec_release_fn
        def release(pointer, _):
            self.live.discard(pointer)
            libc.free(pointer)

        options = Options(_api.llmrec_context_options, {"threads": 2})
        options.c.allocate, options.c.release = allocate, release
        CountedContext.kept.append((allocate, release))  # the library calls them as long as it holds memory from them
        self._owner = Handle._make.__func__(llmrec.Context, None, "llmrec_context_create", options)._owner

    kept = []


@pytest.fixture
def counted():
    """Fails if memory remains after a test that closed or dropped its handles."""
    context = CountedContext()
    live = context.live
    yield context
    context.close()
    del context
    gc.collect()
    assert not live
