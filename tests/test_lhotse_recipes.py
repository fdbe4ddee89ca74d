"""What lhotse's own recipes find in a sound corpus, our readers find too; in a messy one the recipes lose things or stop."""

import json
from pathlib import Path

import pytest
from lhotse.recipes import prepare_commonvoice, prepare_librispeech, prepare_mls

from awe import plugins
from awe.corpora.base import RawUtterance
from awe.options import parse_options
from corpus_samples import speak, write

PARTS = {"train": "train", "dev": "valid", "test": "test"}


def _read(reader: str, options: dict[str, object], root: Path) -> list[RawUtterance]:
    module = plugins.load("corpora", reader)
    found = list(module.read(parse_options(module.Options, json.dumps(options)), root))
    assert all(isinstance(item, RawUtterance) for item in found)
    return sorted(found, key=lambda item: item.utterance_id)


def _through_lhotse(root: Path, pattern: str, parts: dict[str, str]) -> list[RawUtterance]:
    """Read the manifests that a recipe wrote to the folder `made`."""
    manifests = [
        {"recordings": pattern.format(kind="recordings", part=part),
         "supervisions": pattern.format(kind="supervisions", part=part), "split": split}
        for part, split in parts.items()
    ]  # fmt: skip
    return _read("lhotse", {"folder": "made", "manifests": manifests}, root)


def mls(root: Path) -> None:
    folder = root / "mls_polish"
    for number, part in enumerate(PARTS):
        name = f"{number}_7_00000{number}"
        speak(folder / part / "audio" / str(number) / "7" / f"{name}.flac")
        write(folder / part / "transcripts.txt", f"{name}\tzażółć gęślą {part}\n")
    write(folder / "metainfo.txt", "SPEAKER | GENDER\n0 | F\n1 | M\n2 | F\n")


def test_multilingual_librispeech(tmp_path: Path) -> None:
    mls(tmp_path)
    prepare_mls(tmp_path, tmp_path / "made", opus=False)
    expected = _through_lhotse(tmp_path, "mls-polish_{kind}_{part}.jsonl.gz", PARTS)
    assert len(expected) == 3
    assert _comparable(_read("mls", {"folder": "mls_polish"}, tmp_path)) == _comparable(expected)


def test_librispeech(tmp_path: Path) -> None:
    folder, parts = tmp_path / "LibriSpeech", {"train-clean-100": "train", "dev-clean": "valid", "test-other": "test"}
    for number, part in enumerate(parts):
        chapter = folder / part / str(number) / "8"
        speak(chapter / f"{number}-8-0000.flac")
        write(chapter / f"{number}-8.trans.txt", f"{number}-8-0000 NORTHANGER ABBEY\n")
        times = f'{number}-8-0000 ",NORTHANGER,,ABBEY," "0.05,0.2,0.25,0.4,0.5"\n'
        write(tmp_path / "times" / part / str(number) / "8" / f"{number}-8.alignment.txt", times)
    prepare_librispeech(folder, tmp_path / "times", output_dir=tmp_path / "made")
    expected = _through_lhotse(tmp_path, "librispeech_{kind}_{part}.jsonl.gz", parts)
    assert [len(item.timed_words) for item in expected] == [2, 2, 2]
    ours = _read("librispeech", {"folder": "LibriSpeech", "alignments": "times"}, tmp_path)
    assert _comparable(ours) == _comparable(expected)


def test_common_voice(tmp_path: Path) -> None:
    speak(tmp_path / "pl" / "clips" / "cv_1.mp3", rate_hz=32_000)
    header = "client_id\tpath\tsentence\tup_votes\tdown_votes\tage\tgender\taccents\tvariant\tlocale\tsegment\n"
    write(tmp_path / "pl" / "dev.tsv", f'{header}s1\tcv_1.mp3\t"Zażółć\t2\t0\t\t\t\t\tpl\t\n')
    prepare_commonvoice(tmp_path, tmp_path / "made", languages=["pl"], splits=["dev"])
    expected = _through_lhotse(tmp_path, "cv-pl_{kind}_{part}.jsonl.gz", {"dev": "valid"})
    assert _comparable(_read("commonvoice", {"folder": "pl"}, tmp_path)) == _comparable(expected)


def _comparable(items: list[RawUtterance]) -> list[tuple[object, ...]]:
    """All that both say; lhotse opens the files, and so knows durations, and rounds times."""
    return [
        (item.utterance_id, item.speaker_id, item.audio_path, item.text, item.start_s, item.official_split,
         [(timed.word, round(timed.start_s, 6), round(timed.end_s or 0, 6)) for timed in item.timed_words])
        for item in items
    ]  # fmt: skip


def test_why_our_readers_do_not_go_through_the_recipes(tmp_path: Path) -> None:
    mls(tmp_path)
    (tmp_path / "mls_polish" / "train" / "audio" / "0" / "7" / "0_7_000000.flac").write_bytes(b"damaged")
    with pytest.raises(Exception):  # noqa: B017 -- whatever it is, one damaged recording ends the recipe
        prepare_mls(tmp_path, tmp_path / "made", opus=False)
    assert len(_read("mls", {"folder": "mls_polish"}, tmp_path)) == 3  # of which ingestion rejects the damaged one
