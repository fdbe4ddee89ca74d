"""Which tokens make a batch, in which order, and how much padding comes before each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from awe.training.data import TokenSet
from awe.training.options import ModelOptions

MEGA_BATCH = 32  # batches whose tokens are sorted by length together


@dataclass(frozen=True)
class Batch:
    """Tokens of one step: indices into a `TokenSet`, with shape (B,), and the padding before each.

    `partners` are other tokens of the same words, or None.
    """

    tokens: NDArray[np.int64]
    offsets: NDArray[np.int64]
    partners: "Batch | None" = None


def epoch_batches(
    tokens: TokenSet,
    members: NDArray[np.int64],
    model: ModelOptions,
    *,
    batch_size: int,
    like_length: bool,
    drop_last: bool,
    partners: "Partners | None",
    chance: np.random.Generator,
) -> list[Batch]:
    """Order the tokens `members` into the batches of one epoch; everything random comes from `chance`.

    With `like_length`, tokens are sorted by length within shuffled groups of batches, so that a batch needs little
    padding; the batches then come in random order. Within a batch, where order has no meaning, tokens with more
    phones come first, so that the decoder can leave those that are done. With `drop_last`, tokens that do not fill a
    batch are left out, whichever they are.
    """
    order = chance.permutation(members)
    if drop_last:
        order = order[: len(order) // batch_size * batch_size]
    if like_length:
        group = batch_size * MEGA_BATCH
        parts = [order[start : start + group] for start in range(0, len(order), group)]
        order = np.concatenate([part[np.argsort(tokens.lengths[part], kind="stable")] for part in parts])
    chosen = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if like_length:
        chosen = [chosen[index] for index in chance.permutation(len(chosen))]
    batches = []
    for unsorted in chosen:
        batch = unsorted[np.argsort(-tokens.form_lengths[tokens.forms[unsorted]], kind="stable")]
        others = partners.draw(batch, chance) if partners else None
        partner_batch = None if others is None else Batch(others, draw_offsets(tokens, others, model, chance))
        batches.append(Batch(batch, draw_offsets(tokens, batch, model, chance), partner_batch))
    return batches


def evaluation_batches(
    tokens: TokenSet, members: NDArray[np.int64], model: ModelOptions, *, batch_size: int, seed: int, epoch: int = 0
) -> tuple[NDArray[np.int64], list[Batch]]:
    """Sort `members` by length; return their order (positions in `members`) and the batches in this order.

    Offsets depend on the seed and, where they are redrawn for each, on the `epoch` (counted from 1).
    """
    order = np.argsort(tokens.lengths[members], kind="stable")
    offsets = draw_offsets(tokens, members, model, np.random.default_rng([seed, 4, epoch]))
    parts = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    return order, [Batch(members[part], offsets[part]) for part in parts]


def draw_offsets(
    tokens: TokenSet, members: NDArray[np.int64], model: ModelOptions, chance: np.random.Generator
) -> NDArray[np.int64]:
    """Draw the frames of padding before each token: none, or under `authors` any that leave room for the token."""
    if model.padding == "exact":
        return np.zeros(len(members), dtype=np.int64)
    return chance.integers(0, model.fixed_frames - tokens.lengths[members], endpoint=True)


class Partners:
    """Other tokens of the same word, found by array look-ups alone."""

    def __init__(self, tokens: TokenSet, members: NDArray[np.int64], *, may_be_itself: bool) -> None:
        self.may_be_itself = may_be_itself
        self.words = tokens.words
        self.by_word = members[np.argsort(tokens.words[members], kind="stable")]
        self.counts = np.bincount(tokens.words[members], minlength=len(tokens.word_names))
        self.first = np.cumsum(self.counts) - self.counts  # where each word's tokens start in `by_word`
        self.rank = np.zeros(len(tokens.words), dtype=np.int64)  # of a token among those of its word
        self.rank[self.by_word] = np.arange(len(members)) - self.first[tokens.words[self.by_word]]

    def usable(self, members: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the tokens that have a partner."""
        return members if self.may_be_itself else members[self.counts[self.words[members]] > 1]

    def draw(self, batch: NDArray[np.int64], chance: np.random.Generator) -> NDArray[np.int64]:
        """Draw a partner for each token of the batch, all that it has with the same probability."""
        words = self.words[batch]
        counts = self.counts[words]
        if self.may_be_itself:
            ranks = chance.integers(0, counts)
        else:  # walk on from the token by 1 to count - 1 places, round the word's circle
            ranks = (self.rank[batch] + 1 + chance.integers(0, counts - 1)) % counts
        drawn: NDArray[np.int64] = self.by_word[self.first[words] + ranks]
        return drawn
