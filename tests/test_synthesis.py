"""The embedded corpus: enough prose and speakers, reproducible sound, plausible word times."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from awe.cli import main
from awe.corpora import synthetic
from awe.corpora.base import RawUtterance
from awe.errors import ConfigError
from awe.synthesis.channel import transmit
from awe.synthesis.corpus import plan, speak_all
from awe.synthesis.options import OfficialSplits, SynthesisOptions
from awe.synthesis.prose import analyse, read_prose
from awe.synthesis.speakers import make_speakers
from awe.text import TextOptions, normalise

LANGUAGES = {"por": ("pt-br", "pt_BR"), "deu": ("de", "de"), "pol": ("pl", "pl")}


@pytest.mark.parametrize("prose", LANGUAGES)
def test_prose_is_large_enough_and_clean(prose: str) -> None:
    sentences = read_prose(prose)
    text_options = TextOptions(numbers=LANGUAGES[prose][1])
    types = {word for sentence in sentences for word in normalise(sentence, text_options)}
    assert len(set(sentences)) == len(sentences) >= 500
    assert len(types) >= 2000
    assert all(unicodedata.is_normalized("NFC", sentence) for sentence in sentences)
    assert any(re.search(r"\d", sentence) for sentence in sentences)  # numbers to read out stay exercised
    assert not any(re.search(r"\d", word) for word in types)


def test_speakers_differ_and_a_larger_corpus_keeps_the_smaller_ones() -> None:
    few = make_speakers(SynthesisOptions(voice="de", prose="deu", speakers=24), seed=3)
    many = make_speakers(SynthesisOptions(voice="de", prose="deu", speakers=200), seed=3)
    assert many[:24] == few
    assert len({(speaker.voice, speaker.pitch) for speaker in many}) == 200
    assert len({speaker.voice for speaker in few}) == 24


@pytest.mark.parametrize("prose", LANGUAGES)
def test_speech_repeats_exactly_and_words_lie_in_order(prose: str, tmp_path: Path) -> None:
    voice, numbers = LANGUAGES[prose]
    options = SynthesisOptions(voice=voice, prose=prose, speakers=2, utterances_per_speaker=3)
    sentences = [analyse(text, TextOptions(numbers=numbers)) for text in read_prose(prose)[:20]]
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    first = [row for rows in speak_all(plan(sentences, options, 5), tmp_path / "first", 2) for row in rows]
    second = [row for rows in speak_all(plan(sentences, options, 5), tmp_path / "second", 1) for row in rows]
    assert first == second
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()
    assert len({row["utterance_id"] for row in first}) == 6
    timed = [row for row in first if row["words"]]
    assert len(timed) >= 5
    for row in timed:
        starts, ends = np.array(row["word_start_s"]), np.array(row["word_end_s"])
        assert (starts < ends).all()
        assert (ends[:-1] <= starts[1:] + 1e-9).all()
        assert starts[0] > 0.09  # the silence before the utterance
        assert ends[-1] < row["duration_s"]


def test_speakers_of_official_splits_read_sentences_of_their_own() -> None:
    shared = SynthesisOptions(voice="de", prose="deu", speakers=12, utterances_per_speaker=40)
    splits = OfficialSplits(train=7, valid=2, test=3)
    own = shared.model_copy(update={"official_splits": splits})
    sentences = [analyse(text, TextOptions(numbers="de")) for text in read_prose("deu")]
    assert {reading.official_split for reading in plan(sentences, shared, 5)} == {""}
    readings = plan(sentences, own, 5)
    assert [reading.speaker for reading in readings] == [reading.speaker for reading in plan(sentences, shared, 5)]
    assert Counter(reading.official_split for reading in readings) == splits.model_dump()
    assert [reading.official_split for reading in readings] != sorted(reading.official_split for reading in readings)
    numbers: dict[str, set[int]] = {"train": set(), "valid": set(), "test": set()}
    for reading in readings:
        assert len(set(reading.numbers)) == 40
        assert [sentences[number] for number in reading.numbers] == list(reading.sentences)
        numbers[reading.official_split] |= set(reading.numbers)
    assert sum(map(len, numbers.values())) == len(set.union(*numbers.values()))
    words = {split: {word for one in read for word in sentences[one].words} for split, read in numbers.items()}
    assert words["test"] - words["train"]  # what the analyses call not seen in training
    assert words["test"] & words["train"]


def test_official_splits_reach_the_corpus(tmp_path: Path) -> None:
    options = {"voice": "de", "prose": "deu", "speakers": 3, "utterances_per_speaker": 1}
    options |= {"official_splits": {"train": 1, "valid": 1, "test": 1}}
    arguments = ["--options", json.dumps(options), "--text", '{"numbers": "de"}', "--seed", "1"]
    assert main(["synthesise", *arguments, "--output", str(tmp_path / "corpus")]) == 0
    read = list(synthetic.read(synthetic.Options(folder="corpus"), tmp_path))
    assert sorted(one.official_split for one in read if isinstance(one, RawUtterance)) == ["test", "train", "valid"]


def test_impossible_official_splits_are_one_line() -> None:
    with pytest.raises(ValueError, match="official_splits must add up to speakers, which is 24"):
        SynthesisOptions(voice="de", prose="deu", official_splits=OfficialSplits(train=1, valid=1, test=1))
    splits = OfficialSplits(train=10, valid=1, test=1)
    options = SynthesisOptions(voice="de", prose="deu", speakers=12, sentences=3, official_splits=splits)
    sentences = [analyse(text, TextOptions(numbers="de")) for text in read_prose("deu")[:20]]
    with pytest.raises(ConfigError, match="3 sentences are too few for official_splits; raise sentences"):
        plan(sentences, options, 1)


def test_noise_has_the_configured_ratio() -> None:
    options = SynthesisOptions(voice="de", prose="deu", filtering=0.0, loudness_range_db=0.0)
    (speaker, *_) = make_speakers(options, seed=1)
    time_s = np.arange(16_000) / 16_000
    tone = np.sin(2 * np.pi * 440 * time_s)
    clean = transmit(tone, 16_000, speaker, 200.0, [1])
    noisy = transmit(tone, 16_000, speaker, 10.0, [1])
    ratio_db = 10 * np.log10(np.mean(clean**2) / np.mean((noisy - clean) ** 2))
    assert ratio_db == pytest.approx(10.0, abs=0.1)
