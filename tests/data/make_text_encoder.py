# SPDX-License-Identifier: Apache-2.0
"""Writes results of the reference (PyPI: sentence-transformers, torch) for tests/unit:

bert.jsonl     text_encoder.c: texts with means and first rows of hidden states of a small BERT; the test makes the same weights
minilm.jsonl   minilm.c: texts with ids and half-precision vectors (hexadecimal) of all-MiniLM-L6-v2

    python make_text_encoder.py DIRECTORY-OF-ALL-MINILM-L6-V2
"""
import json
import pathlib
import random
import sys

import numpy
import torch
from make_tokenizer import reference, vocabulary
from sentence_transformers import SentenceTransformer
from texts import nasty_texts
from transformers import BertConfig, BertModel

HERE = pathlib.Path(__file__).parent
SHAPE = dict(vocab_size=len(vocabulary()), max_position_embeddings=48, type_vocab_size=2, hidden_size=24,
             num_attention_heads=3, num_hidden_layers=2, intermediate_size=40, layer_norm_eps=1e-12)


def weights(index, count):
    """Numbers k/256 - 1/2 by a hash of position and tensor: equal in float32, in half precision, and in C."""
    h = (numpy.arange(count, dtype=numpy.uint32) + numpy.uint32(1 + index * 1000003)) * numpy.uint32(2654435761)
    h ^= h >> numpy.uint32(15)
    h *= numpy.uint32(0x85EBCA6B)
    h ^= h >> numpy.uint32(13)
    return (h >> numpy.uint32(24)).astype(numpy.float64) / 256 - 0.5


def small_bert():
    model = BertModel(BertConfig(**SHAPE, hidden_act="gelu"), add_pooling_layer=False).double().eval()
    for index, name in enumerate(sorted(model.state_dict())):
        tensor = model.state_dict()[name]
        values = weights(index, tensor.numel()).reshape(tensor.shape)
        if name.endswith("LayerNorm.weight"):
            values = 1 + values / 4
        tensor.copy_(torch.from_numpy(values))
    return model


def write_small():
    tokenizer, model = reference(vocabulary(), lowercase=True), small_bert()
    with open(HERE / "bert.jsonl", "w") as file, torch.no_grad():
        for text in nasty_texts(random.Random(3), 80)[6:]:
            hidden = model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0]
            line = {"text": text, "mean": hidden.mean(0).tolist(), "first": hidden[0].tolist()}
            line = {key: value if key == "text" else [round(x, 7) for x in value] for key, value in line.items()}
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def write_minilm(directory):
    model = SentenceTransformer(directory, device="cpu")
    model.tokenizer.split_special_tokens = True  # text never acts as a special token
    texts = nasty_texts(random.Random(4), 72)
    with open(HERE / "minilm.jsonl", "w") as file:
        for text, vector in zip(texts, model.encode(texts, batch_size=1)):
            ids = model.preprocess([text])["input_ids"][0].tolist()
            line = {"text": text, "ids": ids, "vector": vector.astype(numpy.float16).astype(">f2").tobytes().hex()}
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write_small()
    write_minilm(sys.argv[1])
