"""Regression deltas over a whole utterance at once."""

import numpy as np


def add_deltas(static: np.ndarray, orders: int, reach: int) -> np.ndarray:
    """Append deltas of the given number of orders.

    The same regression as `python_speech_features.delta`, edges repeated, without its loop over frames.

    Args:
        static: shape (num_frames, num_coefficients).
        orders: 0, 1 or 2.
        reach: frames on each side.

    Returns:
        shape (num_frames, num_coefficients * (1 + orders)).

    """
    blocks = [static]
    for _ in range(orders):
        blocks.append(_delta(blocks[-1], reach))
    return np.concatenate(blocks, axis=1)


def _delta(values: np.ndarray, reach: int) -> np.ndarray:
    num_frames = len(values)
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    total = np.zeros_like(values)
    for step in range(1, reach + 1):
        total += step * (padded[reach + step :][:num_frames] - padded[reach - step :][:num_frames])
    slope: np.ndarray = total / (2 * sum(step**2 for step in range(1, reach + 1)))
    return slope
