"""Triplet margin loss with the hardest negatives of the batch (the paper's section 3, equation 5)."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from awe import options

if TYPE_CHECKING:
    from awe.training.objective import Objective, Task


class Options(options.Options):
    """The contrastive baseline and the readings of it that the paper leaves open.

    Attributes:
        margin: by how much a token of another word must be farther than one of the same word.
        distance: cosine distance as `half`, (1 - cos) / 2 in [0, 1] as the paper says, or `full`, 1 - cos
            in [0, 2] as in the authors' code.
        reduction: `mean` or `sum` over the tokens of the batch.
        positive_may_be_anchor: draw the positive from all tokens of the word, the anchor included. Otherwise
            tokens that are the only one of their word are not trained on.
        negatives_from: search the nearest token of another word from the `anchor` or from the `positive`.
        negatives_among: search it among the batch's `anchors`, or among anchors and positives (`both`).

    """

    margin: float = Field(default=0.4, gt=0)
    distance: Literal["half", "full"] = "half"
    reduction: Literal["mean", "sum"] = "mean"
    positive_may_be_anchor: bool = False
    negatives_from: Literal["anchor", "positive"] = "anchor"
    negatives_among: Literal["anchors", "both"] = "both"


def build(options: Options, task: "Task") -> "Objective":
    """Make the loss; it needs nothing of `task` but the embeddings."""
    from awe.training.triplet import TripletLoss

    return TripletLoss(options, task)
