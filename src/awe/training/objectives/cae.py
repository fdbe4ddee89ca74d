"""Correspondence autoencoder: reconstruct another token of the same word (CAE-RNN; Kamper 2019)."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe import options

if TYPE_CHECKING:
    from awe.training.objective import Objective, Task


class Options(options.Options):
    """The decoder and how long it learns from the token itself.

    Attributes:
        decoder_layers: recurrent layers of the decoder, as wide as the embedding.
        pretraining_epochs: first epochs, in which the network is trained as an autoencoder; fewer than
            `training.epochs`, and none of them is taken for the best one.

    """

    decoder_layers: int = Field(default=1, gt=0)
    pretraining_epochs: int = Field(default=10, ge=0)


def build(options: Options, task: "Task") -> "Objective":
    """Make the loss with its decoder."""
    from awe.training.reconstruction import CorrespondenceAutoencoder

    return CorrespondenceAutoencoder(options.decoder_layers, options.pretraining_epochs, task)
