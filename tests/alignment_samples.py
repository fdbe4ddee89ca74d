"""A small corpus whose word times are known exactly: every phone is a band of noise."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile
from scipy import signal

from awe.alignment.base import AlignmentResult, AlignmentTask
from awe.tables import table_from

RATE_HZ = 16_000
LEXICON = {
    "casa": ["k", "a", "z", "ɐ"],
    "sol": ["s", "ɔ", "l"],
    "pão": ["p", "ɐ̃ʊ̃"],
    "lua": ["l", "u", "ɐ"],
    "mesa": ["m", "e", "z", "ɐ"],
    "azul": ["a", "z", "u", "l"],
    "quem": ["k", "e", "m"],
    "pé": ["p", "ɛ"],
}
PHONES = sorted({phone for phones in LEXICON.values() for phone in phones})


def make_task(folder: Path, speakers: int = 3, utterances: int = 14) -> tuple[AlignmentTask, pd.DataFrame]:
    """Speak a corpus into `folder`; the task and the true times as table `alignment`."""
    random = np.random.default_rng(4)
    rows, truth = [], []
    (folder / "work").mkdir(parents=True)
    for speaker in range(speakers):
        for number in range(utterances):
            words = [str(word) for word in random.choice(list(LEXICON), random.integers(3, 7))]
            utterance_id = f"s{speaker}-{number:02d}"
            samples, times = _speak(words, 1 + 0.1 * speaker, random)
            soundfile.write(folder / f"{utterance_id}.wav", samples, RATE_HZ)
            rows.append(
                utterance_row(utterance_id, f"s{speaker}", f"{utterance_id}.wav", len(samples) / RATE_HZ, words)
            )
            truth += timed_rows(utterance_id, words, times)
    return task_of(folder, rows), table_from("alignment", truth)


def task_of(
    folder: Path, rows: Sequence[Mapping[str, Any]], reference: Sequence[Mapping[str, Any]] = ()
) -> AlignmentTask:
    (folder / "work").mkdir(parents=True, exist_ok=True)
    lexicon = [{"word": word, "phones": phones, "source": "test"} for word, phones in LEXICON.items()]
    return AlignmentTask(
        utterances=table_from("utterances", rows),
        lexicon=table_from("lexicon", lexicon),
        reference=table_from("alignment", reference),
        audio_folder=folder,
        data_root=folder,
        work_folder=folder / "work",
    )


def utterance_row(
    utterance_id: str, speaker_id: str, audio_path: str, duration_s: float, words: Sequence[str], start_s: float = 0.0
) -> dict[str, Any]:
    return {
        "utterance_id": utterance_id,
        "speaker_id": speaker_id,
        "audio_path": audio_path,
        "start_s": start_s,
        "duration_s": duration_s,
        "sample_rate_hz": RATE_HZ,
        "text": " ".join(words),
        "words": list(words),
        "official_split": "",
    }


def timed_rows(utterance_id: str, words: Sequence[str], times: Sequence[tuple[float, float]]) -> list[dict[str, Any]]:
    return [
        {"utterance_id": utterance_id, "position": i, "word": word, "start_s": start, "end_s": end, "aligner": "truth"}
        for i, (word, (start, end)) in enumerate(zip(words, times, strict=True))
    ]


def assert_contract(task: AlignmentTask, result: AlignmentResult) -> None:
    """All in one of the two tables, words in order, times increasing and inside the utterance."""
    assert list(result.alignment.columns) == list(table_from("alignment", []).columns)
    rejected = [row["item_id"] for row in result.rejects]
    assert sorted([*result.alignment["utterance_id"].unique(), *rejected]) == sorted(task.utterances["utterance_id"])
    assert result.versions["aligner"]
    utterances = task.utterances.set_index("utterance_id")
    for utterance_id, words in result.alignment.groupby("utterance_id"):
        row = utterances.loc[utterance_id]
        assert words["word"].tolist() == list(row["words"])
        assert words["position"].tolist() == list(range(len(words)))
        times = words[["start_s", "end_s"]].to_numpy()
        assert (times[:, 0] < times[:, 1]).all()
        assert (times[1:, 0] >= times[:-1, 1]).all()
        assert times[0, 0] >= 0
        assert times[-1, 1] <= row["duration_s"]


def _speak(
    words: Sequence[str], scale: float, random: np.random.Generator
) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Samples, and start and end of each word."""
    pieces = [np.zeros(int(random.integers(2_000, 4_000)))]
    times = []
    for word in words:
        start = sum(map(len, pieces))
        pieces += [_phone(phone, scale, random) for phone in LEXICON[word]]
        times.append((start / RATE_HZ, sum(map(len, pieces)) / RATE_HZ))
        if random.random() < 0.3:
            pieces.append(np.zeros(int(random.integers(2_400, 4_800))))
    pieces.append(np.zeros(3_000))
    clean = np.concatenate(pieces)
    return clean + random.normal(0, 0.002, len(clean)), times


def _phone(phone: str, scale: float, random: np.random.Generator) -> np.ndarray:
    centre_hz = min(300 * 1.25 ** PHONES.index(phone) * scale, 6_500)
    noise = random.normal(0, 1, int(random.integers(900, 2_000)))
    band = signal.butter(2, [centre_hz * 0.8, centre_hz * 1.2], btype="bandpass", fs=RATE_HZ, output="sos")
    samples: np.ndarray = 0.3 * signal.sosfilt(band, noise)
    return samples
