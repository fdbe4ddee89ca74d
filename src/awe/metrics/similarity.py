"""How alike two embedding spaces of the same tokens are, whatever their axes."""

import numpy as np


def linear_cka(one: np.ndarray, other: np.ndarray) -> float:
    """Linear centred kernel alignment (Kornblith et al. 2019) of `(N, D)` and `(N, E)`: 1 if equal up to rotation.

    Scale, rotation and shift of either do not matter. 0 if either is constant.
    """
    one, other = (space - space.mean(axis=0, dtype=np.float64) for space in (one, other))
    shared = np.linalg.norm(other.T @ one) ** 2
    own = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(shared / own) if own > 0 else 0.0


def representational_similarity(one: np.ndarray, other: np.ndarray) -> float:
    """Representational similarity analysis (Kriegeskorte et al. 2008) of `(N, D)` and `(N, E)`.

    Rank correlation (Spearman), over all pairs of tokens, of the pairs' cosine distances in one space with those in the
    other: 1 if both order all pairs alike. 0 if all distances of either are equal. N² / 2 pairs are held in memory.
    """
    ranks = [distance_ranks(space) for space in (one, other)]
    return correlation(*ranks)


def distance_ranks(embeddings: np.ndarray) -> np.ndarray:
    """Centred ranks of the cosine distances of all pairs of rows, scaled to length 1 `(N * (N - 1) / 2,)`."""
    from scipy.spatial.distance import pdist
    from scipy.stats import rankdata

    # rounded, so that distances that differ by the order of summation only are ties
    ranks = rankdata(np.round(np.nan_to_num(pdist(embeddings, "cosine"), nan=1.0), 9))
    centred = ranks - ranks.mean()
    scaled: np.ndarray = centred / max(float(np.linalg.norm(centred)), 1e-300)
    return scaled


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Correlate ranks as `distance_ranks` gives them."""
    return float(one @ other)
