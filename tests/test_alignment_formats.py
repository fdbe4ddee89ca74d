"""Alignments from elsewhere: one contract for every format, with the mess that files come with."""

import csv
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lhotse.supervision import AlignmentItem, SupervisionSegment
from praatio import textgrid

from alignment_samples import assert_contract, task_of, timed_rows, utterance_row
from awe import plugins
from awe.alignment import given
from awe.alignment.base import AlignmentTask
from awe.errors import CorpusError
from corpus_samples import write

WORDS = ["casa", "sol", "pão"]
TIMES = [(0.1, 0.5), (0.5, 0.8), (0.9, 1.4)]
RECORDINGS = ("u1", "tape")  # the ids of files: an utterance's own, and its recording's
TIMED = list(zip(WORDS, TIMES, strict=True))


def write_grids(folder: Path, form: str = "long_textgrid", tier: str = "words") -> None:
    """Like MFA's: silence has no label, or one that means silence; a tier of phones and one of points beside it."""
    for name in RECORDINGS:
        grid = textgrid.Textgrid()
        entries = [(start, end, word) for word, (start, end) in TIMED]
        grid.addTier(textgrid.IntervalTier(tier, [*entries, (1.4, 1.5, "sil")], 0, 1.5))
        grid.addTier(textgrid.IntervalTier("phones", [(0.1, 0.3, "k"), (0.3, 0.5, "a")], 0, 1.5))
        grid.addTier(textgrid.PointTier("clicks", [(0.2, "!")], 0, 1.5))
        grid.save(str(folder / f"{name}.TextGrid"), format=form, includeBlankSpaces=True)


def write_short_grids(folder: Path) -> None:
    write_grids(folder, "short_textgrid")


def write_grids_of_webmaus(folder: Path) -> None:
    """Another tool's tier, UTF-16 as Praat writes what is not ASCII, carriage returns."""
    write_grids(folder, "long_textgrid", "ORT-MAU")
    for path in folder.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("\n", "\r\n"), encoding="utf-16")


def write_ctm(folder: Path) -> None:
    lines = [f"{name} 1 {start} {end - start:.3f} {word} 0.9" for name in RECORDINGS for word, (start, end) in TIMED]
    (folder / "words.ctm").write_text("\ufeff;; comment\r\n" + "\r\n".join(lines) + "\r\n\r\n", encoding="utf-8")


def write_labels(folder: Path) -> None:
    """With decimal commas and the frequency ranges that Audacity writes below spectral labels."""
    text = "".join(f"{start}\t{end}\t{word}\n\\\t100\t200\n".replace(".", ",") for word, (start, end) in TIMED)
    for name in RECORDINGS:
        (folder / f"{name}.txt").write_text(text, encoding="utf-8-sig")


def write_wrd(folder: Path) -> None:
    lines = ["0 1600 h#"] + [f"{round(start * 16_000)} {round(end * 16_000)} {word}" for word, (start, end) in TIMED]
    for name in RECORDINGS:
        (folder / f"{name}.wrd").write_text("\r\n".join(lines), encoding="utf-8")


def write_csv(folder: Path) -> None:
    rows = [row for name in ("u1", "u2") for row in timed_rows(name, WORDS, TIMES)]
    pd.DataFrame(rows).to_csv(folder / "times.csv", index=False)


def write_german_csv(folder: Path) -> None:
    rows = [row for name in ("u1", "u2") for row in timed_rows(name, WORDS, TIMES)]
    pd.DataFrame(rows).to_csv(folder / "times.csv", index=False, sep=";", decimal=",", encoding="utf-8-sig")


def write_parquet(folder: Path) -> None:
    rows = [row for name in ("u1", "u2") for row in timed_rows(name, WORDS, TIMES)]
    pd.DataFrame(rows).iloc[::-1].to_parquet(folder / "times.parquet")


def write_lhotse(folder: Path) -> None:
    """As lhotse itself writes supervisions, their words timed from the start of the recording."""
    items = [AlignmentItem(word, 3 + start, end - start) for word, (start, end) in TIMED]
    made = [SupervisionSegment(name, "tape", 3.0, 1.5, alignment={"word": items}) for name in ("u1", "u2")]
    text = "\n".join(json.dumps(one.to_dict(), ensure_ascii=False) for one in made)
    (folder / "supervisions.jsonl").write_text(text, encoding="utf-8")


def write_compressed_lhotse(folder: Path) -> None:
    write_lhotse(folder)
    plain = folder / "supervisions.jsonl"
    plain.with_suffix(".jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()


def write_mfa_csv(folder: Path) -> None:
    words = "".join(f"{start},{end + 1e-9},{word},words,s\n" for word, (start, end) in TIMED)
    for name in RECORDINGS:
        text = f"Begin,End,Label,Type,Speaker\n{words}0.1,0.5,k,phones,s\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8-sig")


def write_mfa_json(folder: Path) -> None:
    entries = [[start, end, word] for word, (start, end) in TIMED]
    tiers = {"words": {"type": "interval", "entries": entries}, "phones": {"type": "interval", "entries": []}}
    for name in RECORDINGS:
        (folder / f"{name}.json").write_text(json.dumps({"start": 0, "end": 1.5, "tiers": tiers}), encoding="utf-8")


@dataclass(frozen=True)
class Sample:
    """How to write a format, and a damaged file of it."""

    form: str
    write: Callable[[Path], None]
    damaged: str
    broken: str
    options: Mapping[str, Any] = field(default_factory=dict)


SAMPLES = {
    "TextGrid, long": Sample("textgrid", write_grids, "u1.TextGrid", "no grid\n"),
    "TextGrid, short": Sample("textgrid", write_short_grids, "u1.TextGrid", 'File type = "ooTextFile"\n'),
    "TextGrid, other tier": Sample("textgrid", write_grids_of_webmaus, "u1.TextGrid", "", {"tier": "ORT-MAU"}),
    "CTM": Sample("ctm", write_ctm, "bad.ctm", "u1 1 0.5\n"),
    "Audacity": Sample("audacity", write_labels, "u1.txt", "half a second\n"),
    ".wrd": Sample("wrd", write_wrd, "u1.wrd", "0 many word\n"),
    "CSV": Sample("table", write_csv, "bad.csv", "utterance_id,word\nu1,casa\n"),
    "Excel's CSV": Sample("table", write_german_csv, "bad.csv", "utterance_id;word\nu1;casa\n"),
    "Parquet": Sample("table", write_parquet, "bad.parquet", "PAR1"),
    "lhotse": Sample("lhotse", write_lhotse, "bad.jsonl", "{}\n", {"tier": "word"}),
    "lhotse, compressed": Sample("lhotse", write_compressed_lhotse, "bad.jsonl.gz", "no gzip"),
    "MFA's CSV": Sample("mfa_csv", write_mfa_csv, "u1.csv", "Begin,End\n0,1\n"),
    "MFA's JSON": Sample("mfa_json", write_mfa_json, "u1.json", '{"tiers": []}'),
}


def test_every_format_is_in_the_contract() -> None:
    assert {sample.form for sample in SAMPLES.values()} == set(plugins.names("alignment.formats"))


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_contract(sample: Sample, tmp_path: Path) -> None:
    """Same words and times whatever the format; what has no times or damaged ones is rejected with its reason."""
    folder = tmp_path / "times"
    folder.mkdir()
    sample.write(folder)
    rows = [
        utterance_row("u1", "s", "wav/other.wav", 1.5, WORDS),
        utterance_row("u2", "s", "wav/tape.flac", 1.5, WORDS),
        utterance_row("untimed", "s", "wav/untimed.wav", 1.5, WORDS),
    ]
    task = task_of(tmp_path, rows)
    options = given.Options(folder="times", format=sample.form, **sample.options)
    result, again = given.align(task, options), given.align(task, options)
    assert [(row["item_id"], row["reason"]) for row in result.rejects] == [("untimed", "alignment_missing")]
    assert_contract(task, result)
    pd.testing.assert_frame_equal(result.alignment, again.alignment)
    expected = np.array([*TIMES, *TIMES])
    np.testing.assert_allclose(result.alignment[["start_s", "end_s"]].to_numpy(), expected, atol=1e-6)

    for content in (sample.broken.encode(), b"\x80\xff\x00 caf\xe9\n"):
        (folder / sample.damaged).write_bytes(content)
        assert_damage_is_named(sample, task, options)


def assert_damage_is_named(sample: Sample, task: AlignmentTask, options: given.Options) -> None:
    if plugins.load("alignment.formats", sample.form).PER_RECORDING:
        [first, second] = given.align(task, options).rejects
        assert (first["item_id"], first["reason"]) == ("u1", "alignment_failed")
        assert sample.damaged in first["detail"]
        assert second["item_id"] == "untimed"
    else:
        with pytest.raises(CorpusError, match=sample.damaged):
            given.align(task, options)


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("mfa_csv", 'Begin,End,Label,Type,Speaker\n0,1,"a,words,s\n' + "1,2,b,words,s\n" * 10),
        ("mfa_json", "[" * 100_000),
    ],
)
def test_what_the_decoders_give_up_on_is_a_reject(form: str, content: str, tmp_path: Path) -> None:
    before = csv.field_size_limit(100)
    try:
        write(tmp_path / "times" / f"u{plugins.load('alignment.formats', form).SUFFIX}", content)
        task = task_of(tmp_path, [utterance_row("u", "s", "u.wav", 1.5, WORDS)])
        [row] = given.align(task, given.Options(folder="times", format=form)).rejects
    finally:
        csv.field_size_limit(before)
    assert row["reason"] == "alignment_failed"
    assert str(tmp_path / "times" / "u.") in row["detail"]


TWO_SPEAKERS: Sequence[tuple[str, str]] = [("ana", "pão"), ("rui - jr", "sol")]


def write_two_in_csv(folder: Path) -> None:
    lines = "".join(f"0.2,0.7,{word},words,{speaker}\n" for speaker, word in TWO_SPEAKERS)
    (folder / "talk.csv").write_text(f"Begin,End,Label,Type,Speaker\n{lines}", encoding="utf-8")


def write_two_in_json(folder: Path) -> None:
    tiers = {f"{speaker} - words": {"entries": [[0.2, 0.7, word]]} for speaker, word in TWO_SPEAKERS}
    (folder / "talk.json").write_text(json.dumps({"tiers": tiers}), encoding="utf-8")


@pytest.mark.parametrize(("form", "write"), [("mfa_csv", write_two_in_csv), ("mfa_json", write_two_in_json)])
def test_several_speakers_in_one_file(form: str, write: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "times").mkdir()
    write(tmp_path / "times")
    rows = [utterance_row(speaker, speaker, "talk.wav", 1, [word]) for speaker, word in TWO_SPEAKERS]
    result = given.align(task_of(tmp_path, rows), given.Options(folder="times", format=form))
    assert result.rejects == []
    assert result.alignment["word"].tolist() == [word for _, word in TWO_SPEAKERS]


def test_utterances_are_cut_out_of_recordings(tmp_path: Path) -> None:
    (tmp_path / "times").mkdir()
    write_labels(tmp_path / "times")
    task = task_of(tmp_path, [utterance_row("part", "s", "tape.wav", 1.0, WORDS[1:], start_s=0.49)])
    times = given.align(task, given.Options(folder="times", format="audacity")).alignment[["start_s", "end_s"]]
    np.testing.assert_allclose(times.to_numpy(), np.array(TIMES[1:]) - 0.49, atol=1e-6)
    with pytest.raises(CorpusError, match="no such folder"):
        given.align(task, given.Options(folder="elsewhere"))
    with pytest.raises(CorpusError, match=r"no \.TextGrid file"):
        given.align(task, given.Options(folder="times"))
