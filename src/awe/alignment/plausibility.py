"""Where the fit of right transcripts ends and that of wrong ones begins, learnt from transcripts known to be wrong."""

import itertools
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# normal quantiles of the rates aimed at: 1 % of the right transcripts rejected, 5 % of the wrong ones kept
RIGHT_QUANTILE, WRONG_QUANTILE = 2.326, 1.645
QUARTILE = 0.674  # of the normal distribution
SMALLEST_SHARE = 1 / 3  # of the way from right to wrong, since few utterances say little about their spread


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
    given, wrong = np.asarray(own, float), np.asarray(decoys, float)
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
    return float(right_median - max(share, SMALLEST_SHARE) * (right_median - wrong_median))


class Decoys:
    """Wrong transcripts of about the right length."""

    def __init__(self, transcripts: Sequence[Sequence[str]], seed: int) -> None:
        self._by_length = sorted(map(tuple, transcripts), key=lambda words: (sum(map(len, words)), words))
        self._random = np.random.default_rng(seed)

    def of(self, words: Sequence[str]) -> list[list[str]]:
        """Up to two wrong transcripts: the closest other one in letters, and these words in another order."""
        own = tuple(words)
        length = sum(map(len, own))
        after = bisect_left(self._by_length, (length, own), key=lambda other: (sum(map(len, other)), other))
        around = self._by_length[after:], reversed(self._by_length[:after])
        other = next((list(found) for found in itertools.chain(*around) if found != own), None)
        mixed = [own[index] for index in self._random.permutation(len(own))]
        return [decoy for decoy in (other, mixed) if decoy is not None and tuple(decoy) != own]
