# SPDX-License-Identifier: Apache-2.0
"""BERT4Rec for a CPU in PyTorch, as an experienced PyTorch user writes it: compared in tests/bench/training.py.

    bert4rec.py FILE [--sort] [--epochs N] [--threads 2]

Logits only at masked positions, gradients freed early, fused attention. --sort: batches of similar length, padded
to their longest sequence; otherwise padded to 50. Prints a line per epoch, then the time of recommendations.
"""
import argparse
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

DIM, HEADS, LAYERS, LENGTH, BATCH, MASKED, DROPOUT = 64, 2, 2, 50, 256, 0.2, 0.2


class Network(nn.Module):
    """Tokens 1..items are items, 0 is padding, items + 1 is [MASK]."""

    def __init__(self, items):
        super().__init__()
        self.items = items
        self.item = nn.Embedding(items + 2, DIM)
        self.position = nn.Embedding(LENGTH, DIM)
        self.first_norm = nn.LayerNorm(DIM)
        self.dropout = nn.Dropout(DROPOUT)
        layer = nn.TransformerEncoderLayer(DIM, HEADS, 4 * DIM, DROPOUT, "gelu", batch_first=True)
        self.blocks = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
        self.head = nn.Sequential(nn.Linear(DIM, DIM), nn.GELU(), nn.LayerNorm(DIM))
        self.bias = nn.Parameter(torch.zeros(items + 2))
        for table in (self.item, self.position):
            nn.init.trunc_normal_(table.weight, std=0.02)

    def forward(self, tokens, wanted):
        """Logits of the tokens where `wanted` is true."""
        places = self.position.weight[LENGTH - tokens.shape[1] :]
        x = self.dropout(self.first_norm(self.item(tokens) + places))
        x = self.blocks(x, src_key_padding_mask=tokens == 0)
        return functional.linear(self.head(x[wanted]), self.item.weight, self.bias)


def padded(sequences, length):
    tokens = numpy.zeros((len(sequences), length), numpy.int64)
    for row, sequence in zip(tokens, sequences):
        row[length - len(sequence) :] = sequence
    return torch.from_numpy(tokens)


def batches_of(sequences, sort):
    order = torch.randperm(len(sequences)).tolist()
    if sort:
        order.sort(key=lambda row: len(sequences[row]))
    batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
    for batch in torch.randperm(len(batches)).tolist():
        chosen = [sequences[row] for row in batches[batch]]
        yield padded(chosen, max(map(len, chosen)) if sort else LENGTH)


def train_epoch(network, optimizer, sequences, sort):
    network.train()
    for tokens in batches_of(sequences, sort):
        hidden = (torch.rand(tokens.shape) < MASKED) & (tokens > 0)
        hidden[~hidden.any(1), -1] = True
        logits = network(tokens.masked_fill(hidden, network.items + 1), hidden)
        loss = functional.cross_entropy(logits, tokens[hidden])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


@torch.no_grad()
def recommend(network, sessions):
    tokens = padded([session + [network.items + 1] for session in sessions], max(map(len, sessions)) + 1)
    last = torch.zeros_like(tokens, dtype=torch.bool)
    last[:, -1] = True
    return network(tokens, last).topk(10).indices


def time_recommendations(network, sequences):
    network.eval()
    for count, rounds in ((1, 300), (256, 30)):
        sessions = [(sequence * 10)[:10] for sequence in sequences[:count]]
        times = []
        for _ in range(rounds):
            begun = time.perf_counter()
            recommend(network, sessions)
            times.append(time.perf_counter() - begun)
        print(f"sessions {count} milliseconds {sorted(times)[rounds // 2] * 1e3:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--sort", action="store_true")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.mha.set_fastpath_enabled(False)  # slower here
    torch.manual_seed(1)
    rows = [list(map(int, line.split())) for line in open(arguments.file)]
    network = Network(max(map(max, rows)))
    sequences = [row[:-2][-LENGTH:] for row in rows if len(row) > 2]
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.01)
    for epoch in range(arguments.epochs):
        begun = time.perf_counter()
        train_epoch(network, optimizer, sequences, arguments.sort)
        print(f"epoch {epoch + 1} sequences/s {len(sequences) / (time.perf_counter() - begun):.0f}", flush=True)
    time_recommendations(network, sequences)


main()
