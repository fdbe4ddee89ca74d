"""Word type classification: cross-entropy over the word types of the training tokens."""

from typing import TYPE_CHECKING

from awe import options

if TYPE_CHECKING:
    from awe.training.objective import Objective, Task


class Options(options.Options):
    """There is nothing to choose: one linear layer from the embedding to the word types."""


def build(options: Options, task: "Task") -> "Objective":  # noqa: ARG001 -- every objective is built alike
    """Make the loss, with its linear layer, for the training words of `task`."""
    from awe.training.classifier import Classifier

    return Classifier(task)
