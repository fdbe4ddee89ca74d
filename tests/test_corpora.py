"""One contract over all corpus readers: each reads a small messy corpus of its layout and keeps the same laws."""

import codecs
import json
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from awe import plugins
from awe.audio import read_segment
from awe.corpora.base import IngestOptions, RawUtterance, is_inside
from awe.corpora.ingest import REFERENCE, ingest
from awe.errors import ConfigError, CorpusError
from awe.options import parse_options
from awe.tables import REASONS, read_table, write_table
from awe.text import TextOptions, normalise
from corpus_samples import DURATION_S, SAMPLES, Sample

TEXTS = {".txt", ".csv", ".tsv", ".lab", ".trl"}
TEXT = TextOptions(numbers="de")


@pytest.fixture(scope="module", params=sorted(SAMPLES))
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Sample]:
    root = tmp_path_factory.mktemp("data root ü")
    return request.param, root, SAMPLES[request.param](root)


class Frames(NamedTuple):
    utterances: pd.DataFrame
    reference: pd.DataFrame
    rejects: pd.DataFrame


def _ingest(name: str, root: Path, sample: Sample) -> Frames:
    reader = plugins.load("corpora", name)
    options = parse_options(reader.Options, json.dumps(sample.options))
    ingested = ingest(reader.read(options, root), root, TEXT, IngestOptions())
    return Frames(*(table.to_pandas() for table in (ingested.utterances, ingested.reference, ingested.rejects)))


def test_all_readers_have_a_sample() -> None:
    assert sorted(SAMPLES) == plugins.names("corpora")


def test_samples_are_as_messy_as_corpora_are(corpus: tuple[str, Path, Sample]) -> None:
    name, root, sample = corpus
    reasons = {reason for _, reason in sample.rejected}
    wanted = {"audio_missing", "utterance_id_doubled", "speaker_missing"}
    # where the layout cannot have it: the synthesiser's own table, files that are there, one speaker or one a file
    wanted -= {
        "synthetic": wanted - {"utterance_id_doubled"},
        "word_folders": {"audio_missing"},
        "ljspeech": {"speaker_missing"},
        "globalphone": {"speaker_missing"},
    }.get(name, set())
    assert wanted <= reasons
    if name not in {"synthetic", "lhotse"}:  # Parquet, JSON
        texts = [path.read_bytes() for path in root.rglob("*") if path.suffix in {"", *TEXTS} and path.is_file()]
        assert any(b"\r\n" in text for text in texts)
        assert any(text.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16)) for text in texts)
        assert any(re.search(rb"\n\r?\n", text) for text in texts)
        assert any("\ufffd" in text.decode(errors="replace") for text in texts)


def test_what_goes_in_comes_out(corpus: tuple[str, Path, Sample]) -> None:
    name, root, sample = corpus
    ingested = _ingest(name, root, sample)
    utterances = ingested.utterances.set_index("utterance_id")
    assert {utterance_id: " ".join(words) for utterance_id, words in utterances["words"].items()} == sample.words
    assert utterances["speaker_id"].to_dict() == sample.speakers
    splits = {utterance_id: split for utterance_id, split in utterances["official_split"].items() if split}
    assert splits == sample.splits
    assert list(zip(ingested.rejects["item_id"], ingested.rejects["reason"], strict=True)) == sample.rejected
    assert set(ingested.reference["utterance_id"]) == sample.timed
    reader = plugins.load("corpora", name)
    found = list(reader.read(parse_options(reader.Options, json.dumps(sample.options)), root))
    assert len(found) == len(ingested.utterances) + len(ingested.rejects)
    assert sum(isinstance(item, RawUtterance) for item in found) >= len(ingested.utterances)


def test_tables_keep_the_laws(corpus: tuple[str, Path, Sample], tmp_path: Path) -> None:
    name, root, sample = corpus
    ingested = _ingest(name, root, sample)
    tables = {"utterances": ingested.utterances, "alignment": ingested.reference, "rejects": ingested.rejects}
    for table, frame in tables.items():
        write_table(frame, table, tmp_path / table)
        pd.testing.assert_frame_equal(read_table(table, tmp_path / table), frame)
    assert ingested.utterances["utterance_id"].is_unique
    for row in ingested.utterances.to_dict("records"):
        assert is_inside(row["audio_path"])
        samples = read_segment(root / row["audio_path"], row["start_s"], row["duration_s"])
        assert len(samples) / 16_000 == pytest.approx(row["duration_s"], abs=1e-3)
        assert row["duration_s"] == pytest.approx(sample.durations_s.get(row["utterance_id"], DURATION_S), abs=1e-3)
        assert list(row["words"]) == normalise(row["text"], TEXT)
        assert all(unicodedata.is_normalized("NFC", word) for word in row["words"])
    assert set(ingested.rejects["reason"]) <= REASONS
    assert (ingested.rejects["stage"] == "corpus").all()
    assert (ingested.rejects["detail"] != "").all()


def test_reference_times_lie_in_their_utterance(corpus: tuple[str, Path, Sample]) -> None:
    ingested = _ingest(*corpus)
    for row in ingested.utterances.to_dict("records"):
        words = ingested.reference[ingested.reference["utterance_id"] == row["utterance_id"]]
        if words.empty:
            continue
        assert list(words["position"]) == list(range(len(words)))
        assert list(words["word"]) == list(row["words"])
        assert (words["start_s"] < words["end_s"]).all()
        assert (words["start_s"].iloc[1:].to_numpy() >= words["end_s"].iloc[:-1].to_numpy() - 1e-6).all()
        assert words["start_s"].iloc[0] >= 0
        assert words["end_s"].iloc[-1] <= row["duration_s"]
    assert set(ingested.reference["aligner"]) <= {REFERENCE}


def test_the_result_is_the_same_twice(corpus: tuple[str, Path, Sample]) -> None:
    first, second = _ingest(*corpus), _ingest(*corpus)
    pd.testing.assert_frame_equal(first.utterances, second.utterances)
    pd.testing.assert_frame_equal(first.reference, second.reference)
    pd.testing.assert_frame_equal(first.rejects, second.rejects)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_nothing_there_is_one_line(name: str, tmp_path: Path) -> None:
    reader = plugins.load("corpora", name)
    extra = {"text": "text"} if name == "table" else {}
    for folder in (".", "nowhere; $(x)"):
        options = reader.Options(folder=folder, **extra)
        with pytest.raises(CorpusError, match=str(tmp_path)) as caught:
            list(reader.read(options, tmp_path))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(SAMPLES))
@pytest.mark.parametrize("wrong", ['{"folder": "../x"}', '{"folder": "/x"}', '{"encoding": "no"}', '{"fodler": "x"}'])
def test_wrong_options_are_one_line(name: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong.split('"')[1]) as caught:
        parse_options(plugins.load("corpora", name).Options, wrong)
    assert "\n" not in str(caught.value)
