"""Single words in their surroundings: spectrogram, boundaries and sound, ready for a web page."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from awe.audio import AudioError, read_segment
from awe.report.clips import encode

AROUND_S = 0.5  # shown before and after the word
WINDOW = 256  # samples of the spectrogram's window, 16 ms
HOP = 64  # 4 ms
RANGE_DB = 60.0  # from black to white, at most
BACKGROUND = 40  # percentile of the picture that is white, so that noise does not make all of it grey


@dataclass(frozen=True)
class Sample:
    """A word with what is around it.

    Attributes:
        word: row of the words of `awe.report.alignment_quality`.
        duration_s: of the part shown.
        boundaries: label, start and end of each word in that part, in seconds from its start, cut at its ends.
        chosen: place of the word itself among them.
        spectrogram: PNG as a data address.
        sound: OGG/Opus as a data address.

    """

    word: "pd.Series[Any]"
    duration_s: float
    boundaries: list[tuple[str, float, float]]
    chosen: int
    spectrogram: str
    sound: str


def take_samples(
    chosen: pd.DataFrame, words: pd.DataFrame, utterances: pd.DataFrame, audio_folder: Path, count: int
) -> list[Sample]:
    """Cut out the first `count` of the chosen words whose recordings are there, at most one of each word type and utterance."""
    places = utterances.set_index("utterance_id")[["audio_path", "start_s", "duration_s"]]
    samples: list[Sample] = []
    for _, word in chosen.drop_duplicates("word").drop_duplicates("utterance_id").iterrows():
        if len(samples) == count:
            break
        place = places.loc[word["utterance_id"]]
        first = max(0.0, float(word["start_s"]) - AROUND_S)
        duration_s = min(float(place["duration_s"]), float(word["end_s"]) + AROUND_S) - first
        try:
            path = audio_folder / str(place["audio_path"])
            signal = read_segment(path, float(place["start_s"]) + first, duration_s)
        except AudioError:
            continue
        around = words[(words["utterance_id"] == word["utterance_id"])].sort_values("position")
        around = around[(around["end_s"] > first) & (around["start_s"] < first + duration_s)]
        starts, ends = (
            around["start_s"].clip(lower=first) - first,
            around["end_s"].clip(upper=first + duration_s) - first,
        )
        boundaries = list(zip(around["word"], starts.tolist(), ends.tolist(), strict=True))
        number = int((around["position"] < word["position"]).sum())
        sound = f"data:audio/ogg;base64,{encode(signal)}"
        samples.append(Sample(word, duration_s, boundaries, number, _picture(signal), sound))
    return samples


def spectrogram_db(signal: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Power in decibels below the loudest point, shape `(frequencies, frames)`, the lowest frequency first."""
    padded = np.pad(np.append(signal[0], signal[1:] - 0.97 * signal[:-1]), WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), axis=1)) ** 2
    decibels: npt.NDArray[np.float64] = 10 * np.log10(power.T + 1e-10)
    relative: npt.NDArray[np.float64] = decibels - decibels.max()
    return relative


def _picture(signal: npt.NDArray[np.float32]) -> str:
    """Dark where there is energy, low frequencies at the bottom, as phoneticians draw it."""
    from PIL import Image

    decibels = spectrogram_db(signal)[::-1]
    white = max(-RANGE_DB, float(np.percentile(decibels, BACKGROUND)))
    grey = np.clip(decibels / min(white, -1.0), 0, 1) * 255
    buffer = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(buffer, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def typical(words: pd.DataFrame, count: int, seed: int = 1) -> pd.DataFrame:
    """Draw words without a verdict, of at least three phones, to compare the worst with."""
    usual = words[(words["verdict"] == "") & (words["num_phones"] >= 3)]
    return usual.sample(min(len(usual), count), random_state=seed)
