"""Features for the embedded aligner: MFCCs with sharp time resolution, normalised per speaker."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from python_speech_features import mfcc

from awe.audio import SAMPLE_RATE_HZ

Floats = npt.NDArray[np.float32]
NUM_CEPSTRA = 13
DITHER = 1e-4  # of full scale; keeps digital silence from becoming minus infinity
SMALLEST_DEVIATION = 1e-3


def mfcc_with_slopes(signal: Floats, shift_s: float, window_s: float) -> Floats:
    """Compute 13 MFCCs (log energy first) and their slopes over two frames on either side.

    Frame i is centred on the stretch from i * shift_s to (i + 1) * shift_s that it stands for, so that a boundary
    between the frames i - 1 and i lies at i * shift_s, whatever the window. Windows that start where their stretch
    starts would put every boundary half a window off. Wide windows and slopes smear a word's edge into the pause
    beside it, which moves boundaries outwards by tens of milliseconds; second differences are left out therefore.

    Args:
        signal: mono audio at 16 kHz with shape `(num_samples,)`.
        shift_s: time between frames.
        window_s: length of the analysis window.

    Returns:
        Array with shape `(num_frames, 26)`, where `num_frames * shift_s` is at most the signal's duration.

    """
    shift, window = round(shift_s * SAMPLE_RATE_HZ), round(window_s * SAMPLE_RATE_HZ)
    num_frames = len(signal) // shift
    if num_frames == 0:
        return np.zeros((0, 2 * NUM_CEPSTRA), np.float32)
    margin = (window - shift) // 2
    padded = np.pad(signal, margin, mode="reflect" if len(signal) > margin else "edge")
    dither = DITHER * np.random.default_rng(0).standard_normal(len(padded), dtype=np.float32)
    cepstra = mfcc(
        padded + dither,
        samplerate=SAMPLE_RATE_HZ,
        winlen=window_s,
        winstep=shift_s,
        numcep=NUM_CEPSTRA,
        nfft=2 ** math.ceil(math.log2(window)),
        winfunc=np.hamming,
    )[:num_frames]
    edged = np.pad(cepstra, ((2, 2), (0, 0)), mode="edge")
    slopes = (edged[3:-1] - edged[1:-3] + 2 * (edged[4:] - edged[:-4])) / 10
    return np.hstack([cepstra, slopes]).astype(np.float32)


def normalise_speaker(features: Sequence[Floats]) -> list[Floats]:
    """Give all frames of one speaker together mean 0 and variance 1 in each dimension.

    Args:
        features: one array with shape `(num_frames, dimension)` per utterance of the speaker.

    """
    frames = np.concatenate(features)
    if not len(frames):
        return list(features)
    mean, deviation = frames.mean(0), frames.std(0).clip(min=SMALLEST_DEVIATION)
    return [(utterance - mean) / deviation for utterance in features]
