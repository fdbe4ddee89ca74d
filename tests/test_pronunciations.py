"""Two hundred words a language, looked over by hand: eSpeak's phones, their separators, and their segmentation."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from phonemizer.backend import EspeakBackend
from phonemizer.separator import Separator

from awe.lexicon.espeak_g2p import transcribe, version
from awe.lexicon.pronunciations import build_lexicon, letter_names, parse_transcription
from awe.lexicon.remarks import remarks
from awe.lexicon.segments import segment
from awe.synthesis.prose import analyse, read_prose
from awe.text import TextOptions

FOLDER = Path(__file__).parent / "pronunciations"
VOICES = {"por": "pt-br", "deu": "de", "pol": "pl"}
NUMBERS = {"por": "pt_BR", "deu": "de", "pol": "pl"}
LANGUAGES = sorted(VOICES)


def _rows(language: str) -> dict[str, list[str]]:
    """Word, then phones and remark, if any."""
    lines = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {word: rest for word, *rest in rows}


def _tied(words: Sequence[str], voice: str) -> list[str]:
    """Transcriptions without separators, in which eSpeak ties what is one phone."""
    version()  # which loads the bundled eSpeak NG
    backend = EspeakBackend(voice, language_switch="remove-flags", words_mismatch="ignore", tie=True)
    return [raw.strip("| ") for raw in backend.phonemize(words, Separator(phone="", word="|", syllable=""))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_espeak_speaks_as_it_did_when_it_was_looked_over(language: str) -> None:
    rows = _rows(language)
    assert len(rows) == 200
    raw = transcribe(list(rows), VOICES[language])
    changed = [
        f"{word}\t{' '.join(phones)} (was {expected[0]})"
        for (word, expected), phones in zip(rows.items(), (parse_transcription(one)[0] for one in raw), strict=True)
        if " ".join(phones) != expected[0]
    ]
    assert changed == [], f"eSpeak NG {version()} differs from tests/pronunciations/{language}.tsv: look the words over"


@pytest.mark.parametrize("language", LANGUAGES)
def test_segmented_by_a_library_they_are_espeaks_own_phones(language: str) -> None:
    prose = {
        word for line in read_prose(language) for word in analyse(line, TextOptions(numbers=NUMBERS[language])).words
    }
    words = sorted(word for word in prose | set(_rows(language)) if len(word) > 1)
    raw = transcribe(words, VOICES[language])
    for word, own, tied in zip(words, raw, _tied(words, VOICES[language]), strict=True):
        phones, languages = parse_transcription(own)
        if not languages:  # without its flags, a foreign word cannot be told from what is around it
            assert segment(tied) == phones, word


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_pronounced_as_it_would_be_alone(language: str) -> None:
    words, voice = list(_rows(language)), VOICES[language]
    together = transcribe(words, voice)
    assert transcribe(words[::-1], voice)[::-1] == together
    assert [transcribe([word], voice)[0] for word in words[:50]] == together[:50]


@pytest.mark.parametrize(
    ("language", "spelt"),
    [
        ("por", {"cpf", "dvd", "hm", "d"}),
        ("deu", {"bmw", "kg", "schtsch", "d"}),
        ("pol", {"pkp", "tv", "hm", "d"}),
    ],
)
def test_words_read_letter_by_letter_are_found(language: str, spelt: set[str]) -> None:
    voice = VOICES[language]
    words = sorted({*_rows(language), *spelt, "ai", "oi", "a"})
    letters = sorted({letter for word in words for letter in word})
    names = letter_names(letters, transcribe(letters, voice, letters_by_name=True))
    lexicon, rejects = build_lexicon(words, transcribe(words, voice), letters=names)
    assert rejects == []
    assert set(lexicon["word"][lexicon["source"] == "espeak-spelt"]) == spelt
    lexicon, rejects = build_lexicon(words, transcribe(words, voice), letters=names, spelt_words=False)
    assert {row["item_id"] for row in rejects} == spelt
    assert all(row["reason"] == "g2p_failed" and "letter by letter" in row["detail"] for row in rejects)


def test_remarks_name_what_deserves_a_look() -> None:
    words = sorted({*_rows("deu"), "eigen"})
    lexicon, _ = build_lexicon(words, transcribe(words, "de"), dictionary={"eigen": ["ʘ"]})
    capitalised = letter_names(words, transcribe([word.capitalize() for word in words], "de"))
    found = {(row.word, row.remark): row.detail for row in remarks(lexicon, capitalised).itertuples()}
    assert found["weg", "homograph"] == "v ɛ k, capitalised v eː k"
    assert found["job", "foreign"] == "dʒ ɒ b, read as en"
    assert found["garage", "rare phone"] == "ʒ"
    assert not [word for word, _ in found if word == "eigen"]


def test_ties_diacritics_and_length_stay_with_their_phone() -> None:
    assert segment("ˈt͡ʃɐ̃͡ʊ̃.pʲɛːɲ̊d͡ʑn̩ga") == ["tʃ", "ɐ̃ʊ̃", "pʲ", "ɛː", "ɲ̊", "dʑ", "n̩", "ɡ", "a"]
    assert segment(unicodedata.normalize("NFD", "ç")) == ["ç"]
    for wrong in ("b3", "?", "a-b"):
        with pytest.raises(ValueError, match="is no IPA"):
            segment(wrong)
