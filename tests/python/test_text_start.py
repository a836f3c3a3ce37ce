# SPDX-License-Identifier: Apache-2.0
"""A start from meaningful vectors is better than its control: the same vectors, assigned to other items."""
import numpy as np
import pytest

import llmrec

GROUPS, MEMBERS, DIM = 25, 16, 32
ITEMS = GROUPS * MEMBERS


@pytest.fixture(scope="module")
def data():
    """Sessions that keep to items of one kind, as described by their texts; each item occurs only a few times."""
    random = np.random.default_rng(1)
    kinds = np.concatenate([np.arange(GROUPS)] * 14)
    sessions = [kind * MEMBERS + random.permutation(MEMBERS)[:6] for kind in kinds]
    table = {"id": [str(item) for item in range(ITEMS)]}
    return llmrec.Dataset.create(np.repeat(np.arange(len(sessions)), 6), [str(item) for item in np.concatenate(sessions)],
                                 item_table=table, catalog="all")


@pytest.fixture(scope="module")
def vectors(data):
    random = np.random.default_rng(2)
    kinds = random.normal(size=(GROUPS, DIM))[[int(data.item_id(item)) // MEMBERS for item in range(data.items)]]
    return kinds + .5 * random.normal(size=(data.items, DIM))


def validation_ndcg(data, values, seed):
    encoder = llmrec.Encoder.create(data, preset="sasrec", dim=DIM, layers=1, max_length=8, seed=seed)
    if values is not None:
        table = llmrec.Embedding.create(values, [data.item_id(item) for item in range(data.items)]).align(data)
        encoder.init_items(table, scale_std=.08)
    history = encoder.train(data.split("train", method="leave_one_out"), data.split("validation", method="leave_one_out"),
                            preset="sasrec", epochs=10, batch=32, patience=0, seed=seed)
    return history.ndcg.max()


def test_vectors_help_and_strangers_vectors_harm(data, vectors):
    starts = {"random": None, "vectors": vectors, "permuted": np.random.default_rng(3).permutation(vectors)}
    mean = {name: np.mean([validation_ndcg(data, values, seed) for seed in range(2)]) for name, values in starts.items()}
    assert mean["permuted"] < mean["random"] < mean["vectors"] / 1.1, mean
