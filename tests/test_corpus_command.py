"""The command `awe corpus`: on messy corpora, on real recordings, and its errors."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from awe.cli import main
from awe.corpora.base import IngestOptions, RawReject, RawUtterance, TimedWord
from awe.corpora.ingest import ingest
from awe.tables import read_table
from awe.text import TextOptions
from corpus_samples import SAMPLES, speak, write

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def _run(root: Path, out: Path, reader: str, options: object, *more: str) -> int:
    paths = [argument for name in ("utterances", "reference", "rejects") for argument in (f"--{name}", str(out / name))]
    given = ["corpus", "--reader", reader, "--options", json.dumps(options), "--data-root", str(root)]
    return main([*given, *paths, *more])


DIGITS = dict(enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]))


@pytest.mark.parametrize(
    ("reader", "options", "numbers", "utterances", "speakers"),
    [
        ("ljspeech", {"folder": "kerstin"}, "de", 150, 1),
        ("ljspeech", {"folder": "tts-portuguese"}, "pt_BR", 20, 1),
        ("word_folders", {"folder": "fsdd/recordings", "pattern": r"(?P<word>\d)_(?P<speaker>[^_]+)_\d+",
                          "words": DIGITS}, "en", 1200, 6),
        ("word_folders", {"folder": "speech-commands-mini"}, "en", 300, 41),
        ("speaker_folder", {"folder": "mfa-example/corpus"}, "pt_BR", 25, 1),
    ],
)  # fmt: skip
def test_real_recordings(
    tmp_path: Path, *, reader: str, options: dict[str, object], numbers: str, utterances: int, speakers: int
) -> None:
    if not (SHARED / str(options["folder"])).is_dir():
        pytest.skip(f"{SHARED / str(options['folder'])} is not here")
    assert _run(SHARED, tmp_path, reader, options, "--text", json.dumps({"numbers": numbers})) == 0
    table = read_table("utterances", tmp_path / "utterances")
    assert len(table) == utterances
    assert table["speaker_id"].nunique() == speakers
    assert read_table("rejects", tmp_path / "rejects").empty
    assert len(read_table("alignment", tmp_path / "reference")) == (utterances if reader == "word_folders" else 0)


def test_processes_do_not_change_the_result(tmp_path: Path) -> None:
    sample = SAMPLES["ljspeech"](tmp_path)
    for processes in ("1", "2"):
        more = ("--processes", processes, "--text", '{"numbers": "de"}')
        assert _run(tmp_path, tmp_path / processes, "ljspeech", sample.options, *more) == 0
    for name in ("utterances", "reference", "rejects"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_speaker_lists_set_the_splits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for speaker in "abc":
        speak(tmp_path / speaker / f"{speaker}.wav")
        write(tmp_path / speaker / f"{speaker}.lab", "word")
    write(tmp_path / "lists" / "train", "a\r\n\r\n")
    write(tmp_path / "lists" / "test", "b")
    options = {"speaker_lists": {"train": "lists/train", "test": "lists/test"}}
    assert _run(tmp_path, tmp_path, "speaker_folder", options) == 0
    assert list(read_table("utterances", tmp_path / "utterances")["official_split"]) == ["train", "test", ""]
    write(tmp_path / "lists" / "test", "a")
    assert _run(tmp_path, tmp_path, "speaker_folder", options) == 2
    assert "speaker 'a' is also in the list 'train'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reader", "options", "more", "message"),
    [
        ("no_such", {}, [], "'no_such' is unknown; choose one of commonvoice"),
        ("word_folders", {"pattern": "(?P<word>x)"}, [], "pattern: needs the named groups ['speaker']"),
        ("word_folders", {"pattern": "("}, [], "pattern: is no regular expression"),
        ("table", {}, [], "name a column for exactly one of `text` and `word`"),
        ("table", {"text": "t", "file": "t.csv"}, [], "no column ['audio', 'speaker', 't']; it has ['a', 'b']"),
        ("table", {"text": "t", "file": "t.parquet"}, [], "is no Parquet file"),
        ("commonvoice", {"parts": ["t"]}, [], "no column ['client_id', 'path', 'sentence']"),
        ("synthetic", {"manifest": "t.parquet"}, [], "run the synthesis again"),
        ("lhotse", {"manifests": [{"cuts": "t.jsonl"}]}, [], "lhotse cannot read it"),
        ("lhotse", {"manifests": [{"recordings": "x"}]}, [], "belong together"),
        ("speaker_folder", {}, ["--text", '{"numbers": "no_such"}'], "numbers: num2words has no such language"),
        ("speaker_folder", {}, ["--limits", '{"min_duration_s": -1}'], "min_duration_s"),
        ("speaker_folder", {}, ["--data-root", "nowhere"], "nowhere: no such folder"),
        (
            "speaker_folder",
            {},
            [],
            "no utterance could be used (1 audio_missing), such as speaker/no sound (no recording",
        ),
        ("ljspeech", {}, [], "2 of 3 transcripts are not in the encoding utf-8, such as b (metadata.csv is not utf-8"),
    ],
)
def test_errors_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, reader: str, options: object, more: list[str], message: str
) -> None:
    write(tmp_path / "t.csv", "a,b\n1,2\n")
    write(tmp_path / "t.tsv", "a\tb\n1\t2\n")
    write(tmp_path / "t.parquet", "no Parquet")
    write(tmp_path / "t.jsonl", '{"no": "manifest"}\n')
    write(tmp_path / "speaker" / "no sound.lab", "word")
    write(tmp_path / "metadata.csv", "a|ja\nb|für\nc|Öl\n", "iso-8859-1")
    assert _run(tmp_path, tmp_path, reader, options, *more) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("awe corpus:")]
    assert len(lines) == 1
    assert message in lines[0]
    assert not (tmp_path / "utterances").exists()


def test_every_fault_of_an_utterance_has_its_reason(tmp_path: Path) -> None:
    speak(tmp_path / "a.wav", 1.0)
    soundfile_limits = IngestOptions(min_duration_s=0.2, max_duration_s=0.8)
    undecodable = os.fsdecode(b"\xff")

    def utterance(name: str, text: str = "ja", **more: object) -> RawUtterance:
        values: dict[str, object] = {"speaker_id": "s", "audio_path": "a.wav", "duration_s": 0.5, "text": text}
        return RawUtterance(utterance_id=name, **(values | more))  # type: ignore[arg-type]

    def timed(*times: tuple[str, float, float | None]) -> tuple[TimedWord, ...]:
        return tuple(TimedWord(*time) for time in times)

    items: dict[str, RawUtterance | RawReject] = {
        "audio_too_long": utterance("x", duration_s=0.9),
        "audio_too_short": utterance("x", duration_s=0.1),
        "audio_unreadable": RawReject(f"x{undecodable}", "audio_unreadable", undecodable),
        "transcript_empty": utterance("x", "… 😀 \u200b"),
        "transcript_unreadable": utterance("x", undecodable),
        "speaker_missing": utterance("x", speaker_id="\t"),
        "path_outside_data_root": utterance("x", audio_path="/etc/passwd"),
        "segment_outside_audio": utterance("x", start_s=0.7),
        "transcript_not_one_word": utterance("x", "ja nein", timed_words=timed(("ja nein", 0.0, None))),
        "alignment_mismatch": utterance("x", "ja nein", timed_words=timed(("ja", 0.0, None))),
        "alignment_implausible": utterance("x", "ja da", timed_words=timed(("ja", 0.0, 0.3), ("da", 0.2, 0.5))),
    }
    kept = utterance("x", "Ja da", timed_words=timed(("ja,", 0.0, 0.3), ("da", 0.3, 0.53)))
    ingested = ingest([*items.values(), kept, kept], tmp_path, TextOptions(), soundfile_limits)
    assert ingested.rejects["reason"].to_pylist() == [*items, "utterance_id_doubled"]
    assert ingested.utterances["utterance_id"].to_pylist() == ["x"]
    expected = pd.DataFrame({"word": ["ja", "da"], "start_s": [0.0, 0.3], "end_s": [0.3, 0.5]})
    timed_words = ingested.reference.select(["word", "start_s", "end_s"]).to_pandas()
    pd.testing.assert_frame_equal(timed_words, expected, check_dtype=False)


def test_pre_cut_words_from_parquet(tmp_path: Path) -> None:
    speak(tmp_path / "words.flac", 2.0)
    columns = {"audio": ["words.flac"] * 3, "start": [0.0, 0.5, None], "end": [0.5, None, None]}
    frame = pd.DataFrame({**columns, "word": ["Auf", "ab", None], "speaker": [1, 2, 3]})
    frame.to_parquet(tmp_path / "table.parquet")
    options = {"file": "table.parquet", "start": "start", "end": "end", "word": "word"}
    assert _run(tmp_path, tmp_path, "table", options) == 0
    reference = read_table("alignment", tmp_path / "reference")
    assert list(zip(reference["word"], reference["end_s"], strict=True)) == [("auf", 0.5), ("ab", 1.5)]
    assert list(read_table("rejects", tmp_path / "rejects")["reason"]) == ["transcript_missing"]


@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.tsv"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_spreadsheets_are_read_whatever_separates_their_cells(tmp_path: Path, name: str, delimiter: str) -> None:
    speak(tmp_path / "a.wav", 2.0)
    comma = "0.5" if delimiter == "," else "0,5"
    rows = [["audio", "note, a; b", "text", "start", "speaker"], ["a.wav", "x", "Ja, nein; doch", comma, "s"]]
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in rows]
    write(tmp_path / name, "\r\n".join(lines), "utf-8-sig")
    options = {"file": name, "text": "text", "start": "start"} | ({"delimiter": "|"} if delimiter == "|" else {})
    assert _run(tmp_path, tmp_path, "table", options) == 0
    [row] = read_table("utterances", tmp_path / "utterances").to_dict("records")
    assert (row["text"], row["start_s"], row["duration_s"]) == ("Ja, nein; doch", 0.5, 1.5)


def test_much_left_out_for_one_reason_is_said_aloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fifth is silent but for the counts; and names in capitals, and recordings in other formats, are seen."""
    for number in range(8):
        speak(tmp_path / "s" / f"{number}.WAV")
        write(tmp_path / "s" / f"{number}.TXT", "ja")
    for name, text in (("8.txt", "ja"), ("8.m4a", ""), ("9.TXT", "ja")):
        write(tmp_path / "s" / name, text)
    assert _run(tmp_path, tmp_path, "speaker_folder", {}) == 0
    assert "warning" not in capsys.readouterr().err
    rejects = read_table("rejects", tmp_path / "rejects")
    assert dict(zip(rejects["item_id"], rejects["detail"], strict=True)) == {
        "s/8": "no recording beside s/8.txt but 8.m4a, which is not read; convert it to WAV or FLAC",
        "s/9": "no recording beside s/9.TXT",
    }
    (tmp_path / "s" / "7.WAV").unlink()
    assert _run(tmp_path, tmp_path, "speaker_folder", {}) == 0
    assert "warning: 3 of 10 utterances are left out for audio_missing, such as s/7" in capsys.readouterr().err
