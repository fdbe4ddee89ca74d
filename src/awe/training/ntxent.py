"""The NT-Xent loss: find, among all tokens of the batch, the one that is the same word."""

import torch
import torch.nn.functional as F
from torch import Tensor

from awe.training.objective import Losses, Objective, Targets, Task
from awe.training.objectives.ntxent import Options


class NTXent(Objective):
    """Cross-entropy of finding a token's partner among all tokens and partners of the batch."""

    needs_partners = True
    compares_tokens = True

    def __init__(self, options: Options, task: Task) -> None:  # noqa: ARG002 -- every objective is built alike
        super().__init__()
        self.options = options
        self.partner_may_be_itself = options.positive_may_be_anchor

    def forward(self, embeddings: Tensor, partners: Tensor | None, targets: Targets) -> Losses:
        """Loss of a batch; see `Objective.forward`."""
        if partners is None:
            raise ValueError("NT-Xent needs a partner for each token")
        loss = ntxent_loss(embeddings.float(), partners.float(), targets.words, self.options)
        return self.without_parts(loss, loss)


def ntxent_loss(tokens: Tensor, partners: Tensor, words: Tensor, options: Options) -> Tensor:
    """NT-Xent loss, mean over tokens and partners.

    Args:
        tokens: embeddings with shape (B, D).
        partners: embeddings of the same words' other tokens with shape (B, D).
        words: word ids with shape (B,).
        options: temperature and what counts as wrong.

    """
    count = len(words)
    views = F.normalize(torch.cat([tokens, partners]), dim=1)  # (2 B, D)
    logits = views @ views.T / options.temperature
    place = torch.arange(2 * count, device=words.device)
    partner = place.roll(count)
    left_out = torch.eye(2 * count, dtype=torch.bool, device=words.device)
    if options.ignore_same_word:
        both = torch.cat([words, words])
        left_out |= (both[:, None] == both[None, :]) & (partner[:, None] != place[None, :])
    return F.cross_entropy(logits.masked_fill(left_out, -torch.inf), partner)
