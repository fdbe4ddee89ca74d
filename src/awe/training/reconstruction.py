"""Losses of reconstructing frames: the autoencoder and the correspondence autoencoder."""

from torch import Tensor, nn

from awe.training.objective import Frames, Losses, Objective, Targets, Task
from awe.training.recurrence import run_gru


class FrameDecoder(nn.Module):
    """A recurrent block that sees the embedding at each step, and a linear layer to the frame."""

    def __init__(self, layers: int, task: Task) -> None:
        super().__init__()
        width = task.model.embedding_width
        self.gru = nn.GRU(width, width, layers, batch_first=True)
        self.output = nn.Linear(width, task.coefficients)

    def forward(self, embeddings: Tensor, frames: int) -> Tensor:
        """Turn embeddings (B, D) into frames (B, `frames`, coefficients)."""
        states, _ = run_gru(self.gru, embeddings[:, None].expand(-1, frames, -1))
        decoded: Tensor = self.output(states)
        return decoded


def reconstruction_loss(decoded: Tensor, wanted: Frames) -> Tensor:
    """Squared error, mean over coefficients, over each token's own frames, then over tokens.

    Args:
        decoded: with shape (B, T, coefficients).
        wanted: the frames to reconstruct, with T frames too.

    """
    errors = (decoded - wanted.frames).square().mean(2)  # (B, T)
    return ((errors * wanted.own).sum(1) / wanted.own.sum(1)).mean()


class Autoencoder(Objective):
    """Reconstruct the token itself."""

    def __init__(self, layers: int, task: Task) -> None:
        super().__init__()
        self.decoder = FrameDecoder(layers, task)

    def forward(self, embeddings: Tensor, partners: Tensor | None, targets: Targets) -> Losses:  # noqa: ARG002
        """Loss of a batch; see `Objective.forward`."""
        return self._losses(embeddings, targets.frames())

    def _losses(self, embeddings: Tensor, wanted: Frames) -> Losses:
        loss = reconstruction_loss(self.decoder(embeddings, wanted.frames.shape[1]).float(), wanted)
        return self.without_parts(loss, loss)


class CorrespondenceAutoencoder(Autoencoder):
    """Reconstruct another token of the word, after some epochs as an autoencoder."""

    needs_partners = True
    embeds_partners = False

    def __init__(self, layers: int, pretraining_epochs: int, task: Task) -> None:
        super().__init__(layers, task)
        self.pretraining_epochs = pretraining_epochs

    def forward(self, embeddings: Tensor, partners: Tensor | None, targets: Targets) -> Losses:  # noqa: ARG002
        """Loss of a batch; see `Objective.forward`."""
        pretraining = targets.epoch < self.pretraining_epochs
        return self._losses(embeddings, targets.frames() if pretraining else targets.partner_frames())
