"""Training as such code is usually written: the yardstick of the benchmark, and simple enough to be checked by eye.

Each token's frames are read from their own file when its batch comes up, standardised, padded to 120 frames and put
into the batch one by one; everything is float32; the decoder goes step by step; average precision is a Python loop.
The network and the losses are those of `awe.training` with the paper's options (sections 2 and 4.2).
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

PADDED_FRAMES, KERNEL, STRIDE = 120, 5, 2


class Token(NamedTuple):
    """A spoken word: where its frames are, its word, its phones as numbers, and its word vector."""

    path: Path
    word: str
    phones: list[int]
    vector: np.ndarray


class PlainNetwork(nn.Module):
    """Encoder, decoder and regressor of the paper."""

    def __init__(self, coefficients: int, phones: int, width: int = 512, layers: int = 3) -> None:
        super().__init__()
        self.end, self.begin = phones, phones + 1
        self.conv = nn.Conv1d(coefficients, 64, KERNEL, STRIDE)
        self.gru = nn.GRU(64, width, layers, batch_first=True, dropout=0.2)
        self.symbols = nn.Embedding(phones + 2, 128)
        self.cell = nn.GRUCell(128, width)
        self.output = nn.Linear(width, phones + 1)
        self.regressor = nn.Linear(width, 300)

    def embed(self, frames: Tensor, lengths: list[int]) -> Tensor:
        """Embed padded tokens (B, 120, coefficients): the state at each one's own last frame, (B, D)."""
        states, _ = self.gru(self.conv(frames.transpose(1, 2)).transpose(1, 2))
        last = [max(length - KERNEL, 0) // STRIDE for length in lengths]
        return torch.stack([states[i, step] for i, step in enumerate(last)])

    def loss(self, embeddings: Tensor, tokens: Sequence[Token]) -> Tensor:
        """Form loss plus meaning loss (equations 2 to 4), mean over tokens."""
        longest = max(len(token.phones) for token in tokens) + 1
        due = torch.full((len(tokens), longest), -100)
        for i, token in enumerate(tokens):
            due[i, : len(token.phones) + 1] = torch.tensor([*token.phones, self.end])
        due = due.to(embeddings.device)
        state = embeddings
        fed = torch.full((len(tokens),), self.begin, device=embeddings.device)
        form = torch.zeros((), device=embeddings.device)
        for step in range(longest):
            state = self.cell(self.symbols(fed), state)
            logits = self.output(state)
            form = form + F.cross_entropy(logits, due[:, step], reduction="sum", ignore_index=-100)
            fed = logits.argmax(1)
        vectors = torch.tensor(np.array([token.vector for token in tokens])).to(embeddings.device)
        meaning = (torch.tanh(self.regressor(embeddings)) - vectors).square().sum()
        return (form + meaning) / len(tokens)


def read_batch(tokens: Sequence[Token], device: torch.device) -> tuple[Tensor, list[int]]:
    """Read, standardise and pad the frames of some tokens: (B, 120, coefficients) and their lengths."""
    padded, lengths = [], []
    for token in tokens:
        frames = np.load(token.path)
        frames = (frames - frames.mean(0)) / frames.std(0)
        lengths.append(len(frames))
        padded.append(np.vstack([frames, np.zeros((PADDED_FRAMES - len(frames), frames.shape[1]), dtype=np.float32)]))
    return torch.tensor(np.array(padded)).to(device), lengths


def train_epoch(
    network: PlainNetwork, optimizer: torch.optim.Optimizer, tokens: Sequence[Token], device: torch.device
) -> float:
    """Train on all tokens once, in random order, in batches of 256; return the mean loss."""
    network.train()
    shuffled = random.sample(list(tokens), len(tokens))
    total = 0.0
    for start in range(0, len(shuffled), 256):
        batch = shuffled[start : start + 256]
        optimizer.zero_grad()
        loss = network.loss(network.embed(*read_batch(batch, device)), batch)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(shuffled)


def validate(network: PlainNetwork, tokens: Sequence[Token], device: torch.device) -> float:
    """Mean over queries of the average precision of retrieving the other tokens of the query's word."""
    network.eval()
    parts = []
    with torch.no_grad():
        for start in range(0, len(tokens), 256):
            batch = tokens[start : start + 256]
            parts.append(network.embed(*read_batch(batch, device)).cpu().numpy())
    embeddings = np.concatenate(parts)
    return average_precision(embeddings, [token.word for token in tokens])


def average_precision(embeddings: np.ndarray, words: Sequence[str]) -> float:
    """Same-different mean average precision per query, one query and one rank at a time."""
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    precisions = []
    for query in range(len(words)):
        ranked = np.argsort(-(unit @ unit[query]))
        found, seen, total = 0, 0, 0.0
        for candidate in ranked:
            if candidate == query:
                continue
            seen += 1
            if words[candidate] == words[query]:
                found += 1
                total += found / seen
        if found:
            precisions.append(total / found)
    return sum(precisions) / len(precisions)
