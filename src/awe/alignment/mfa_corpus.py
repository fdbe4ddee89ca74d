"""What MFA reads and writes: a checked corpus under safe names, a dictionary, and TextGrids."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile

from awe.alignment.checks import Row
from awe.alignment.formats import textgrid
from awe.alignment.takeover import fit_into, words_to_rows
from awe.audio import SAMPLE_RATE_HZ, AudioError, read_segment
from awe.progress import track
from awe.tables import reject

SHORTEST_S = 0.1  # MFA silently drops what is shorter
SILENT_PEAK = 1e-4  # digital silence can make good files of its speaker fail
FRAME_S = 0.01  # MFA rounds word times to its frames
UNKNOWN_PHONE = "spn"  # stands in the tier of phones under a word without pronunciation
Rejects = list[dict[str, str]]


def write_corpus(rows: Sequence[Row], audio_folder: Path, corpus: Path) -> tuple[dict[Path, Row], Rejects]:
    """Write `speaker/utterance.wav` and `.lab` under safe names.

    Returns:
        The utterance behind each file, as path without suffix relative to the corpus; rejects for what MFA would
        stumble over.

    """
    speakers = {
        speaker: f"s{number:06d}" for number, speaker in enumerate(dict.fromkeys(r["speaker_id"] for r in rows))
    }
    written: dict[Path, Row] = {}
    rejects: Rejects = []
    for number, row in enumerate(track(rows, "writing for MFA", len(rows))):
        try:
            signal = read_segment(audio_folder / row["audio_path"], row["start_s"], row["duration_s"])
            _check(signal, audio_folder / row["audio_path"])
        except AudioError as error:
            rejects.append(reject("alignment", row["utterance_id"], error.reason, error.detail))
            continue
        name = Path(speakers[row["speaker_id"]], f"u{number:08d}")
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path.with_suffix(".wav"), signal, SAMPLE_RATE_HZ, subtype="PCM_16")
        path.with_suffix(".lab").write_text(" ".join(row["words"]) + "\n", encoding="utf-8")
        written[name] = row
    return written, rejects


def _check(signal: np.ndarray, path: Path) -> None:
    if len(signal) < SHORTEST_S * SAMPLE_RATE_HZ:
        raise AudioError("audio_too_short", path, f"MFA needs at least {SHORTEST_S} s")
    if np.abs(signal).max() < SILENT_PEAK:
        raise AudioError("audio_silent", path, "the samples are all but zero")


def write_dictionary(lexicon: Mapping[str, Sequence[str]], path: Path) -> None:
    """Write `word<tab>phones`; a word without phones, which would stop MFA, is left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{word}\t{' '.join(phones)}\n" for word, phones in sorted(lexicon.items()) if phones]
    path.write_text("".join(lines), encoding="utf-8")


def read_outputs(written: Mapping[Path, Row], outputs: Path) -> tuple[list[Row], Rejects]:
    """Read the TextGrid of each file written; whatever has none, or another utterance's words, is rejected.

    Returns:
        Rows of table `alignment`, and rejects.

    """
    aligned: list[Row] = []
    rejects: Rejects = []
    for name, row in written.items():
        path = (outputs / name).with_suffix(".TextGrid")
        times, reason, detail = _read_one(path, row) if path.is_file() else ([], "alignment_failed", "MFA left it out")
        if times:
            aligned += words_to_rows(row, times, "mfa")
        else:
            rejects.append(reject("alignment", row["utterance_id"], reason, detail))
    return aligned, rejects


def _read_one(path: Path, row: Row) -> tuple[list[tuple[float, float]], str, str]:
    """Return the words' times; or none, the reason and what is wrong."""
    try:
        [words] = textgrid.read(path, "words").values()
        [phones] = textgrid.read(path, "phones").values()
    except ValueError as error:
        return [], "alignment_failed", str(error)
    unknown_at = [phone.start_s for phone in phones if phone.word == UNKNOWN_PHONE]
    unknown = [
        word.word
        for word in words
        if any(word.end_s is not None and word.start_s <= time < word.end_s for time in unknown_at)
    ]
    if unknown:
        return [], "word_without_pronunciation", f"MFA knows no pronunciation of {', '.join(unknown)}"
    times, problem = fit_into(row, words, FRAME_S)
    return times, "alignment_mismatch", problem
