"""Form and meaning supervision, alone or together (the paper's section 2, equations 2 to 4)."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from awe import options

if TYPE_CHECKING:
    from awe.training.objective import Objective, Task


class Options(options.Options):
    """What the encoder learns to tell of a word.

    Attributes:
        alpha: weight of the form loss; at 0 there is no decoder.
        beta: weight of the meaning loss; at 0 there is no regressor.
        form_scale: `sum` adds up the cross-entropies of a word's phones (equation 2), `mean` averages over
            all phones of the batch (the authors' code).
        meaning_scale: `sum` adds up the squared errors of a vector's dimensions (equation 3; so does the authors'
            code), `mean` averages them.
        reduction: `mean` or `sum` of the loss over the tokens of a batch; Adam hardly minds, clipping does.
        meaning: the vectors to predict: the `true_vectors` of the words, or as a control `shuffled` among the
            words, `random` directions of the same norms, or `onehot` vectors of the word types; `binarised` leaves of
            the true ones the signs alone, 0 below zero and else 1.

    """

    alpha: float = Field(default=1.0, ge=0)
    beta: float = Field(default=1.0, ge=0)
    form_scale: Literal["sum", "mean"] = "sum"
    meaning_scale: Literal["sum", "mean"] = "sum"
    reduction: Literal["mean", "sum"] = "mean"
    meaning: Literal["true_vectors", "shuffled", "random", "onehot", "binarised"] = "true_vectors"

    @model_validator(mode="after")
    def _learns_something(self) -> "Options":
        if self.alpha == self.beta == 0:
            raise ValueError("alpha and beta are both 0; raise one of them")
        return self


def build(options: Options, task: "Task") -> "Objective":
    """Make the loss, with its decoder and regressor, for the words of `task`."""
    from awe.training.form_meaning import FormMeaning

    return FormMeaning(options, task)
