"""What lies between mouth and file: a mild filter, loudness, background noise."""

import numpy as np
from scipy import signal

from awe.synthesis.speakers import Speaker


def transmit(samples: np.ndarray, sample_rate_hz: int, speaker: Speaker, snr_db: float, seed: list[int]) -> np.ndarray:
    """Filter, scale and add noise.

    Args:
        samples: clean speech, shape (num_samples,), full scale 1.
        sample_rate_hz: sampling rate.
        speaker: gives the channel and the loudness.
        snr_db: ratio of the power of the whole utterance, pauses included, to that of the noise.
        seed: seed of the noise.

    Returns:
        shape (num_samples,), float32, within -1 to 1.

    """
    tilted = signal.lfilter([1.0, speaker.tilt], [1.0], samples)
    edges = [speaker.low_edge_hz, min(speaker.high_edge_hz, 0.49 * sample_rate_hz)]
    band = signal.butter(1, edges, btype="bandpass", fs=sample_rate_hz, output="sos")
    filtered = signal.sosfilt(band, tilted)
    level = np.sqrt(np.mean(filtered**2)) + 1e-9
    noise = _pinkish_noise(len(samples), seed)
    noisy = filtered / level + noise * 10 ** (-snr_db / 20)
    loud: np.ndarray = noisy * 0.08 * 10 ** (speaker.gain_db / 20)
    return loud.clip(-1, 1).astype(np.float32)


def _pinkish_noise(num_samples: int, seed: list[int]) -> np.ndarray:
    """Noise of unit power whose spectrum falls with frequency, as in rooms. Shape (num_samples,)."""
    white = np.random.default_rng(seed).standard_normal(num_samples)
    pinkish = signal.lfilter([1.0], [1.0, -0.7], white)
    unit: np.ndarray = pinkish / (np.sqrt(np.mean(pinkish**2)) + 1e-9)
    return unit
