"""Embeddings that nobody trained: what the features alone give on the same tokens."""

from collections.abc import Callable

import numpy as np

Baseline = Callable[[list[np.ndarray], int], np.ndarray]


def downsample(segments: list[np.ndarray], frames: int) -> np.ndarray:
    """Resample every segment `(T, C)` to equally spaced frames, linearly, and concatenate them: `(N, frames * C)`."""
    return np.stack([_resample(segment, frames).reshape(-1) for segment in segments])


def mean_pool(segments: list[np.ndarray], frames: int) -> np.ndarray:  # noqa: ARG001 -- the signature of a baseline
    """Average every segment `(T, C)` over time: `(N, C)`."""
    return np.stack([segment.mean(axis=0) for segment in segments])


BASELINES: dict[str, Baseline] = {"downsampled_mfcc": downsample, "mean_mfcc": mean_pool}


def _resample(segment: np.ndarray, frames: int) -> np.ndarray:
    position = np.linspace(0, len(segment) - 1, frames)
    before = np.floor(position).astype(int)
    after = np.minimum(before + 1, len(segment) - 1)
    share = (position - before)[:, None]
    resampled: np.ndarray = (1 - share) * segment[before] + share * segment[after]
    return resampled
