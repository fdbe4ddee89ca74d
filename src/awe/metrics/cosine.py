"""Cosine distances between all embeddings, block by block, on a grid coarse enough for ties to be ties."""

from collections.abc import Iterator

import numpy as np
import torch

from awe.errors import AweError

LEVELS = 2**27  # levels of distance per unit: 7.5e-9, far above rounding noise, far below any real difference
BLOCK_ELEMENTS = 4_000_000  # of one N-column block; bounds the memory of everything computed from it


class EmbeddingError(AweError):
    """The embeddings cannot be compared at all."""


def as_tensor(values: np.ndarray | torch.Tensor) -> torch.Tensor:
    """Return a tensor unchanged, an array (maybe read-only) as a copy."""
    return values if isinstance(values, torch.Tensor) else torch.from_numpy(np.array(values))


def unit_rows(embeddings: np.ndarray | torch.Tensor) -> torch.Tensor:
    """Return the embeddings `(N, D)` scaled to length 1, in double precision, on the device they came on.

    A zero vector stays zero, so that its cosine with everything is 0.

    Raises:
        EmbeddingError: if the shape is not `(N, D)` or a value is not finite.

    """
    vectors = as_tensor(embeddings).detach()
    if vectors.ndim != 2:
        raise EmbeddingError(f"embeddings: need a matrix (tokens x dimensions), got the shape {tuple(vectors.shape)}")
    vectors = vectors.to(torch.float64)
    bad = ~torch.isfinite(vectors).all(dim=1)
    if bool(bad.any()):
        row = int(bad.nonzero()[0])
        raise EmbeddingError(f"embeddings: row {row} holds NaN or infinite values ({int(bad.sum())} such rows in all)")
    return torch.nn.functional.normalize(vectors, dim=1, eps=1e-300)


def standardise(embeddings: np.ndarray) -> np.ndarray:
    """Scale every dimension of `(N, D)` to mean 0 and standard deviation 1 over the tokens; constant ones to 0."""
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    deviation = centred.std(axis=0)
    # a dimension whose spread is only rounding noise says nothing
    constant = deviation <= 1e-7 * np.maximum(np.abs(embeddings).max(axis=0, initial=0.0), 1e-30)
    scaled: np.ndarray = np.where(constant, 0.0, centred / np.where(constant, 1.0, deviation))
    return scaled


def distance_levels(unit: torch.Tensor, rows: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield `(rows of this block (B,), cosine distances (B, N) in whole levels, int32)` for the chosen rows.

    Distances lie in [0, 2 * LEVELS].
    """
    # one product gives distance * LEVELS + 0.5; cutting off the fraction then rounds, and what is 1e-16 below 0 is 0
    scaled, offset = unit * -LEVELS, unit.new_tensor(LEVELS + 0.5)
    for block in torch.split(rows, max(1, BLOCK_ELEMENTS // max(1, len(unit)))):
        yield block, torch.addmm(offset, scaled[block], unit.T).to(torch.int32)
