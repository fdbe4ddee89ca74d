"""Where the fit of right transcripts ends and that of wrong ones begins, learnt from transcripts known to be wrong."""

import heapq
import itertools
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# normal quantiles of the rates aimed at: 1 % of the right transcripts rejected, 5 % of the wrong ones kept
RIGHT_QUANTILE, WRONG_QUANTILE = 2.326, 1.645
QUARTILE = 0.674  # of the normal distribution
SMALLEST_SHARE = 1 / 3  # of the way from right to wrong
# few utterances say little about their spread: the share counts as if so many more had shown the usual one
USUAL_SHARE, USUAL_UTTERANCES = 0.4, 20


def fit_threshold(own: npt.ArrayLike, decoys: npt.ArrayLike) -> float:
    """Fit below which a transcript is taken to be wrong.

    Of the transcripts given, those count as right that fit better than 95 % of the decoys; so it does no harm if many
    of them are wrong. The threshold divides the distance between the medians of right and wrong in proportion to the
    margin each side needs for its rate.

    Args:
        own: fits of utterances with the transcripts given.
        decoys: fits of utterances with transcripts that are not theirs.

    Returns:
        The threshold; minus infinity if there are no decoys or nothing fits better than they do.

    """
    given, wrong = (np.asarray(fits, float)[np.isfinite(fits)] for fits in (own, decoys))
    if not wrong.size:
        return -np.inf
    right = given[given > np.quantile(wrong, 0.95)]
    if not right.size:
        return -np.inf
    lower_quartile, right_median = np.quantile(right, [0.25, 0.5])
    wrong_median, upper_quartile = np.quantile(wrong, [0.5, 0.75])
    right_margin = RIGHT_QUANTILE * (right_median - lower_quartile) / QUARTILE
    wrong_margin = WRONG_QUANTILE * (upper_quartile - wrong_median) / QUARTILE
    share = right_margin / max(right_margin + wrong_margin, 1e-9)
    share = (len(right) * share + USUAL_UTTERANCES * USUAL_SHARE) / (len(right) + USUAL_UTTERANCES)
    return float(right_median - max(share, SMALLEST_SHARE) * (right_median - wrong_median))


class Decoys:
    """Wrong transcripts of about the right length."""

    def __init__(self, transcripts: Sequence[Sequence[str]], seed: int) -> None:
        self._by_length = sorted(set(map(tuple, transcripts)), key=_by_letters)
        self._random = np.random.default_rng(seed)

    def of(self, words: Sequence[str], count: int = 1) -> list[list[str]]:
        """Up to twice `count` different ones: the closest others in letters, and these words in other orders."""
        own = tuple(words)
        length, place = sum(map(len, own)), bisect_left(self._by_length, _by_letters(own), key=_by_letters)
        outwards = heapq.merge(
            itertools.islice(self._by_length, place, None),
            reversed(self._by_length[:place]),
            key=lambda other: abs(sum(map(len, other)) - length),
        )
        others = itertools.islice((other for other in outwards if other != own), count)
        mixed = (tuple(own[index] for index in self._random.permutation(len(own))) for _ in range(count))
        return [list(decoy) for decoy in dict.fromkeys([*others, *mixed]) if decoy != own]


def _by_letters(words: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return sum(map(len, words)), words
