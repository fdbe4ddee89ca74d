"""The embedded corpus: enough prose and speakers, reproducible sound, plausible word times."""

import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from awe.synthesis.channel import transmit
from awe.synthesis.corpus import plan, speak_all
from awe.synthesis.options import SynthesisOptions
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


def test_noise_has_the_configured_ratio() -> None:
    options = SynthesisOptions(voice="de", prose="deu", filtering=0.0, loudness_range_db=0.0)
    (speaker, *_) = make_speakers(options, seed=1)
    time_s = np.arange(16_000) / 16_000
    tone = np.sin(2 * np.pi * 440 * time_s)
    clean = transmit(tone, 16_000, speaker, 200.0, [1])
    noisy = transmit(tone, 16_000, speaker, 10.0, [1])
    ratio_db = 10 * np.log10(np.mean(clean**2) / np.mean((noisy - clean) ** 2))
    assert ratio_db == pytest.approx(10.0, abs=0.1)
