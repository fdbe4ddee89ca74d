"""The joint loss of form and meaning (the paper's equations 2 to 4)."""

from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from awe.errors import ConfigError
from awe.training.decoder import PhonologicalDecoder
from awe.training.objective import Losses, Objective, Targets, Task
from awe.training.objectives.multitask import Options

PADDING = -100  # what PyTorch's cross-entropy ignores


class FormMeaning(Objective):
    """L = alpha * L_form + beta * L_meaning (equation 4)."""

    forms: Tensor
    vectors: Tensor

    def __init__(self, options: Options, task: Task) -> None:
        super().__init__()
        self.options = options
        if options.alpha:
            self.decoder = PhonologicalDecoder(task.num_symbols, task.model)
            self.register_buffer("forms", torch.from_numpy(_with_end(task.forms, task.num_symbols)), persistent=False)
        if options.beta:
            targets = meaning_targets(task.vectors, task.train_words, options.meaning, task.seed)
            self.regressor = Regressor(task.model.embedding_width, task.model.regressor_hidden, targets.shape[1])
            self.register_buffer("vectors", torch.from_numpy(targets), persistent=False)

    def forward(self, embeddings: Tensor, partners: Tensor | None, targets: Targets) -> Losses:  # noqa: ARG002
        """Loss of a batch; see `Objective.forward`."""
        tokens = len(embeddings)
        form = meaning = embeddings.new_zeros((), dtype=torch.float32)
        minimised = per_token = form
        if self.options.alpha:
            counts = step_counts(targets.form_lengths + 1)
            due = self.forms[targets.forms, : len(counts)]  # (B, T)
            logits = self.decoder(embeddings, due, counts)
            due = torch.cat([due[:count, step] for step, count in enumerate(counts)])
            form = form_loss(logits.float(), due, tokens)
            scaled = form * tokens / (due != PADDING).sum() if self.options.form_scale == "mean" else form
            minimised = per_token = self.options.alpha * scaled
        if self.options.beta:
            wanted = self.vectors[targets.words]
            meaning = meaning_loss(self.regressor(embeddings).float(), wanted)
            scaled = meaning / wanted.shape[1] if self.options.meaning_scale == "mean" else meaning
            minimised = per_token = per_token + self.options.beta * scaled
        return Losses(minimised * tokens if self.options.reduction == "sum" else minimised, per_token, form, meaning)


class Regressor(nn.Module):
    """H: from an embedding to a word vector; one linear layer and tanh, hidden tanh layers before it if wanted."""

    def __init__(self, width: int, hidden: tuple[int, ...], dimensions: int) -> None:
        super().__init__()
        widths = [width, *hidden, dimensions]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))

    def forward(self, embeddings: Tensor) -> Tensor:
        """Map embeddings (B, D) to vectors (B, K)."""
        for layer in self.layers:
            embeddings = torch.tanh(layer(embeddings))
        return embeddings


def step_counts(lengths: NDArray[np.int64]) -> list[int]:
    """Count for each step how many of the first tokens have to be decoded.

    A token of `lengths` (B,) symbols takes part in its first `lengths` steps, and in later ones as long as a token
    after it does.
    """
    longest_from_here = np.maximum.accumulate(lengths[::-1])  # rises with the distance from the last token
    return [len(lengths) - int(np.searchsorted(longest_from_here, step, "right")) for step in range(lengths.max())]


def form_loss(logits: Tensor, due: Tensor, tokens: int) -> Tensor:
    """Cross-entropy summed over the phones of a token (equation 2), mean over tokens.

    Args:
        logits: with shape (M, symbols).
        due: symbols of all tokens and steps with shape (M,), `PADDING` where none is due.
        tokens: number of tokens.

    """
    return F.cross_entropy(logits, due, reduction="sum", ignore_index=PADDING) / tokens


def meaning_loss(predicted: Tensor, vectors: Tensor) -> Tensor:
    """Squared error summed over the dimensions of a vector (equation 3), mean over tokens.

    Args:
        predicted: with shape (B, K).
        vectors: what they should be, with shape (B, K).

    """
    return (predicted - vectors).square().sum() / len(predicted)


def meaning_targets(
    vectors: NDArray[np.float32], train_words: NDArray[np.int64], meaning: str, seed: int
) -> NDArray[np.float32]:
    """Vectors to predict, with shape (words, dimensions): the true ones, or a control that tells less of meaning or nothing.

    Args:
        vectors: true vectors with shape (words, dimensions).
        train_words: the words that are trained on; a shuffle stays among them.
        meaning: `true_vectors`, `shuffled`, `random` (directions; each word keeps its vector's norm), `onehot` or
            `binarised` (0 for values below 0, else 1, as in the authors' code).
        seed: seed of shuffle and directions.

    Raises:
        ConfigError: if a training word has no vector and the kind of target needs one.

    """
    if meaning == "onehot":
        onehot = np.zeros((len(vectors), len(train_words)), dtype=np.float32)
        onehot[train_words, np.arange(len(train_words))] = 1
        return onehot
    without = int(np.isnan(vectors[train_words]).any(axis=1).sum())
    if without:
        raise ConfigError(f"beta: {without} training words have no vector; drop them (tokens) or set beta to 0")
    chance = np.random.default_rng([seed, 2])
    targets = vectors.copy()
    if meaning == "shuffled":
        targets[train_words] = vectors[chance.permutation(train_words)]
    elif meaning == "random":
        directions = chance.standard_normal((len(train_words), vectors.shape[1]))
        norms = np.linalg.norm(vectors[train_words], axis=1, keepdims=True)
        targets[train_words] = directions / np.linalg.norm(directions, axis=1, keepdims=True) * norms
    elif meaning == "binarised":
        targets[train_words] = vectors[train_words] >= 0
    return targets


def _with_end(forms: NDArray[np.int64], end: int) -> NDArray[np.int64]:
    """Append END to each form (padded with -1) and pad with `PADDING`; shape (forms, phones + 1)."""
    lengths = (forms >= 0).sum(axis=1)
    ended = np.full((forms.shape[0], forms.shape[1] + 1), PADDING, dtype=np.int64)
    ended[:, :-1] = np.where(forms >= 0, forms, PADDING)
    ended[np.arange(len(forms)), lengths] = end
    return ended
