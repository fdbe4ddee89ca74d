"""Where the fit of right transcripts ends and that of wrong ones begins, learnt from transcripts known to be wrong."""

import itertools
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# normal quantiles of the rates aimed at: 1 % of the right transcripts rejected, 5 % of the wrong ones kept
RIGHT_QUANTILE, WRONG_QUANTILE = 2.326, 1.645
QUARTILE = 0.674  # of the normal distribution


def fit_threshold(own: npt.ArrayLike, decoys: npt.ArrayLike) -> float:
    """Fit below which a transcript is taken to be wrong.

    The threshold divides the distance between the two medians in proportion to the margin each side needs for its
    rate. Medians and quartiles keep it in place when a good part of the given transcripts is wrong itself.

    Args:
        own: fits of utterances with the transcripts given.
        decoys: fits of utterances with transcripts that are not theirs.

    Returns:
        The threshold, between the two medians; minus infinity if there are no decoys or they fit no worse.

    """
    right, wrong = np.asarray(own, float), np.asarray(decoys, float)
    if not right.size or not wrong.size:
        return -np.inf
    lower_quartile, right_median = np.quantile(right, [0.25, 0.5])
    wrong_median, upper_quartile = np.quantile(wrong, [0.5, 0.75])
    if not wrong_median < right_median:
        return -np.inf
    right_margin = RIGHT_QUANTILE * max((right_median - lower_quartile) / QUARTILE, 1e-6)
    wrong_margin = WRONG_QUANTILE * max((upper_quartile - wrong_median) / QUARTILE, 1e-6)
    share = right_margin / (right_margin + wrong_margin)
    return float(right_median - share * (right_median - wrong_median))


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
