"""How far a score would move with other words: bootstrap over clusters of queries.

The ranks stay as they are and whole clusters (all queries of a word) are drawn with replacement. So an interval speaks
about the choice of the queries, not about other competitors to rank against. That matters little for words, of which
each is a small part of the competitors, and much for speakers: see `awe.metrics.jackknife`.
"""

import numpy as np

from awe.metrics.same_different import Precisions


def cluster_shares(result: Precisions, cluster_of: np.ndarray) -> np.ndarray:
    """Sum the weighted precisions and the weights of every cluster.

    A matching pair of two clusters belongs half to each.

    Args:
        result: terms of one average precision.
        cluster_of: `(N,)`, cluster of every token, whole numbers from 0.

    Returns:
        `(C, 2)`; the score is the ratio of the two columns' sums.

    """
    clusters = int(cluster_of.max()) + 1
    shares = np.zeros((clusters, 2))
    for tokens in (result.first, result.second):
        owner = cluster_of[tokens]
        shares[:, 0] += np.bincount(owner, 0.5 * result.weights * result.precisions, minlength=clusters)
        shares[:, 1] += np.bincount(owner, 0.5 * result.weights, minlength=clusters)
    present: np.ndarray = shares[shares[:, 1] > 0]
    return present


def draw_counts(clusters: int, samples: int, seed: int) -> np.ndarray:
    """How often each cluster is drawn in each sample: `(samples, clusters)`."""
    return np.random.default_rng(seed).multinomial(clusters, np.full(clusters, 1 / clusters), size=samples)


def resampled_scores(shares: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Score of every bootstrap sample `(samples,)` from shares `(C, 2)` and counts `(samples, C)`."""
    sums = counts @ shares
    scores: np.ndarray = sums[:, 0] / sums[:, 1]
    return scores


def confidence_interval(
    result: Precisions, cluster_of: np.ndarray, samples: int = 1000, level: float = 0.95, seed: int = 1
) -> tuple[float, float]:
    """Percentile bootstrap interval of an average precision over clusters.

    With a single cluster nothing can be said: (0, 1).

    Args:
        result: terms of one average precision.
        cluster_of: `(N,)`, word type of every token, whole numbers from 0.
        samples: number of bootstrap samples.
        level: share of the samples inside the interval.
        seed: of the draws; equal seeds draw equal clusters, so intervals of two settings are comparable.

    """
    shares = cluster_shares(result, cluster_of)
    if len(shares) < 2:
        return 0.0, 1.0
    scores = resampled_scores(shares, draw_counts(len(shares), samples, seed))
    low, high = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
