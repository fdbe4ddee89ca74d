"""Plan and speak the embedded corpus: one FLAC file a speaker and a manifest with the true word times."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from awe.audio import SAMPLE_RATE_HZ
from awe.errors import ConfigError
from awe.synthesis import espeak
from awe.synthesis.channel import transmit
from awe.synthesis.options import OfficialSplits, SynthesisOptions
from awe.synthesis.prose import Sentence
from awe.synthesis.speakers import Speaker, make_speakers

# eSpeak keeps state from one sentence to the next, so each speaker gets a process that has spoken nothing before
_FRESH = multiprocessing.get_context("forkserver")
_FRESH.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Reading:
    """What one speaker reads."""

    speaker: Speaker
    sentences: tuple[Sentence, ...]
    numbers: tuple[int, ...]  # of the sentences in the prose
    seed: int
    options: SynthesisOptions
    official_split: str = ""  # none


def plan(sentences: Sequence[Sentence], options: SynthesisOptions, seed: int) -> list[Reading]:
    """Draw the speakers and the sentences that each of them reads, without repetition within a speaker.

    With official splits no sentence is read in two of them; a split's speakers read fewer sentences than
    `utterances_per_speaker` where its part of the pool has no more.

    Raises:
        ConfigError: if the pool is too small to give every split a sentence.

    """
    pool = np.random.default_rng([seed, 2]).permutation(len(sentences))[: options.sentences]
    speakers = make_speakers(options, seed)
    splits, pools = _share_out(pool, options.official_splits, len(speakers), seed)
    readings = []
    for number, (speaker, split) in enumerate(zip(speakers, splits, strict=True)):
        chosen = np.random.default_rng([seed, 3, number]).permutation(pools[split])[: options.utterances_per_speaker]
        texts = tuple(sentences[index] for index in chosen)
        readings.append(Reading(speaker, texts, tuple(int(index) for index in chosen), seed, options, split))
    return readings


def _share_out(
    pool: np.ndarray, wanted: OfficialSplits | None, num_speakers: int, seed: int
) -> tuple[list[str], dict[str, np.ndarray]]:
    """Give every speaker a split and every split its own sentences, as many for each speaker; or all the same."""
    if wanted is None:
        return [""] * num_speakers, {"": pool}
    speakers = wanted.model_dump()
    ordered = [split for split, count in speakers.items() for _ in range(count)]
    splits: list[str] = np.random.default_rng([seed, 5]).permutation(ordered).tolist()
    ends = np.round(np.cumsum(list(speakers.values())) / num_speakers * len(pool)).astype(int)
    pools = dict(zip(speakers, np.split(pool, ends[:-1]), strict=True))
    if any(len(own) == 0 for own in pools.values()):
        raise ConfigError(f"corpus.synthesis: {len(pool)} sentences are too few for official_splits; raise sentences")
    return splits, pools


def speak_all(readings: Sequence[Reading], folder: Path, threads: int) -> Iterator[list[dict[str, Any]]]:
    """Speak every reading into `folder`; yields the manifest rows of one speaker after the other, in order."""
    with ProcessPoolExecutor(threads, mp_context=_FRESH, max_tasks_per_child=1) as pool:
        yield from pool.map(_record_speaker, readings, [folder] * len(readings))


def _record_speaker(reading: Reading, folder: Path) -> list[dict[str, Any]]:
    """Speak one speaker's sentences into one FLAC file and return the manifest rows."""
    rows: list[dict[str, Any]] = []
    pieces: list[np.ndarray] = []
    start_s = 0.0
    audio_path = f"{reading.speaker.speaker_id}.flac"
    for number, sentence in zip(reading.numbers, reading.sentences, strict=True):
        samples, times = _record_sentence(reading, number, sentence)
        known = [(word, *time) for word, time in zip(sentence.words, times, strict=True) if time]
        complete = len(known) == len(sentence.words)
        rows.append(
            {
                "utterance_id": f"{reading.speaker.speaker_id}-{number:04d}",
                "speaker_id": reading.speaker.speaker_id,
                "audio_path": audio_path,
                "start_s": start_s,
                "duration_s": len(samples) / SAMPLE_RATE_HZ,
                "text": sentence.text,
                "official_split": reading.official_split,
                "words": [word for word, _, _ in known] if complete else [],
                "word_start_s": [start for _, start, _ in known] if complete else [],
                "word_end_s": [end for _, _, end in known] if complete else [],
            }
        )
        pieces.append(samples)
        start_s += len(samples) / SAMPLE_RATE_HZ
    soundfile.write(folder / audio_path, np.concatenate(pieces), SAMPLE_RATE_HZ, subtype="PCM_16")
    return rows


def _record_sentence(
    reading: Reading, number: int, sentence: Sentence
) -> tuple[np.ndarray, list[tuple[float, float] | None]]:
    """Return one utterance in its noise at 16 kHz, shape (num_samples,), and its true word times."""
    speaker, options = reading.speaker, reading.options
    key = [reading.seed, 4, int("".join(filter(str.isdigit, speaker.speaker_id))), number]
    random = np.random.default_rng(key)
    manner = espeak.Manner(
        voice=speaker.voice,
        rate_words_per_minute=round(speaker.rate_words_per_minute * random.uniform(0.95, 1.05)),
        pitch=round(np.clip(speaker.pitch + random.uniform(-4, 4), 0, 99)),
        pitch_range=round(np.clip(speaker.pitch_range + random.uniform(-8, 8), 0, 99)),
    )
    speech = espeak.speak(sentence.words, sentence.pauses, manner, int(random.integers(2**31)))
    before_s, after_s = random.uniform(0.1, 0.3, 2)
    clean = soxr.resample(speech.samples / 2.0**15, speech.sample_rate_hz, SAMPLE_RATE_HZ, quality="HQ")
    before = round(before_s * SAMPLE_RATE_HZ)
    padded = np.pad(clean, (before, round(after_s * SAMPLE_RATE_HZ)))
    snr_db = random.normal(options.snr_db, options.snr_spread_db)
    shift_s = before / SAMPLE_RATE_HZ
    times = [None if time is None else (time[0] + shift_s, time[1] + shift_s) for time in speech.word_times_s]
    return transmit(padded, SAMPLE_RATE_HZ, speaker, snr_db, [*key, 1]), times
