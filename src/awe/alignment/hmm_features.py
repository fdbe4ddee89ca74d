"""Features for the embedded aligner: MFCCs with differences, normalised per speaker."""

import math

import numpy as np
import numpy.typing as npt

from awe.audio import SAMPLE_RATE_HZ

Array = npt.NDArray[np.float32]
NUM_CEPSTRA = 13


def mfcc_with_differences(signal: Array, shift_s: float, window_s: float) -> Array:
    """Compute 13 MFCCs (log energy first), their first and second differences.

    Frame i is centred on the stretch [i, i + 1) * shift_s that it stands for, so that a boundary between the
    frames i - 1 and i lies at i * shift_s, whatever the window. (Window-aligned frames would put every boundary
    half a window off.) Differences are taken over +-20 ms whatever the shift.

    Args:
        signal: mono audio with shape `(num_samples,)`.
        shift_s: time between frames.
        window_s: length of the analysis window.

    Returns:
        Array with shape `(num_frames, 39)`; `num_frames * shift_s` is at most the signal's duration.

    """
    from python_speech_features import delta, mfcc

    shift, window = round(shift_s * SAMPLE_RATE_HZ), round(window_s * SAMPLE_RATE_HZ)
    num_frames = len(signal) // shift
    if num_frames == 0:
        return np.zeros((0, 3 * NUM_CEPSTRA), np.float32)
    margin = (window - shift) // 2
    padded = np.pad(signal, (margin, margin), mode="reflect" if len(signal) > margin else "edge")
    # a whisper of noise, always the same, keeps digital silence from becoming minus infinity
    dither = np.random.default_rng(0).standard_normal(len(padded), dtype=np.float32) * 1e-4
    static = mfcc(
        padded + dither,
        samplerate=SAMPLE_RATE_HZ,
        winlen=window_s,
        winstep=shift_s,
        numcep=NUM_CEPSTRA,
        nfft=2 ** math.ceil(math.log2(window)),
        winfunc=np.hamming,
    )[:num_frames]
    spacing = max(1, round(0.01 / shift_s))
    first = _spaced_difference(static, spacing)
    second = _spaced_difference(first, spacing)
    return np.hstack([static, first, second]).astype(np.float32)


def normalise_speaker(features: list[Array]) -> list[Array]:
    """Give all frames of one speaker together mean 0 and variance 1 in each dimension.

    Args:
        features: one array with shape `(num_frames, dimension)` per utterance of the speaker.

    """
    frames = np.vstack(features)
    if not len(frames):
        return features
    mean, deviation = frames.mean(0), frames.std(0).clip(min=1e-3)
    return [(utterance - mean) / deviation for utterance in features]


def _spaced_difference(frames: npt.NDArray[np.float64], spacing: int) -> npt.NDArray[np.float64]:
    """Regression slope over the frames at -2, -1, 1 and 2 times `spacing`, edges repeated."""
    padded = np.pad(frames, ((2 * spacing, 2 * spacing), (0, 0)), mode="edge")
    num = len(frames)
    near = padded[3 * spacing : 3 * spacing + num] - padded[spacing : spacing + num]
    far = padded[4 * spacing : 4 * spacing + num] - padded[:num]
    return (near + 2 * far) / 10
