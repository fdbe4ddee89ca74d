"""The features of one shard: whole speakers, each utterance computed once and cut into its tokens."""

from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np
import pandas as pd
import pyarrow as pa

from awe.features.normalise import moments, standardise
from awe.features.options import FeatureOptions
from awe.options import check_options
from awe.tables import SCHEMAS

ReadAudio = Callable[[str, float, float], np.ndarray]


def speakers_of_shard(tokens: pd.DataFrame, shard: int, shards: int) -> list[str]:
    """Speakers of one shard: all speakers by falling number of tokens, each dealt to the emptiest shard."""
    filled = [0] * shards
    mine = []
    counts = tokens.groupby("speaker_id").size()
    for speaker, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))):
        emptiest = filled.index(min(filled))
        filled[emptiest] += int(count)
        if emptiest == shard:
            mine.append(str(speaker))
    return sorted(mine)


def cut(frames: np.ndarray, start_s: float, end_s: float, step_s: float) -> np.ndarray:
    """Frames of one token, shape (num_token_frames, num_coefficients), at least one frame.

    Frames are taken from `int(start / step)` up to `int(end / step)`, as the authors' code does.
    """
    # half a microsecond keeps 0.57 / 0.01 = 56.999... at frame 57
    first = int((start_s + 5e-7) / step_s)
    last = int((end_s + 5e-7) / step_s)
    first = min(first, len(frames) - 1)
    return frames[first : max(last, first + 1)]


def featurise(
    tokens: pd.DataFrame,
    utterances: pd.DataFrame,
    read_audio: ReadAudio,
    sample_rate_hz: int,
    kind: ModuleType,
    options: FeatureOptions,
) -> Iterator[tuple[list[str], list[np.ndarray]]]:
    """Compute the features of the given tokens, speaker by speaker.

    Args:
        tokens: rows of table `tokens`, whole speakers.
        utterances: table `utterances`.
        read_audio: returns samples, shape (num_samples,), for audio path, start and duration in seconds.
        sample_rate_hz: rate of these samples.
        kind: module of `awe.features` with `Options` and `extract`.
        options: normalisation and the kind's own options.

    Yields:
        for each speaker the token ids and their features, each of shape (num_frames, num_coefficients), float32.

    """
    kind_options = check_options(kind.Options, options.options, "features.options")
    columns = [utterances[name].tolist() for name in ("utterance_id", "audio_path", "start_s", "duration_s")]
    places = {key: (path, start_s, duration_s) for key, path, start_s, duration_s in zip(*columns, strict=True)}
    for _, of_speaker in tokens.groupby("speaker_id", sort=True):
        ids: list[str] = []
        pieces: list[np.ndarray] = []
        whole: list[np.ndarray] = []
        for utterance_id, of_utterance in of_speaker.groupby("utterance_id", sort=True):
            samples = read_audio(*places[str(utterance_id)])
            frames = kind.extract(samples, sample_rate_hz, kind_options)
            whole.append(frames)
            ids += of_utterance["token_id"].tolist()
            times = zip(of_utterance["start_s"].tolist(), of_utterance["end_s"].tolist(), strict=True)
            pieces += [cut(frames, start_s, end_s, kind_options.step_s) for start_s, end_s in times]
        if options.normalisation == "speaker":
            mean, deviation = moments(whole)
            pieces = [standardise(piece, mean, deviation) for piece in pieces]
        elif options.normalisation == "token":
            pieces = [standardise(piece, *moments([piece])) for piece in pieces]
        yield ids, pieces


def to_arrow(ids: list[str], pieces: list[np.ndarray]) -> pa.Table:
    """Make table `features` from token ids and features of shape (num_frames, num_coefficients)."""
    num_frames = np.array([len(piece) for piece in pieces], dtype=np.int32)
    sizes = np.array([piece.size for piece in pieces], dtype=np.int32)
    offsets = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int32)
    flat = np.concatenate([piece.ravel() for piece in pieces]) if pieces else np.empty(0, np.float32)
    features = pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat, pa.float32()))
    return pa.Table.from_arrays(
        [pa.array(ids, pa.string()), pa.array(num_frames), features], schema=SCHEMAS["features"]
    )
