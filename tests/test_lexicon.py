"""Grapheme to phoneme: eSpeak's flags, refusals, dictionary, inventory."""

import json
from pathlib import Path

import pytest

from awe.cli import main
from awe.errors import ConfigError
from awe.files import write_json
from awe.lexicon.dictionary import read_dictionary
from awe.lexicon.espeak_g2p import transcribe, version
from awe.lexicon.pronunciations import RefusedError, build_lexicon, inventory, parse_transcription
from awe.tables import read_table, table_from, write_table
from awe.text import TextOptions


@pytest.mark.parametrize(
    ("voice", "word", "phones"),
    [
        ("pt-br", "coração", "k o ɾ a s ɐ̃ʊ̃"),
        ("pt-br", "tia", "tʃ i æ"),
        ("pt-br", "é", "ɛ"),
        ("pt-br", "à", "aː"),
        ("pt-br", "e", "i"),
        ("pt-br", "o", "ʊ"),
        ("pl", "z", "z"),
        ("pl", "o", "ɔ"),
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


@pytest.mark.parametrize(
    ("voice", "remedy"),
    [
        ("xx-nowhere", "; choose one of af, am, "),
        ("deu", "; perhaps de (German); choose"),
        ("pol", "perhaps pl (Polish);"),
        ("Portuguese", "perhaps pt (Portuguese (Portugal)), pt-br (Portuguese (Brazil));"),
    ],
)
def test_unknown_voice_is_one_line_with_those_there_are(voice: str, remedy: str) -> None:
    with pytest.raises(ConfigError, match=f"no voice '{voice}'") as caught:
        transcribe(["a"], voice)
    assert remedy in str(caught.value)


def test_dictionary_names_the_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "own.dict"
    path.write_text("# ours\nhaus\th aʊ s\n\nleer\t\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own\.dict:4"):
        read_dictionary(path, TextOptions())
    path.write_text("Haus\th aʊ s\nhaus\th aʊ s\nTschüss\tˈt͡ʃʏs\n", encoding="utf-8")
    assert read_dictionary(path, TextOptions()) == {"haus": ["h", "aʊ", "s"], "tschüss": ["tʃ", "ʏ", "s"]}
    path.write_text("a\tEY1\nday\tD EY1\ntag\ttak\n", encoding="utf-8")  # a lone phone, known from another line
    assert read_dictionary(path, TextOptions()) == {"a": ["EY1"], "day": ["D", "EY1"], "tag": ["t", "a", "k"]}
    path.write_text("Weg\tv eː k\nweg\tv ɛ k\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own\.dict:2: 'weg' has another pronunciation above"):
        read_dictionary(path, TextOptions())
    path.write_text("weg\tvE:k\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own\.dict:1: 'vE:k' is no IPA.*put a blank between"):
        read_dictionary(path, TextOptions())


def test_the_command_says_what_another_espeak_would_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, _ = build_lexicon(["haus", "katze", "weg"], ["h aʊ s |", "k a ts ə |", "v ɛ k |"])
    new, _ = build_lexicon(["haus", "katze", "tür"], ["h aʊ s |", "k a t s ə |", "t yː ɾ |"])
    for name, lexicon in (("old", old), ("new", new)):
        write_table(lexicon, "lexicon", tmp_path / name / "lexicon.parquet")
        write_json({"espeak-ng": name}, tmp_path / name / "versions.json")
    assert main(["compare-lexicons", str(tmp_path / "old"), str(tmp_path / "old")]) == 0
    capsys.readouterr()
    assert main(["compare-lexicons", str(tmp_path / "old"), str(tmp_path / "new")]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        'old: { "espeak-ng": "old" }',
        'new: { "espeak-ng": "new" }',
        "phone t: not there -> 2",
        "phone ts: 1 -> not there",
        "phone v: 1 -> not there",
        "phone yː: not there -> 1",
        "phone ɛ: 1 -> not there",
        "phone ɾ: not there -> 1",
        "word katze: k a ts ə -> k a t s ə",
        "word tür: not there -> t yː ɾ",
        "word weg: v ɛ k -> not there",
    ]
    assert "6 phones and 3 of 3 words differ" in said.err


def test_the_command_lets_the_users_pronunciations_override_espeaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["haus", "bmw", "weg", "job"]
    write_table(table_from("utterances", [utterance(words)]), "utterances", tmp_path / "utterances")
    (tmp_path / "own.dict").write_text("Weg\tv eː k\nunused\ta b\n", encoding="utf-8")
    outputs = ["output", "rejects", "inventory", "remarks", "versions"]
    paths = [argument for name in outputs for argument in (f"--{name}", str(tmp_path / name))]
    options = '{"voice": "de", "dictionary": "own.dict", "foreign_words": false}'
    given = [
        "lexicon",
        "--options",
        options,
        "--utterances",
        str(tmp_path / "utterances"),
        "--data-root",
        str(tmp_path),
    ]
    assert main([*given, *paths]) == 0
    lexicon = read_table("lexicon", tmp_path / "output")
    assert dict(zip(lexicon["word"], lexicon["source"], strict=True)) == {
        "bmw": "espeak-spelt", "haus": "espeak", "weg": "dictionary"
    }  # fmt: skip
    assert list(lexicon["phones"][2]) == ["v", "eː", "k"]
    assert list(read_table("rejects", tmp_path / "rejects")["item_id"]) == ["job"]
    assert "bmw,spelt,b eː ɛ m v eː" in (tmp_path / "remarks").read_text(encoding="utf-8").splitlines()
    assert json.loads((tmp_path / "versions").read_text(encoding="utf-8")) == {"espeak-ng": version(), "voice": "de"}
    assert "1 of 4 word types are in own.dict" in capsys.readouterr().err


def utterance(words: list[str]) -> dict[str, object]:
    times = {"start_s": 0.0, "duration_s": 1.0, "sample_rate_hz": 16_000}
    names = {"utterance_id": "u", "speaker_id": "s", "audio_path": "a.wav", "official_split": ""}
    return {**names, **times, "text": " ".join(words), "words": words}
