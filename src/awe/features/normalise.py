"""Mean and variance normalisation (CMVN) over a token or over a speaker."""

from collections.abc import Sequence

import numpy as np

_SMALLEST_DEVIATION = 1e-8  # a coefficient that never changes becomes 0, not infinite


def moments(frames: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation per coefficient, each of shape (num_coefficients,), over arrays of frames."""
    together = np.concatenate(list(frames), dtype=np.float64)
    return together.mean(axis=0), together.std(axis=0)


def standardise(frames: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Zero mean and unit variance per coefficient; shapes (num_frames, num_coefficients) and (num_coefficients,)."""
    scaled: np.ndarray = (frames - mean) / np.maximum(deviation, _SMALLEST_DEVIATION)
    return scaled.astype(np.float32)
