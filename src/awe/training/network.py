"""Encoder and objective together, and the tokens on their device."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from awe.errors import ConfigError
from awe.training.batches import Batch
from awe.training.data import TokenSet
from awe.training.device import precision
from awe.training.encoder import AcousticEncoder
from awe.training.objective import Frames, Losses, Objective, Targets
from awe.training.options import ModelOptions


class DeviceTokens:
    """All tokens of a language on a device; a batch is gathered there by indices."""

    def __init__(self, tokens: TokenSet, model: ModelOptions, device: torch.device) -> None:
        longest = int(tokens.lengths.max())
        if model.padding == "authors" and longest > model.fixed_frames:
            name = tokens.token_ids[int(tokens.lengths.argmax())]
            raise ConfigError(
                f"model.fixed_frames: {model.fixed_frames} is less than the {longest} frames of token {name}; raise it"
            )
        self.host = tokens
        self.device = device
        self.fixed = model.fixed_frames if model.padding == "authors" else 0
        self.shortest = model.conv_kernel
        self.frames = torch.from_numpy(tokens.frames).to(device)
        self.starts = torch.from_numpy(tokens.starts).to(device)
        self.lengths = torch.from_numpy(tokens.lengths).to(device)
        self.words = torch.from_numpy(tokens.words).to(device)
        self.forms = torch.from_numpy(tokens.forms).to(device)

    def upload(self, batches: Sequence[Batch]) -> "list[Placed]":
        """Copy the indices of many batches at once and cut them there, so that no step waits for a copy."""
        if not batches:
            return []
        joined = torch.from_numpy(np.stack([_join(batches, "tokens"), _join(batches, "offsets")])).to(self.device)
        cuts = torch.split(joined, [len(batch.tokens) for batch in batches], dim=1)
        return [Placed(batch, cut[0], cut[1]) for batch, cut in zip(batches, cuts, strict=True)]

    def padded(self, placed: "Placed") -> tuple[Frames, Tensor]:
        """Gather the frames of a batch, padded to the longest token, and the number of each token's own (B,)."""
        longest = self.fixed or max(int(self.host.lengths[placed.batch.tokens].max()), self.shortest)
        lengths = self.lengths[placed.tokens]
        position = torch.arange(longest, device=self.device) - placed.offsets[:, None]  # (B, T)
        inside = (position >= 0) & (position < lengths[:, None])
        rows = torch.where(inside, self.starts[placed.tokens][:, None] + position, len(self.frames) - 1)
        frames = self.frames.index_select(0, rows.flatten()).view(*rows.shape, -1)
        return Frames(frames, inside), lengths

    def targets(self, placed: "Placed", partners: "Placed | None", epoch: int) -> Targets:
        """Look up what is known of the tokens of a batch."""
        return Targets(
            words=self.words[placed.tokens],
            forms=self.forms[placed.tokens],
            form_lengths=self.host.form_lengths[self.host.forms[placed.batch.tokens]],
            epoch=epoch,
            frames=lambda: self.padded(placed)[0],
            partner_frames=lambda: self.padded(partners or placed)[0],
        )


class Placed:
    """A batch whose indices are on the device too, with shape (B,) each."""

    def __init__(self, batch: Batch, tokens: Tensor, offsets: Tensor) -> None:
        self.batch, self.tokens, self.offsets = batch, tokens, offsets


class Network(nn.Module):
    """What is trained: the encoder, and the objective with its own layers.

    With `mixed_precision`, training and its validation are computed in bfloat16, on a GPU the GRU in TF32; embeddings
    that are kept never are.
    """

    def __init__(self, encoder: AcousticEncoder, objective: Objective, *, mixed_precision: bool) -> None:
        super().__init__()
        self.encoder, self.objective, self.mixed_precision = encoder, objective, mixed_precision

    @property
    def precision(self) -> str:
        """Name of the precision of training and validation."""
        return "bfloat16" if self.mixed_precision else "float32"

    def embed(self, data: DeviceTokens, placed: Placed, *, in_float32: bool = False) -> Tensor:
        """Embed a batch: float32 with shape (B, D), computed in float32 throughout if so wanted."""
        with precision(data.device, mixed=self.mixed_precision and not in_float32):
            padded, lengths = data.padded(placed)
            host_lengths = torch.from_numpy(data.host.lengths[placed.batch.tokens])
            embedded: Tensor = self.encoder(padded.frames, lengths, host_lengths)
            return embedded.float()

    def losses(self, data: DeviceTokens, placed: Placed, partners: Placed | None, epoch: int) -> Losses:
        """Compute the loss of a batch in an epoch (counted from 0)."""
        embeddings = self.embed(data, placed)
        others = self.embed(data, partners) if partners is not None and self.objective.embeds_partners else None
        with precision(data.device, mixed=self.mixed_precision):
            losses: Losses = self.objective(embeddings, others, data.targets(placed, partners, epoch))
        return losses

    def embeddings(
        self, data: DeviceTokens, order: np.ndarray, batches: Sequence[Batch], *, in_float32: bool = True
    ) -> Tensor:
        """Embed the tokens of evaluation batches; row `i` is the token at place `i` before they were ordered."""
        self.eval()
        with torch.no_grad():
            embedded = torch.cat([self.embed(data, placed, in_float32=in_float32) for placed in data.upload(batches)])
            result = torch.empty_like(embedded)
            result[torch.from_numpy(order).to(data.device)] = embedded
        return result


def _join(batches: Sequence[Batch], field: str) -> np.ndarray:
    return np.concatenate([getattr(batch, field) for batch in batches])
