"""Grapheme to phoneme: eSpeak's flags, refusals, dictionary, inventory."""

from pathlib import Path

import pytest

from awe.errors import ConfigError
from awe.lexicon.dictionary import read_dictionary
from awe.lexicon.espeak_g2p import transcribe, version
from awe.lexicon.pronunciations import RefusedError, build_lexicon, inventory, parse_transcription
from awe.text import TextOptions


@pytest.mark.parametrize(
    ("voice", "word", "phones"),
    [
        ("pt-br", "coração", "k o ɾ a s ɐ̃ʊ̃"),
        ("pt-br", "tia", "tʃ i æ"),
        ("de", "straße", "ʃ t ɾ ɑː s ə"),
        ("de", "pferd", "pf eː ɾ t"),
        ("pl", "szczęście", "ʃ tʃ ɛ ɲ ɕ tɕ ɛ"),
        ("pl", "trzy", "t ʃ ɨ"),
    ],
)
def test_real_words(voice: str, word: str, phones: str) -> None:
    lexicon, rejects = build_lexicon([word], transcribe([word], voice))
    assert rejects == []
    assert list(lexicon["phones"][0]) == phones.split()
    assert version().startswith("1.5")


@pytest.mark.parametrize(
    ("raw", "phones", "languages"),
    [
        ("ʃ t ɾ ɑː s ə |", ["ʃ", "t", "ɾ", "ɑː", "s", "ə"], []),
        ("(en) dʒ ɒ b (de)|", ["dʒ", "ɒ", "b"], ["en"]),
        ("dʒ ɛ m  |", ["dʒ", "ɛ", "m"], []),
    ],
)
def test_parsing(raw: str, phones: list[str], languages: list[str]) -> None:
    assert parse_transcription(raw) == (phones, languages)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "g2p_empty"),
        ("| ", "g2p_empty"),
        ("(en)(de)|", "g2p_empty"),
        ("? ?|", "g2p_unknown_symbol"),
        ("k u? t |", "g2p_unknown_symbol"),
        ("k 3 t |", "g2p_unknown_symbol"),
        ("ʃ ɛ r | m a |", "g2p_failed"),
    ],
)
def test_refusals(raw: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_transcription(raw)
    assert refused.value.reason == reason


def test_every_word_is_kept_or_rejected_with_its_reason() -> None:
    words = ["haus", "job", "的", "leer", "katze", "eigen"]
    raw = ["h aʊ s |", "(en) dʒ ɒ b (de) |", "ç iː |", "", "k ? |", "x |"]
    lexicon, rejects = build_lexicon(words, raw, foreign_words=False, dictionary={"eigen": ["aɪ", "ɡ"]})
    assert list(lexicon["word"]) == ["eigen", "haus"]
    assert list(lexicon["source"]) == ["dictionary", "espeak"]
    assert {row["item_id"]: row["reason"] for row in rejects} == {
        "job": "g2p_failed",
        "的": "g2p_failed",
        "leer": "g2p_empty",
        "katze": "g2p_unknown_symbol",
    }
    assert inventory(lexicon)["phone"].tolist() == ["aɪ", "aʊ", "h", "s", "ɡ"]


def test_unknown_voice_is_one_line() -> None:
    with pytest.raises(ConfigError, match="no voice 'xx-nowhere'"):
        transcribe(["a"], "xx-nowhere")


def test_dictionary_names_the_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "own.dict"
    path.write_text("# ours\nhaus\th aʊ s\n\nleer\t\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own\.dict:4"):
        read_dictionary(path, TextOptions())
    path.write_text("Haus\th aʊ s\n", encoding="utf-8")
    assert read_dictionary(path, TextOptions()) == {"haus": ["h", "aʊ", "s"]}
