"""The acoustic encoder: a convolution over time, a recurrent block, its last state (the paper's section 4.2)."""

import torch
from torch import Tensor, nn

from awe.training.options import ModelOptions
from awe.training.recurrence import last_states, run_gru


class AcousticEncoder(nn.Module):
    """Map the frames of spoken words to acoustic word embeddings (equation 1)."""

    def __init__(self, coefficients: int, options: ModelOptions) -> None:
        super().__init__()
        self.kernel, self.stride = options.conv_kernel, options.conv_stride
        self.exact = options.padding == "exact"
        self.conv = nn.Conv1d(coefficients, options.conv_filters, self.kernel, self.stride)
        self.norm = FrameBatchNorm(options.conv_filters) if options.conv_batch_norm else None
        self.relu = options.conv_relu
        self.dropout = nn.Dropout(options.conv_dropout)
        self.gru = nn.GRU(
            options.conv_filters,
            options.gru_width,
            options.gru_layers,
            batch_first=True,
            dropout=options.dropout if options.gru_layers > 1 else 0.0,  # PyTorch warns of a dropout between no layers
            bidirectional=options.bidirectional,
        )

    def forward(self, frames: Tensor, lengths: Tensor, host_lengths: Tensor | None = None) -> Tensor:
        """Embed tokens.

        Args:
            frames: features with shape (B, T, coefficients); T is at least the kernel of the convolution.
            lengths: frames that belong to each token, with shape (B,); the rest is padding. Without exact
                padding they are not looked at.
            host_lengths: the same lengths on the CPU, so that no GPU has to be waited for; None: copied from there.

        Returns:
            Embeddings with shape (B, D).

        """
        hidden = self.conv(frames.transpose(1, 2)).transpose(1, 2)  # (B, T', filters)
        steps = hidden.shape[1]
        own_steps = self._steps_of(lengths) if self.exact else torch.full_like(lengths, steps)
        if self.norm is not None:
            hidden = self.norm(hidden, own_steps)
        if self.relu:
            hidden = hidden.relu()
        hidden = self.dropout(hidden)
        if self.gru.bidirectional:
            return self._both_directions(hidden, own_steps, lengths if host_lengths is None else host_lengths)
        if hidden.device.type == "cpu":
            return last_states(self.gru, hidden, own_steps)
        states: Tensor = run_gru(self.gru, hidden)[0]  # (B, T', D)
        if not self.exact:
            return states[:, -1]
        last = (own_steps - 1)[:, None, None].expand(-1, 1, states.shape[2])
        return states.gather(1, last).squeeze(1)

    def _steps_of(self, lengths: Tensor) -> Tensor:
        """Count the convolution's outputs over a token's own frames alone, at least 1, from `lengths` (B,)."""
        return ((lengths - self.kernel) // self.stride + 1).clamp(min=1)

    def _both_directions(self, hidden: Tensor, own_steps: Tensor, host_lengths: Tensor) -> Tensor:
        """Last state of either direction, side by side; the backward one must not start in the padding.

        Packing needs the steps on the host, longest first. It could sort tokens itself, but would copy their order to
        the GPU and wait for it; so they are sorted on either side.
        """
        if not self.exact:
            last: Tensor = run_gru(self.gru, hidden)[1]  # (layers * 2, B, width)
            return torch.cat([last[-2], last[-1]], dim=1)
        order = own_steps.argsort(descending=True)
        falling = self._steps_of(host_lengths).sort(descending=True).values.cpu()
        packed = nn.utils.rnn.pack_padded_sequence(hidden.index_select(0, order), falling, batch_first=True)
        last = run_gru(self.gru, packed)[1]
        return torch.cat([last[-2], last[-1]], dim=1).index_select(0, order.argsort())


class FrameBatchNorm(nn.Module):
    """Batch normalisation of each filter over the frames that are not padding (Ioffe & Szegedy 2015)."""

    running_mean: Tensor
    running_variance: Tensor

    def __init__(self, filters: int, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(filters))
        self.bias = nn.Parameter(torch.zeros(filters))
        self.register_buffer("running_mean", torch.zeros(filters))
        self.register_buffer("running_variance", torch.ones(filters))
        self.momentum, self.epsilon = momentum, epsilon

    def forward(self, hidden: Tensor, own_steps: Tensor) -> Tensor:
        """Normalise `hidden` with shape (B, T', filters); only the first `own_steps` steps of a token count."""
        hidden = hidden.float()
        if not self.training:
            return self._scaled(hidden, self.running_mean, self.running_variance)
        mask = (torch.arange(hidden.shape[1], device=hidden.device) < own_steps[:, None])[:, :, None]
        count = own_steps.sum()
        mean = (hidden * mask).sum((0, 1)) / count
        variance = ((hidden - mean).square() * mask).sum((0, 1)) / count
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_variance.lerp_(variance * count / (count - 1).clamp(min=1), self.momentum)
        return self._scaled(hidden, mean, variance)

    def _scaled(self, hidden: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        return (hidden - mean) * torch.rsqrt(variance + self.epsilon) * self.weight + self.bias
