"""The embedded aligner: monophone hidden Markov models, trained on the corpus itself; needs nothing but this package."""

from pydantic import Field

from awe import options
from awe.alignment.base import AlignmentResult, AlignmentTask


class Options(options.Options):
    """Options of the embedded aligner."""

    shift_s: float = Field(default=0.005, ge=0.001, le=0.01, description="time between frames: the resolution")
    window_s: float = Field(default=0.015, ge=0.01, le=0.05, description="length of the analysis window")
    shortest_pause_s: float = Field(default=0.1, gt=0, le=0.5, description="shorter silences belong to the words")
    rounds: tuple[int, ...] = Field(
        default=(6, 3, 3), min_length=1, max_length=6, description="training rounds with 1, 2, 4, ... Gaussians a state"
    )
    training_s: float = Field(default=1200.0, gt=0, description="speech to train on, drawn from all speakers alike")
    adaptation_frames: float = Field(
        default=50.0,
        gt=0,
        description="frames of a speaker that weigh as much as all others in adapting to the speaker",
    )
    reject_implausible: bool = Field(default=True, description="reject utterances that do not fit their transcripts")


def align(task: AlignmentTask, options: Options) -> AlignmentResult:
    """Train on the corpus and align all of it.

    Flat start, Viterbi re-estimation, Gaussian mixtures with diagonal covariances for three states a phone, optional
    pauses at both ends and between words (Young et al., The HTK Book, chapters 3 and 8). Features are normalised and
    means adapted per speaker. Utterances are rejected if a word has no pronunciation, if they are too short for their
    phones, or if they fit their transcripts no better than wrong transcripts fit.
    """
    from awe.alignment.embedded import align_corpus

    return align_corpus(task, options)
