"""Where the fit of right transcripts ends and that of wrong ones begins, learnt from transcripts known to be wrong."""

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


def decoy_transcripts(transcripts: Sequence[Sequence[str]], seed: int) -> list[list[str] | None]:
    """Give each utterance a wrong transcript of about the right length.

    In turn the words of another utterance, the closest in letters, and its own words in another order.
    None where no different transcript can be made.
    """
    random = np.random.default_rng(seed)
    by_length = sorted(range(len(transcripts)), key=lambda number: sum(map(len, transcripts[number])))
    decoys: list[list[str] | None] = [None] * len(transcripts)
    for rank, number in enumerate(by_length):
        words = list(transcripts[number])
        others = by_length[rank + 1 :] + by_length[:rank][::-1]
        other = next((list(transcripts[one]) for one in others if list(transcripts[one]) != words), None)
        mixed = [words[index] for index in random.permutation(len(words))]
        in_turn = (other, mixed) if rank % 2 == 0 else (mixed, other)
        decoys[number] = next((decoy for decoy in in_turn if decoy is not None and decoy != words), None)
    return decoys
