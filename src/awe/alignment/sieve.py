"""Keep wrong transcripts out of training and of the adaptation to speakers."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from awe.alignment.acoustic_model import Utterance, best_fitting_paths
from awe.alignment.mixtures import Mixtures
from awe.alignment.plausibility import fit_threshold

FEWEST_TO_COMPARE = 5  # utterances of a speaker whose median says something


class Sieve:
    """Tells which training utterances fit their transcripts, ever better as the mixtures get better."""

    def __init__(self, speakers: Sequence[str], decoys: Sequence[Utterance], pause_length: int) -> None:
        """Take the speaker of each utterance and utterances with wrong transcripts."""
        self.threshold = -np.inf
        self._speakers, self._decoys, self._pause_length = np.asarray(speakers), decoys, pause_length

    def __call__(self, mixtures: Mixtures, fits: Sequence[float]) -> list[bool]:
        """Judge the utterances by their fits under some mixtures."""
        own = np.asarray(fits)
        wrong = [path.fit for path in best_fitting_paths(self._decoys, mixtures, self._pause_length)]
        self.threshold = fit_threshold(own, wrong)
        kept = np.zeros(len(own), bool)
        for speaker in np.unique(self._speakers):
            chosen = self._speakers == speaker
            kept[chosen] = fitting_of_speaker(own[chosen], self.threshold)
        return kept.tolist()


def fitting_of_speaker(fits: npt.NDArray[np.float64], threshold: float) -> npt.NDArray[np.bool_]:
    """Tell which utterances of one speaker may be learnt from: at least the better half.

    A speaker unlike all others fits badly before the models know the voice; the better half then teaches it to them.

    Args:
        fits: of the speaker's utterances, shape `(N,)`.
        threshold: of the fit, over all speakers.

    """
    if len(fits) < FEWEST_TO_COMPARE:
        return fits >= threshold
    return fits >= min(threshold, float(np.median(fits)))
