"""Read and check speech recordings: whatever the file holds, the rest of the package sees 16 kHz mono.

Formats are those of libsndfile (WAV, FLAC, OGG, Opus, MP3, ...) and GlobalPhone's headerless `.adc` and `.adc.shn`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from awe import shorten
from awe.errors import AweError
from awe.files import is_file
from awe.tables import REASONS

SAMPLE_RATE_HZ = 16_000
# Transcribers round times, so a segment may end this much after its file does; it is cut at the file's end.
END_TOLERANCE_S = 0.05


class AudioError(AweError):
    """A recording that cannot be used; `reason` is one of `awe.tables.REASONS`."""

    def __init__(self, reason: str, path: Path, detail: str) -> None:
        if reason not in REASONS:
            raise ValueError(f"{reason!r} is not in awe.tables.REASONS; add it there")
        super().__init__(f"{path}: {detail}; replace the file or remove it from the corpus")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class AudioFacts:
    """What `inspect` found: the rate and channels of the file, the true duration of the segment."""

    sample_rate_hz: int
    num_channels: int
    duration_s: float


def read_segment(path: Path, start_s: float = 0.0, duration_s: float | None = None) -> np.ndarray:
    """Read one utterance as float32 in [-1, 1], mono (mean of the channels), 16 kHz, with shape `(num_samples,)`.

    Only the part asked for is decoded, so many utterances may share one long file. `duration_s` None reads to
    the end of the file.

    Raises:
        AudioError: if the file is missing or damaged, the segment lies outside it or has no samples.

    """
    samples, sample_rate_hz = _decode(path, start_s, duration_s)
    mono = _mono(samples)
    if sample_rate_hz == SAMPLE_RATE_HZ:
        return mono
    resampled: np.ndarray = soxr.resample(mono, sample_rate_hz, SAMPLE_RATE_HZ, quality="HQ")
    return resampled.astype(np.float32, copy=False)


def inspect(
    path: Path,
    start_s: float = 0.0,
    duration_s: float | None = None,
    *,
    min_sample_rate_hz: int = 8_000,
    min_duration_s: float = 0.0,
    max_duration_s: float = float("inf"),
    min_peak_dbfs: float = -60.0,
) -> AudioFacts:
    """Decode one utterance and check it: rate, length, samples that are numbers, and that it is not silent.

    An utterance is silent if its largest deviation from its own mean (so that a constant offset does not count)
    stays below `min_peak_dbfs` decibels relative to full scale.

    Raises:
        AudioError: at the first check that fails, with its `reason`.

    """
    if duration_s is not None and duration_s > max_duration_s:
        raise AudioError("audio_too_long", path, f"{duration_s:.2f} s is longer than {max_duration_s} s")
    samples, sample_rate_hz = _decode(path, start_s, duration_s, max_duration_s)
    facts = AudioFacts(sample_rate_hz, samples.shape[1], len(samples) / sample_rate_hz)
    if sample_rate_hz < min_sample_rate_hz:
        raise AudioError("sample_rate_too_low", path, f"{sample_rate_hz} Hz is below {min_sample_rate_hz} Hz")
    if facts.duration_s < min_duration_s:
        raise AudioError("audio_too_short", path, f"{facts.duration_s:.3f} s is shorter than {min_duration_s} s")
    mono = _mono(samples)
    if np.abs(mono - mono.mean()).max() < 10 ** (min_peak_dbfs / 20):
        raise AudioError("audio_silent", path, f"nothing is louder than {min_peak_dbfs} dBFS")
    return facts


def _decode(
    path: Path, start_s: float, duration_s: float | None, max_duration_s: float = float("inf")
) -> tuple[np.ndarray, int]:
    """Return the segment's float32 samples, shape `(num_samples, num_channels)`, and the file's sample rate."""
    if not is_file(path):
        raise AudioError("audio_missing", path, "there is no such audio file")
    if path.stat().st_size == 0:
        raise AudioError("audio_empty", path, "the file has no bytes")
    try:
        with _open(path) as file:
            sample_rate_hz = int(file.samplerate)
            first, count = _frames(path, file.frames, sample_rate_hz, start_s, duration_s)
            if count > max_duration_s * sample_rate_hz:
                detail = f"{count / sample_rate_hz:.2f} s is longer than {max_duration_s} s"
                raise AudioError("audio_too_long", path, detail)
            file.seek(first)
            samples: np.ndarray = file.read(count, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
        # of an MP3 that is none, libsndfile says that it does not exist
        problem = f"no {path.suffix} file inside" if "File does not exist" in str(error) else str(error)
        raise AudioError("audio_unreadable", path, f"cannot be decoded ({problem})") from None
    if len(samples) < count:
        raise AudioError("audio_unreadable", path, f"truncated: {len(samples)} of {count} samples are there")
    if not np.isfinite(samples).all():
        raise AudioError("audio_unreadable", path, "some samples are not finite numbers")
    return samples, sample_rate_hz


def _mono(samples: np.ndarray) -> np.ndarray:
    """Mean of the channels: (num_samples, num_channels) -> (num_samples,), float32."""
    mono: np.ndarray = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float32)
    return mono


def _open(path: Path) -> soundfile.SoundFile:
    # GlobalPhone's recordings have no header: 16 kHz, one channel, 16-bit little-endian
    raw = {"samplerate": 16_000, "channels": 1, "subtype": "PCM_16", "endian": "LITTLE", "format": "RAW"}
    if path.suffix == ".shn":
        return soundfile.SoundFile(shorten.decode(path), **raw)
    if path.suffix == ".adc":
        return soundfile.SoundFile(path, **raw)
    return soundfile.SoundFile(path)


def _frames(
    path: Path, num_frames: int, sample_rate_hz: int, start_s: float, duration_s: float | None
) -> tuple[int, int]:
    """Turn times into the first frame and the number of frames, within the file."""
    if num_frames == 0:
        raise AudioError("audio_empty", path, "the file has no samples")
    first = round(start_s * sample_rate_hz)
    last = num_frames if duration_s is None else round((start_s + duration_s) * sample_rate_hz)
    if not 0 <= first < num_frames or last > num_frames + END_TOLERANCE_S * sample_rate_hz:
        wanted = f"{start_s:.3f} s to {'its end' if duration_s is None else f'{start_s + duration_s:.3f} s'}"
        raise AudioError(
            "segment_outside_audio", path, f"{wanted} is asked of {num_frames / sample_rate_hz:.3f} s of audio"
        )
    if last <= first:
        raise AudioError("audio_empty", path, f"the segment at {start_s:.3f} s has no samples")
    return first, min(last, num_frames) - first
