"""Mel-frequency cepstral coefficients with first and second differences: 39 dimensions.

The paper (section 4.1) says "39-dimensional Mel-frequency spectral coefficients of 25ms frames with 10ms overlap". Taken
literally that is a spectrum, and the authors' released code computes 39 log-Mel energies (`fbank`). This module is the other
reading: 39 dimensions are usually 13 cepstral coefficients with two orders of differences. The 10 ms are read as the step,
as in the authors' code (100 frames a second); frames of 25 ms that overlap by 10 ms would be 15 ms apart.
"""

from typing import TYPE_CHECKING

from pydantic import Field

from awe import options

if TYPE_CHECKING:
    import numpy as np


class Options(options.Options):
    """13 coefficients, 25 ms windows every 10 ms, deltas and delta-deltas over two frames on each side."""

    num_cepstra: int = Field(default=13, ge=1, description="cepstral coefficients of a frame, without the deltas")
    num_filters: int = Field(default=26, ge=2, description="triangular filters on the mel scale")
    window_s: float = Field(
        default=0.025, ge=0.005, le=0.2, description="length of the window that a frame is computed from"
    )
    step_s: float = Field(default=0.010, ge=0.001, le=0.1, description="from the start of one window to the next")
    deltas: int = Field(default=2, ge=0, le=2, description="how many orders of deltas")
    delta_frames: int = Field(default=2, ge=1, description="frames on each side that a delta is computed from")


def extract(samples: "np.ndarray", sample_rate_hz: int, options: Options) -> "np.ndarray":
    """Compute the MFCCs of one utterance.

    Args:
        samples: shape (num_samples,), full scale 1.
        sample_rate_hz: sampling rate.
        options: number of coefficients, windows, deltas.

    Returns:
        shape (num_frames, num_cepstra * (1 + deltas)), float32; frame i starts at i * step_s.

    """
    import numpy as np
    from python_speech_features import mfcc

    from awe.features.deltas import add_deltas

    window = round(options.window_s * sample_rate_hz)
    static = mfcc(
        samples,
        sample_rate_hz,
        winlen=options.window_s,
        winstep=options.step_s,
        numcep=options.num_cepstra,
        nfilt=options.num_filters,
        nfft=1 << (window - 1).bit_length(),
        winfunc=np.hamming,
    )
    return add_deltas(static, options.deltas, options.delta_frames).astype(np.float32)
