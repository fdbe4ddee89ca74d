"""How well a transcript fits: the number by which right and wrong transcripts are told apart."""

import numpy as np

from awe.alignment.chains import PAUSE, STATES_PER_PHONE, Chain
from awe.alignment.viterbi import Floats, Integers

HURRIED_FRAMES = STATES_PER_PHONE + 1  # of a phone that is as good as passed over
HURRY_WEIGHT = 4.0  # in log density per frame


def fit_of(own: Floats, best: Floats, best_states: Integers, chain: Chain, places: Integers) -> float:
    """Fit of an utterance's path through the chain of its transcript; 0 at best, minus infinity without a path.

    Two things betray a wrong transcript. Frames are less likely in its states than in the best of all states: the mean
    difference of the log densities counts, over the frames that either of the two takes for speech. And many of its
    phones, which are not in the audio, are passed in as few frames as they have states: from the mean, four
    times their share of all phones is taken away.

    Args:
        own: log density of each frame in its state of the path, shape `(num_frames,)`.
        best: in the best of all states.
        best_states: those states.
        chain: of the transcript.
        places: of the path in the chain, shape `(num_frames,)`; empty where there is none.

    """
    if not len(places):
        return -np.inf
    is_phone = chain.states != PAUSE
    speech = is_phone[places] | (best_states != PAUSE)
    lengths = np.bincount(places, minlength=len(is_phone))[is_phone].reshape(-1, STATES_PER_PHONE).sum(1)
    likeness = float((own - best)[speech].mean()) if speech.any() else 0.0
    return likeness - HURRY_WEIGHT * float((lengths <= HURRIED_FRAMES).mean())
