"""What every objective is: a loss over the embeddings of a batch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from awe.training.options import ModelOptions


@dataclass(frozen=True)
class Task:
    """What an objective may know of the training tokens.

    Attributes:
        model: options of the network.
        forms: for each distinct pronunciation its symbol ids, padded with -1, with shape (forms, phones).
        num_symbols: size of the phone inventory.
        vectors: word vectors with shape (words, dimensions); rows of words without a vector are NaN.
        train_words: ids of the words that have training tokens, sorted.
        coefficients: features of one frame.
        seed: seed of the job.

    """

    model: ModelOptions
    forms: NDArray[np.int64]
    num_symbols: int
    vectors: NDArray[np.float32]
    train_words: NDArray[np.int64]
    coefficients: int
    seed: int


class Frames(NamedTuple):
    """Padded tokens: frames with shape (B, T, coefficients), and which of them are no padding (B, T)."""

    frames: Tensor
    own: Tensor


@dataclass(frozen=True)
class Targets:
    """What is known of the tokens of a batch.

    Attributes:
        words: word ids with shape (B,).
        forms: ids of the pronunciations with shape (B,).
        form_lengths: phones of each, with shape (B,); on the host, so that no loop over phones waits for the GPU.
        epoch: epochs finished before.
        frames: gathers the tokens' frames.
        partner_frames: gathers the frames of their partners, if the objective needs partners.

    """

    words: Tensor
    forms: Tensor
    form_lengths: NDArray[np.int64]
    epoch: int
    frames: Callable[[], Frames]
    partner_frames: Callable[[], Frames]


class Losses(NamedTuple):
    """The losses of a batch: one to minimise, and three to report, which are means per token whatever the reduction.

    Attributes:
        minimised: what the gradient is taken of; a mean or a sum over the batch, as the objective's options say.
        per_token: the same loss with every sum over the batch divided by the tokens of the batch.
        form: cross-entropy summed over the phones of a token (equation 2), mean over tokens; 0 where there is none.
        meaning: squared error summed over the dimensions (equation 3), mean over tokens; 0 where there is none.

    """

    minimised: Tensor
    per_token: Tensor
    form: Tensor
    meaning: Tensor


class Objective(nn.Module):
    """Base of all losses.

    Attributes:
        needs_partners: each token comes with another token of its word, drawn anew each epoch.
        embeds_partners: the partners' embeddings are wanted, not only their frames.
        partner_may_be_itself: that other token may be the same one.
        compares_tokens: the tokens of a batch are compared with each other, so what is in a batch matters.

    """

    needs_partners: bool = False
    embeds_partners: bool = True
    partner_may_be_itself: bool = False
    compares_tokens: bool = False

    def forward(self, embeddings: Tensor, partners: Tensor | None, targets: Targets) -> Losses:
        """Loss of a batch.

        Args:
            embeddings: with shape (B, D).
            partners: embeddings of the other tokens of the same words with shape (B, D), if `needs_partners`.
            targets: what the tokens are.

        """
        raise NotImplementedError

    @staticmethod
    def without_parts(minimised: Tensor, per_token: Tensor) -> Losses:
        """Losses of an objective without form and meaning parts."""
        return Losses(minimised, per_token, torch.zeros_like(per_token), torch.zeros_like(per_token))
