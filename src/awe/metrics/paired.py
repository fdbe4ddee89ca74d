"""Is one setting better than another on the same queries? Whole word types are resampled, as the unit of chance.

This is about the trained networks as they are; `awe.metrics.seeds` takes in that another run gives other ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from awe.metrics.bootstrap import draw_counts

_TINY = 1e-12


@dataclass(frozen=True)
class PairedResult:
    """A difference of mean average precision between two settings on the same queries.

    Attributes:
        difference: first minus second.
        ci_low: lower bound of the bootstrap interval of the difference.
        ci_high: upper bound.
        gain_low: lower bound of the relative gain, a share of the second score.
        gain_high: upper bound.
        p_value: two-sided, of the permutation test.
        deviation: standard deviation of the difference in the bootstrap.
        log_ratio_deviation: of the logarithm of the scores' ratio.

    """

    difference: float
    ci_low: float
    ci_high: float
    gain_low: float
    gain_high: float
    p_value: float
    deviation: float
    log_ratio_deviation: float


def compare(
    first: np.ndarray,
    others: Sequence[np.ndarray],
    cluster_of: np.ndarray,
    *,
    samples: int = 10_000,
    level: float = 0.95,
    seed: int = 1,
) -> list[PairedResult]:
    """Compare a setting with each of the others by paired bootstrap and paired permutation over clusters.

    The bootstrap draws whole clusters with replacement. The permutation test exchanges the two settings within whole
    clusters (it flips the signs of their summed differences). All comparisons share the draws. With a single cluster
    nothing can be said: the bounds are those of any difference (-1, 1) and any gain (-1, infinity).

    Args:
        first: average precision of every query in one setting `(Q,)`.
        others: the same queries in each of the other settings `(Q,)`.
        cluster_of: word type of every query `(Q,)`, whole numbers from 0.
        samples: bootstrap samples and permutations.
        level: share of the samples inside the interval.
        seed: of both.

    """
    if not len(others):
        return []
    clusters = int(cluster_of.max()) + 1
    sizes = np.bincount(cluster_of, minlength=clusters)
    sums = np.stack([np.bincount(cluster_of, one, minlength=clusters) for one in (first, *others)], axis=1)
    sums, sizes = sums[sizes > 0], sizes[sizes > 0]
    differences = sums[:, :1] - sums[:, 1:]
    drawn_sums = np.zeros((samples, sums.shape[1]))
    drawn_sizes = np.zeros((samples, 1))
    flipped = np.empty((samples, len(others)))
    random = np.random.default_rng(seed)
    for part in np.array_split(np.arange(samples), max(1, samples * len(sums) // 5_000_000)):  # bounds the memory
        counts = draw_counts(len(sums), len(part), int(random.integers(2**31)))
        drawn_sums[part], drawn_sizes[part] = counts @ sums, counts @ sizes[:, None]
        flipped[part] = random.choice([-1.0, 1.0], size=(len(part), len(sums))) @ differences
    means = drawn_sums / drawn_sizes
    results = []
    for place, of_clusters in enumerate(differences.T):
        first_means, second_means = means[:, 0], means[:, 1 + place]
        bounds = (-1.0, 1.0, -1.0, np.inf) if len(sums) < 2 else _bounds(first_means, second_means, level)
        p_value = _p_value(flipped[:, place], of_clusters)
        deviations = np.std(first_means - second_means), np.std(log_ratio(first_means, second_means))
        results.append(PairedResult(float(of_clusters.sum() / sizes.sum()), *bounds, p_value, *map(float, deviations)))
    return results


def log_ratio(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Logarithm of the ratio of scores, element by element; a score of 0 counts as a tiny one."""
    ratios: np.ndarray = np.log(np.maximum(first, _TINY) / np.maximum(second, _TINY))
    return ratios


def _bounds(first: np.ndarray, second: np.ndarray, level: float) -> tuple[float, float, float, float]:
    """Bounds of the difference and of the relative gain, from the means of both in every bootstrap sample."""
    quantiles = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(first - second, quantiles)
    gain_low, gain_high = np.quantile(first / np.maximum(second, _TINY) - 1, quantiles)
    return float(low), float(high), float(gain_low), float(gain_high)


def _p_value(flipped: np.ndarray, differences: np.ndarray) -> float:
    """Share of the permutations that are as extreme, up to rounding, as what was observed, which counts as one."""
    extreme = int((np.abs(flipped) >= np.abs(differences.sum()) - 1e-9).sum())
    return (1 + extreme) / (1 + len(flipped))


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Correct p values for their number by Holm's step-down method (1979)."""
    order = np.argsort(p_values, kind="stable")
    scaled = np.asarray(p_values, dtype=float)[order] * np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return corrected
