"""Log-Mel filterbank energies: the 39 dimensions of the authors' released code.

They are also the nearest reading of the "39-dimensional Mel-frequency spectral coefficients" of the paper's section 4.1; see
`mfcc` for the other one. The authors' code reads them from files and does not say how they were computed.
"""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from awe import options

if TYPE_CHECKING:
    import numpy as np


class Options(options.Options):
    """39 filters, 25 ms windows every 10 ms."""

    num_filters: int = Field(default=39, ge=2, description="triangular filters on the mel scale")
    window_s: float = Field(
        default=0.025, ge=0.005, le=0.2, description="length of the window that a frame is computed from"
    )
    step_s: float = Field(default=0.010, ge=0.001, le=0.1, description="from the start of one window to the next")
    window: Literal["rectangular", "hamming"] = Field(
        default="rectangular", description="how the samples of a window are weighted; for MFCCs it is `hamming`"
    )


def extract(samples: "np.ndarray", sample_rate_hz: int, options: Options) -> "np.ndarray":
    """Compute the log-Mel energies of one utterance.

    Args:
        samples: shape (num_samples,), full scale 1.
        sample_rate_hz: sampling rate.
        options: number of filters, windows.

    Returns:
        shape (num_frames, num_filters), float32; frame i starts at i * step_s.

    """
    import numpy as np
    from python_speech_features import fbank

    window = round(options.window_s * sample_rate_hz)
    energies, _ = fbank(
        samples,
        sample_rate_hz,
        winlen=options.window_s,
        winstep=options.step_s,
        nfilt=options.num_filters,
        nfft=1 << (window - 1).bit_length(),
        winfunc=np.hamming if options.window == "hamming" else np.ones,
    )
    logarithms: np.ndarray = np.log(energies).astype(np.float32)
    return logarithms
