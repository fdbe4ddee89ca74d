"""The contrastive baseline's triplet margin loss (the paper's equation 5)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from awe.training.objective import Losses, Objective, Targets, Task
from awe.training.objectives.contrastive import Options


class TripletLoss(Objective):
    """max(0, margin + d(anchor, positive) - d(anchor, negative)), negatives the hardest of the batch."""

    needs_partners = True
    compares_tokens = True

    def __init__(self, options: Options, task: Task) -> None:  # noqa: ARG002 -- every objective is built alike
        super().__init__()
        self.options = options
        self.partner_may_be_itself = options.positive_may_be_anchor

    def forward(self, embeddings: Tensor, partners: Tensor | None, targets: Targets) -> Losses:
        """Loss of a batch; see `Objective.forward`."""
        if partners is None:
            raise ValueError("a triplet loss needs a positive for each anchor")
        loss = triplet_loss(embeddings.float(), partners.float(), targets.words, self.options)
        return self.without_parts(loss, loss / len(embeddings) if self.options.reduction == "sum" else loss)


def triplet_loss(anchors: Tensor, positives: Tensor, words: Tensor, options: Options) -> Tensor:
    """Triplet margin loss of a batch (equation 5).

    Args:
        anchors: embeddings with shape (B, D).
        positives: embeddings of the same words' other tokens with shape (B, D).
        words: word ids with shape (B,).
        options: which reading of the loss.

    Returns:
        The loss; an anchor without any token of another word in the batch adds nothing.

    """
    anchors, positives = F.normalize(anchors, dim=1), F.normalize(positives, dim=1)
    pool, pool_words = anchors, words
    if options.negatives_among == "both":
        pool, pool_words = torch.cat([anchors, positives]), torch.cat([words, words])
    sought = anchors if options.negatives_from == "anchor" else positives
    with torch.no_grad():
        similarity = sought @ pool.T  # (B, B) or (B, 2 B)
        similarity.masked_fill_(words[:, None] == pool_words[None, :], -torch.inf)
        nearest = similarity.max(dim=1)
    negatives = pool[nearest.indices]
    # with distances 1 - cos, d(a, p) - d(a, n) = cos(a, n) - cos(a, p); halved where distances are
    difference = (anchors * negatives).sum(1) - (anchors * positives).sum(1)
    if options.distance == "half":
        difference = difference / 2
    losses = F.relu(options.margin + difference) * (nearest.values > -torch.inf)
    return losses.mean() if options.reduction == "mean" else losses.sum()
