"""The readers on damaged files: a few random cases of the fuzzing in `fuzz_readers.py`, and those that it once found."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzz_readers import Watch, case_folder, read_case
from fuzz_targets import TARGETS

CASES = 5
WATCH = Watch()


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_random_damage_is_an_error_or_harmless(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    good = tmp_path / "good"
    good.mkdir()
    target = TARGETS[name]()
    target.make(good)
    if name != "pickles":
        target.read(Path(shutil.copytree(good, tmp_path / "undamaged")))
    for number in range(CASES):
        with case_folder(good, f"{name}:{number}") as folder:
            assert read_case(target, folder, WATCH) == "", f"{name}:{number}"
    assert {path.name for path in tmp_path.iterdir()} <= {"good", "undamaged"}


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


FOUND: list[tuple[str, str, Callable[[bytes], bytes]]] = [
    # compressed manifests cut short or altered, and manifests of another kind
    ("corpus-lhotse", "recordings.jsonl.gz", cut),
    ("corpus-lhotse", "recordings.jsonl.gz", lambda content: content[:30] + b"\0\0" + content[32:]),
    ("corpus-lhotse", "recordings.jsonl.gz", lambda _: gzip.compress(b'{"id": "x", "recording_id": "r"}\n')),
    ("alignment-lhotse", "all.jsonl.gz", cut),
    ("alignment-lhotse", "all.jsonl.gz", lambda content: b"\xff\xfe" + content),
    # ids that are paths, or longer than a file name may be
    ("corpus-mls", "mls_polish_opus/train/transcripts.txt", lambda content: b"/etc/passwd" + content[4:]),
    ("corpus-mls", "mls_polish_opus/train/transcripts.txt", lambda content: content.replace(b"6047", b"6047_" + b"9" * 5000)),
    # archives of arrays and of vectors
    ("evaluate.npz", "in.npz", lambda _: b""),
    ("evaluate.npz", "in.npz", lambda content: content[:-60]),
    ("vectors-v.vec.gz", "v.vec.gz", lambda content: content[:14] + b"\0\0\0" + content[17:]),
    # numbers longer than Python reads, and text that is not UTF-8
    ("corpus-globalphone", "globalphone/Portuguese/trl/PO001.trl", lambda content: b"; " + b"9" * 5000 + b":\n" + content),
    ("text", "text.txt", lambda content: content + b" 1," + b"9" * 5000),
    ("records", "por/alignment/boundary_errors.csv", lambda content: content + b"\xff\n"),
    ("evaluate.csv", "in.csv", lambda content: b"\xff" + content),
    # libraries whose messages have several lines
    ("alignment-table", "all.csv", lambda content: content + b"a,b,c,d,e,f\n"),
    ("alignment-table", "all.parquet", lambda content: content[:-20] + b"\x0f" * 12 + content[-8:]),
    ("corpus-synthetic", "manifest.parquet", lambda content: content[:-20] + b"\x0f" * 12 + content[-8:]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "file", "change"), FOUND)
def test_what_was_found_once(name: str, file: str, change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    target = TARGETS[name]()
    target.make(tmp_path)
    content = (tmp_path / file).read_bytes()
    assert change(content) != content
    (tmp_path / file).write_bytes(change(content))
    assert read_case(target, tmp_path, WATCH) == ""
