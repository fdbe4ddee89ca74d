"""Short recordings to put into a web page."""

import base64
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from awe.audio import SAMPLE_RATE_HZ, AudioError, read_segment


def encode_clips(tokens: pd.DataFrame, utterances: pd.DataFrame, audio_folder: Path) -> list[str | None]:
    """Cut every token from its recording and encode it as OGG/Opus in base64; None where the recording is gone.

    Args:
        tokens: rows of table `tokens`.
        utterances: table `utterances`.
        audio_folder: what `audio_path` is relative to.

    """
    places = utterances.set_index("utterance_id")[["audio_path", "start_s"]]
    clips: list[str | None] = []
    for token in tokens.to_dict("records"):
        place = places.loc[token["utterance_id"]]
        start, duration = float(place["start_s"]) + token["start_s"], token["end_s"] - token["start_s"]
        try:
            samples = read_segment(audio_folder / str(place["audio_path"]), start, duration)
        except AudioError:
            clips.append(None)
            continue
        clips.append(encode(samples))
    return clips


def encode(samples: npt.NDArray[np.float32]) -> str:
    """Encode samples as OGG/Opus in base64."""
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, samples, SAMPLE_RATE_HZ, format="OGG", subtype="OPUS")
    return base64.b64encode(buffer.getvalue()).decode()
