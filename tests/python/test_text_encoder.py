# SPDX-License-Identifier: Apache-2.0
"""Text encoders: a model of one layer, written here."""
import json

import llmrec
import numpy as np
import pytest
from conftest import ITEMS

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "title", ",", "größer", "grosser", "1", "##0"]
DIM, INNER, POSITIONS = 8, 16, 16


def tensors():
    """Names and shapes of a BERT with one layer."""
    yield "embeddings.word_embeddings.weight", (len(WORDS), DIM)
    yield "embeddings.position_embeddings.weight", (POSITIONS, DIM)
    yield "embeddings.token_type_embeddings.weight", (2, DIM)
    layer = "encoder.layer.0."
    for name, out, into in [
        ("attention.self.query", DIM, DIM),
        ("attention.self.key", DIM, DIM),
        ("attention.self.value", DIM, DIM),
        ("attention.output.dense", DIM, DIM),
        ("intermediate.dense", INNER, DIM),
        ("output.dense", DIM, INNER),
    ]:
        yield f"{layer}{name}.weight", (out, into)
        yield f"{layer}{name}.bias", (out,)
    for name in ("embeddings.LayerNorm", f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"):
        yield f"{name}.weight", (DIM,)
        yield f"{name}.bias", (DIM,)


@pytest.fixture
def model(tmp_path):
    random, header, bytes_ = np.random.default_rng(1), {}, b""
    for name, shape in tensors():
        values = random.standard_normal(shape).astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(bytes_), len(bytes_) + len(values)]}
        bytes_ += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (tmp_path / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes_)
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    (tmp_path / "config.json").write_text(json.dumps({
        "model_type": "bert", "hidden_act": "gelu", "vocab_size": len(WORDS), "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2, "hidden_size": DIM, "num_attention_heads": 2, "num_hidden_layers": 1,
        "intermediate_size": INNER}))
    return tmp_path


def test_texts_become_tokens_and_vectors(model):
    with llmrec.TextEncoder.load(model) as encoder:
        assert encoder.dim == DIM and encoder.max_tokens == POSITIONS
        assert encoder.tokenize("Title, 10").tolist() == [2, 5, 6, 9, 10, 3]
        vectors = encoder.encode(["Title, 10", "", "title , 10"])
        assert vectors.shape == (3, DIM) and np.isfinite(vectors).all()
        assert np.allclose(vectors[0], vectors[2], atol=1e-5) and not np.allclose(vectors[0], vectors[1], atol=1e-3)
        assert encoder.encode([]).shape == (0, DIM)
        with pytest.raises(TypeError, match="wanted a sequence"):
            encoder.encode("one text")


def test_options_change_the_vectors(model):
    unit = llmrec.TextEncoder.load(model, normalize=True, max_tokens=3)
    assert np.linalg.norm(unit.encode(["title"])[0]) == pytest.approx(1, abs=1e-5)
    assert len(unit.tokenize("title , title , title")) == 3


def test_an_encoder_is_made_again_from_its_description(model):
    encoder = llmrec.TextEncoder.load(model, normalize=True, max_tokens=3)
    described = encoder.description
    assert described["type"] == "model" and described["options"] == {"max_tokens": 3, "normalize": "yes"}
    assert llmrec.TextEncoder.load(model, **described["options"]).description == described
    assert repr(encoder) == f"<llmrec.TextEncoder: dim {encoder.dim}, 3 tokens>"


def test_items_become_a_table_that_is_cached(model, dataset, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    encoder = llmrec.TextEncoder.load(model)
    table = encoder.encode_items(dataset, columns=["title", "genre"], separator="; ", cache_directory=cache)
    texts = [f"{dataset.item_text(item)}; {dataset.item_text(item, 'genre')}" for item in range(ITEMS)]
    assert np.allclose(table.data, encoder.encode(texts), atol=1e-5)
    assert len(list(cache.iterdir())) == 1
    again = encoder.encode_items(dataset, columns=["title", "genre"], separator="; ", cache_directory=cache)
    assert np.array_equal(again.data, table.data) and again.id(3) == table.id(3)
    with pytest.raises(llmrec.ArgumentError, match="director"):
        encoder.encode_items(dataset, columns=["director"])


def test_only_new_items_are_encoded(model, dataset):
    encoder = llmrec.TextEncoder.load(model)
    whole = encoder.encode_items(dataset)
    ids = [dataset.item_id(item) for item in range(0, ITEMS, 2)]
    known = llmrec.Embedding.create(whole.data[::2] * 2, ids)
    table = encoder.encode_items(dataset, known=known)
    assert np.array_equal(table.data[::2], known.data) and np.array_equal(table.data[1::2], whole.data[1::2])
    with pytest.raises(TypeError, match="known is a ndarray; wanted an Embedding"):
        encoder.encode_items(dataset, known=whole.data)
    with pytest.raises(TypeError, match="known is an int; wanted an Embedding"):
        encoder.encode_items(dataset, known=whole._c()._as_parameter_.value)
    with pytest.raises(TypeError, match="dataset is an Embedding; wanted a Dataset"):
        encoder.encode_items(whole)
    with pytest.raises(llmrec.ArgumentError, match="both known and cache_directory"):
        encoder.encode_items(dataset, known=known, cache_directory=model)


def test_progress_counts_texts(model):
    met = []
    with llmrec.Context(progress=met.append) as context:
        llmrec.TextEncoder.load(model, context=context).encode(["title"] * 10)
    assert met[-1].unit == "texts" and met[-1].done == met[-1].total == 10


def test_a_model_that_is_none_is_told(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "t5"}')
    with pytest.raises(llmrec.LlmrecError, match="config.json.*t5"):
        llmrec.TextEncoder.load(tmp_path)
