"""How sure is a mean over training runs? Its error has two sources: the words sought and the runs themselves."""

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Estimate:
    """Interval and two-sided p value of a difference."""

    low: float
    high: float
    p_value: float


def over_words_and_seeds(by_seed: np.ndarray, words_deviation: float, words: int, level: float) -> Estimate:
    """Estimate the mean of `by_seed` from the deviations over both.

    The two variances add up; the degrees of freedom are those of Welch and Satterthwaite (1946). So with few seeds the
    interval is wide, and it says something about another run on other words.

    Args:
        by_seed: difference of two settings in each seed `(S,)`, S at least 2.
        words_deviation: standard deviation of the mean difference over word types, from their bootstrap.
        words: number of word types.
        level: share of such intervals that hold the truth.

    """
    of_words = words_deviation**2
    of_seeds = float(np.var(by_seed, ddof=1)) / len(by_seed)
    centre = float(by_seed.mean())
    if not of_words + of_seeds:  # all the same, as of two settings that are one
        return Estimate(centre, centre, 1.0 if not centre else 0.0)
    freedom = (of_words + of_seeds) ** 2 / (of_words**2 / max(words - 1, 1) + of_seeds**2 / (len(by_seed) - 1))
    error = (of_words + of_seeds) ** 0.5
    reach = float(stats.t.ppf((1 + level) / 2, freedom)) * error
    return Estimate(centre - reach, centre + reach, float(2 * stats.t.sf(abs(centre) / error, freedom)))
