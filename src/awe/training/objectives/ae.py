"""Autoencoder: reconstruct the frames of the token itself (AE-RNN; Chung et al. 2016)."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe import options

if TYPE_CHECKING:
    from awe.training.objective import Objective, Task


class Options(options.Options):
    """The decoder.

    Attributes:
        decoder_layers: recurrent layers of the decoder, as wide as the embedding.

    """

    decoder_layers: int = Field(default=1, gt=0)


def build(options: Options, task: "Task") -> "Objective":
    """Make the loss with its decoder."""
    from awe.training.reconstruction import Autoencoder

    return Autoencoder(options.decoder_layers, task)
