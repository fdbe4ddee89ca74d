"""The phonological decoder: from an embedding to the phones of the word (the paper's sections 2.1 and 4.2)."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from awe.training.options import ModelOptions


class PhonologicalDecoder(nn.Module):
    """One GRU layer whose first state is the embedding; it is fed BEGIN, then one symbol after the other.

    Symbols are numbered 0 to `num_symbols` - 1; END is `num_symbols`, and BEGIN, which is only ever fed,
    `num_symbols` + 1.
    """

    def __init__(self, num_symbols: int, options: ModelOptions) -> None:
        super().__init__()
        width = options.embedding_width
        self.begin = num_symbols + 1
        self.forcing = options.teacher_forcing_ratio if options.decoder_feedback == "teacher_forcing" else 0.0
        self.symbols = nn.Embedding(num_symbols + 2, options.symbol_embedding)
        self.cell = nn.GRUCell(options.symbol_embedding, width)
        self.output = nn.Linear(width, num_symbols + 1)

    def forward(self, embeddings: Tensor, targets: Tensor, counts: Sequence[int]) -> Tensor:
        """Predict each phone from the embedding and the symbols before it.

        Args:
            embeddings: with shape (B, D).
            targets: symbols that are due, END included, with shape (B, T); anything below 0 is padding.
            counts: for each of the T steps how many tokens, from the first on, still have a symbol due there or
                later; falling, so tokens should be sorted by their number of phones, the longest first.

        Returns:
            Logits of the first `counts[0]` tokens' first symbols, then of the first `counts[1]` tokens' second
            symbols and so on, with shape (sum of `counts`, `num_symbols` + 1).

        """
        # the cell's view of each symbol, made once: a step then looks its row up instead of multiplying
        seen = F.linear(self.symbols(self._all_symbols), self.cell.weight_ih, self.cell.bias_ih)  # (S, 3 D)
        state = embeddings
        fed = torch.full_like(targets[:, 0], self.begin)
        logits = []
        for step, count in enumerate(counts):
            state = self._step(F.embedding(fed[:count], seen), state[:count])
            logits.append(self.output(state))
            fed = self._feedback(logits[-1], targets[:count, step])
        return torch.cat(logits)

    @property
    def _all_symbols(self) -> Tensor:
        return torch.arange(self.begin + 1, device=self.symbols.weight.device)

    def _step(self, from_symbol: Tensor, state: Tensor) -> Tensor:
        """One step of the GRU cell, its input already multiplied (gates in PyTorch's order: reset, update, new)."""
        from_state = F.linear(state, self.cell.weight_hh, self.cell.bias_hh)  # (B, 3 D)
        width = state.shape[1]
        symbol_gates, symbol_new = torch.split(from_symbol, [2 * width, width], dim=1)
        state_gates, state_new = torch.split(from_state, [2 * width, width], dim=1)
        reset, update = torch.sigmoid(symbol_gates + state_gates).chunk(2, dim=1)
        new = torch.tanh(torch.addcmul(symbol_new, reset, state_new))
        return torch.lerp(new, state.to(new.dtype), update)

    def _feedback(self, logits: Tensor, due: Tensor) -> Tensor:
        own = logits.detach().argmax(dim=1)
        if not self.forcing:
            return own
        forced = torch.rand(due.shape, device=due.device) < self.forcing
        return torch.where(forced & (due >= 0), due, own)
