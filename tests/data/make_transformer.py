# SPDX-License-Identifier: Apache-2.0
"""Writes PyTorch's (PyPI: torch) results of five small networks for tests/numeric/numeric_reference.c: logits, loss and
every gradient, in double precision, from PyTorch's own layers.

transformer.txt   a line "network NAME", then lines of a name, a count and numbers

    python make_transformer.py
"""
import pathlib

import torch
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).parent
ITEMS, POSITIONS, DIM, LAYERS, HEADS, FFN = 6, 5, 4, 2, 2, 6
MASK, PAD = ITEMS, 0
SEQUENCES = [([2, MASK, 4, 0, MASK], {1: 3, 4: 1}), ([MASK], {0: 5}), ([5, 1, MASK, 3], {2: 2, 3: 0})]
NETWORKS = {
    "harte2023": dict(embedding_norm=False, head=True, head_norm=False, bias=False, final_norm=False, causal=False),
    "sun2019": dict(embedding_norm=True, head=True, head_norm=True, bias=True, final_norm=False, causal=False),
    "sasrec": dict(embedding_norm=False, head=False, head_norm=False, bias=False, final_norm=True, causal=True),
    "filter": dict(embedding_norm=True, head=False, head_norm=False, bias=True, final_norm=False, causal=False, filter=0.4),
    "causal_filter": dict(embedding_norm=False, head=False, head_norm=False, bias=False, final_norm=True, causal=True, filter=0.7),
}
EPSILON, MODES = 1e-5, 2


def tensors(network):
    """Names and shapes in the order of the library's array."""
    def norm(name):
        return [(name + ".weight", (DIM,)), (name + ".bias", (DIM,))]

    def dense(name, inputs, outputs):
        return [(name + ".weight", (inputs, outputs)), (name + ".bias", (outputs,))]

    found = [("position.weight", (POSITIONS, DIM))]
    found += norm("embedding_norm") if network["embedding_norm"] else []
    for layer in range(LAYERS):
        at = f"block.{layer}."
        found += norm(at + "attention_norm") + dense(at + "qkv", DIM, 3 * DIM) + dense(at + "mix", DIM, DIM)
        found += [(at + "filter.weight", (DIM,))] if "filter" in network else []
        found += norm(at + "ffn_norm") + dense(at + "up", DIM, FFN) + dense(at + "down", FFN, DIM)
    found += norm("final_norm") if network["final_norm"] else []
    found += dense("head", DIM, DIM) if network["head"] else []
    found += norm("head_norm") if network["head_norm"] else []
    found += [("item.weight", (ITEMS + 1, DIM))]
    return found + ([("output.bias", (ITEMS,))] if network["bias"] else [])


def cut(flat, network):
    parts, at = {}, 0
    for name, shape in tensors(network):
        count = torch.Size(shape).numel()
        parts[name] = flat[at:at + count].view(shape)
        at += count
    assert at == len(flat)
    return parts


def layer_norm(x, parts, name):
    return functional.layer_norm(x, (DIM,), parts[name + ".weight"], parts[name + ".bias"], EPSILON)


def layer_parameters(parts, layer):
    at = f"block.{layer}."
    named = {"norm1.weight": "attention_norm.weight", "norm1.bias": "attention_norm.bias",
             "norm2.weight": "ffn_norm.weight", "norm2.bias": "ffn_norm.bias",
             "self_attn.in_proj_bias": "qkv.bias", "self_attn.out_proj.bias": "mix.bias",
             "linear1.bias": "up.bias", "linear2.bias": "down.bias"}
    transposed = {"self_attn.in_proj_weight": "qkv.weight", "self_attn.out_proj.weight": "mix.weight",
                  "linear1.weight": "up.weight", "linear2.weight": "down.weight"}
    found = {theirs: parts[at + ours] for theirs, ours in named.items()}
    return found | {theirs: parts[at + ours].T for theirs, ours in transposed.items()}


def low_frequencies(x):
    """The lowest frequencies of a sequence [T,D], by a Fourier transform."""
    spectrum = torch.fft.rfft(x, dim=0, norm="ortho")
    kept = torch.arange(len(spectrum))[:, None] < MODES
    return torch.fft.irfft(spectrum * kept, n=len(x), dim=0, norm="ortho")


def filtered(network, x, beta):
    """x: [sequences,T,D], padded on the left. A causal filter sees each prefix as a sequence of its own."""
    rows = []
    for row, (items, _) in enumerate(SEQUENCES):
        first, end = POSITIONS - len(items), POSITIONS
        low = (torch.stack([low_frequencies(x[row, first:t + 1])[-1] for t in range(first, end)]) if network["causal"]
               else low_frequencies(x[row, first:]))
        rows.append(torch.cat([torch.zeros(first, DIM, dtype=x.dtype), low + beta**2 * (x[row, first:] - low)]))
    return torch.stack(rows)


def filter_block(network, parts, layer, x, mask):
    """A block with attention and a filter side by side."""
    at, before = f"block.{layer}.", network["causal"]
    attention = nn.MultiheadAttention(DIM, HEADS, batch_first=True).double()
    own = {name.removeprefix("self_attn."): value for name, value in layer_parameters(parts, layer).items() if "self_attn" in name}
    inner = layer_norm(x, parts, at + "attention_norm") if before else x
    attended = torch.func.functional_call(attention, own, (inner, inner, inner), {"attn_mask": mask, "need_weights": False})[0]
    x = x + network["filter"] * filtered(network, inner, parts[at + "filter.weight"]) + (1 - network["filter"]) * attended
    x = x if before else layer_norm(x, parts, at + "attention_norm")
    inner = layer_norm(x, parts, at + "ffn_norm") if before else x
    active = (functional.relu if before else functional.gelu)(inner @ parts[at + "up.weight"] + parts[at + "up.bias"])
    x = x + active @ parts[at + "down.weight"] + parts[at + "down.bias"]
    return x if before else layer_norm(x, parts, at + "ffn_norm")


def run(network, parts):
    """Logits at the labeled tokens, and the labels. Sequences are padded on the left; a key mask hides the padding."""
    ids = torch.tensor([[PAD] * (POSITIONS - len(s)) + s for s, _ in SEQUENCES])
    hidden_keys = torch.tensor([[True] * (POSITIONS - len(s)) + [False] * len(s) for s, _ in SEQUENCES])
    labels = [(r, POSITIONS - len(s) + at, item) for r, (s, wanted) in enumerate(SEQUENCES) for at, item in wanted.items()]
    layer = nn.TransformerEncoderLayer(DIM, HEADS, FFN, 0.0, "relu" if network["causal"] else "gelu", EPSILON,
                                       batch_first=True, norm_first=network["causal"]).double()
    later = torch.triu(torch.ones(POSITIONS, POSITIONS, dtype=torch.bool), 1)
    blocked = hidden_keys[:, None, :] | (later if network["causal"] else torch.zeros_like(later))
    blocked &= ~torch.eye(POSITIONS, dtype=torch.bool)  # padding attends to itself, otherwise its row would be empty
    x = parts["item.weight"][ids] + parts["position.weight"]
    x = layer_norm(x, parts, "embedding_norm") if network["embedding_norm"] else x
    mask = blocked.repeat_interleave(HEADS, 0)
    for index in range(LAYERS):
        x = (filter_block(network, parts, index, x, mask) if "filter" in network else
             torch.func.functional_call(layer, layer_parameters(parts, index), (x,), {"src_mask": mask}))
    x = layer_norm(x, parts, "final_norm") if network["final_norm"] else x
    x = torch.stack([x[row, at] for row, at, _ in labels])
    if network["head"]:
        x = functional.gelu(x @ parts["head.weight"] + parts["head.bias"])
    x = layer_norm(x, parts, "head_norm") if network["head_norm"] else x
    logits = x @ parts["item.weight"][:ITEMS].T
    return logits + parts["output.bias"] if network["bias"] else logits, torch.tensor([item for _, _, item in labels])


def line(file, name, values):
    file.write(f"{name} {values.numel()} {' '.join('%.12g' % v for v in values.flatten().tolist())}\n")


def main():
    torch.backends.mha.set_fastpath_enabled(False)
    with open(HERE / "transformer.txt", "w") as file:
        for name, network in NETWORKS.items():
            count = sum(torch.Size(shape).numel() for _, shape in tensors(network))
            flat = (0.5 * torch.sin(1.7 * torch.arange(count, dtype=torch.float64) + 0.3)).requires_grad_()
            logits, labels = run(network, cut(flat, network))
            loss = functional.cross_entropy(logits, labels)
            loss.backward()
            file.write(f"network {name}\n")
            line(file, "logits", logits.detach())
            line(file, "loss", loss.detach())
            for tensor, values in cut(flat.grad, network).items():
                line(file, tensor, values)


main()
