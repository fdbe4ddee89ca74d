"""Utterances by speaker, in groups that fit into memory, and a fair choice of them to train on."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from awe.alignment.hmm_features import Floats, mfcc_with_slopes, normalise_speaker
from awe.audio import AudioError, read_segment
from awe.tables import reject

Row = dict[str, Any]  # of table `utterances`
LONGEST_GROUP_S = 1800.0


def groups_by_speaker(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield utterances of one speaker each, at most `LONGEST_GROUP_S` together, so that memory stays bounded."""
    by_speaker: dict[str, list[Row]] = {}
    for row in rows:
        by_speaker.setdefault(row["speaker_id"], []).append(row)
    for utterances in by_speaker.values():
        group: list[Row] = []
        length_s = 0.0
        for row in utterances:
            if group and length_s + row["duration_s"] > LONGEST_GROUP_S:
                yield group
                group, length_s = [], 0.0
            group.append(row)
            length_s += row["duration_s"]
        yield group


def choose_training(rows: Sequence[Row], training_s: float, seed: int) -> list[Row]:
    """Choose utterances to train on: one of each speaker in turn, in random order, until there is enough speech."""
    if not rows:
        return []
    facts = pd.DataFrame([(row["speaker_id"], row["duration_s"]) for row in rows], columns=["speaker", "duration_s"])
    shuffled = facts.iloc[np.random.default_rng(seed).permutation(len(facts))]
    in_turn = shuffled.loc[shuffled.groupby("speaker").cumcount().sort_values(kind="stable").index]
    spoken_before_s = in_turn["duration_s"].cumsum() - in_turn["duration_s"]
    return [rows[number] for number in sorted(in_turn.index[spoken_before_s < training_s])]


def read_features(
    group: Sequence[Row], audio_folder: Path, shift_s: float, window_s: float, threads: int
) -> tuple[list[Row], list[Floats], list[dict[str, str]]]:
    """Read the utterances of one speaker.

    Returns:
        The rows that could be read, their normalised features with shape `(num_frames, 26)`, and rejects.

    """

    def read(row: Row) -> Floats | AudioError:
        try:
            signal = read_segment(audio_folder / row["audio_path"], row["start_s"], row["duration_s"])
        except AudioError as error:
            return error
        return mfcc_with_slopes(signal, shift_s, window_s)

    rows: list[Row] = []
    features: list[Floats] = []
    rejects = []
    with ThreadPoolExecutor(threads) as pool:
        for row, result in zip(group, pool.map(read, group), strict=True):
            if isinstance(result, AudioError):
                rejects.append(reject("alignment", row["utterance_id"], result.reason, result.detail))
            else:
                rows.append(row)
                features.append(result)
    return rows, normalise_speaker(features) if features else [], rejects
