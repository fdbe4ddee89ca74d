"""Normalised temperature-scaled cross-entropy (NT-Xent; Chen et al. 2020, for spoken words Jacobs et al. 2021)."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe import options

if TYPE_CHECKING:
    from awe.training.objective import Objective, Task


class Options(options.Options):
    """How a token is told from the rest of the batch.

    Attributes:
        temperature: cosines are divided by it; the lower, the more the nearest tokens count.
        positive_may_be_anchor: draw the positive from all tokens of the word, the anchor included.
        ignore_same_word: leave further tokens of the same word out, instead of counting them as wrong.

    """

    temperature: float = Field(default=0.1, gt=0)
    positive_may_be_anchor: bool = False
    ignore_same_word: bool = True


def build(options: Options, task: "Task") -> "Objective":
    """Make the loss; it needs nothing of `task` but the embeddings."""
    from awe.training.ntxent import NTXent

    return NTXent(options, task)
