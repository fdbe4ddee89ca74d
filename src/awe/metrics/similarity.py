"""How alike two embedding spaces of the same tokens are, whatever their axes."""

import numpy as np


def linear_cka(one: np.ndarray, other: np.ndarray) -> float:
    """Linear centred kernel alignment (Kornblith et al. 2019) of `(N, D)` and `(N, E)`: 1 if equal up to rotation.

    Scale, rotation and shift of either do not matter. 0 if either is constant.
    """
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    shared = np.linalg.norm(other.T @ one) ** 2
    own = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(shared / own) if own > 0 else 0.0
