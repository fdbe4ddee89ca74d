"""How far a score would move with other speakers: the whole ranking again, without each group of speakers in turn.

A speaker's tokens are queries and competitors at once, and a pair of tokens has two speakers. Drawing queries and leaving
the ranks as they are, as `awe.metrics.bootstrap` does for words, would give intervals several times too narrow
(docs/benchmarks.md). The delete-a-group jackknife (Kott 2001; each speaker a group of their own if there are few) takes
all of it into account, and the t distribution that the speakers are few.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import stats

from awe.metrics.same_different import NoQueriesError

GROUPS = 10  # each costs one more ranking of most tokens


def speaker_groups(speakers: np.ndarray, seed: int, groups: int = GROUPS) -> np.ndarray:
    """Put the speakers into groups of as equal numbers as possible, by chance; `(N,)`, whole numbers from 0.

    Args:
        speakers: `(N,)`, number of every token's speaker.
        seed: of the draw; with the same speakers and seed the groups are the same.
        groups: at most so many.

    """
    names, speaker_of = np.unique(speakers, return_inverse=True)
    places = np.random.default_rng(seed).permutation(len(names)) % min(groups, len(names))
    grouped: np.ndarray = places[speaker_of]
    return grouped


def leave_out(groups: np.ndarray, score: Callable[[np.ndarray], Mapping[str, float]]) -> list[Mapping[str, float]]:
    """Score without each group in turn.

    Args:
        groups: `(N,)`, group of every token, whole numbers from 0.
        score: gets the rows that stay and names its scores.

    Returns:
        the scores without group 0, 1 and so on, empty where no query is left.

    """
    found: list[Mapping[str, float]] = []
    for group in range(int(groups.max()) + 1):
        try:
            found.append(score(np.flatnonzero(groups != group)))
        except NoQueriesError:
            found.append({})
    return found


def jackknife_interval(
    value: float, without: Sequence[float], level: float, bounds: tuple[float, float] = (0.0, 1.0)
) -> tuple[float, float]:
    """Interval of a score from the scores without each group.

    With a single group, or one without which there is no score, nothing can be said: the bounds.

    Args:
        value: the score of all.
        without: `(G,)`, the score without each group; NaN where there is none.
        level: share of such intervals that hold the truth.
        bounds: that no score can leave.

    """
    scores, count = np.asarray(without, dtype=float), len(without)
    if count < 2 or not np.isfinite(scores).all():
        return bounds
    error = np.sqrt((count - 1) / count * np.square(scores - scores.mean()).sum())
    reach = float(stats.t.ppf((1 + level) / 2, count - 1) * error)
    return max(bounds[0], value - reach), min(bounds[1], value + reach)
