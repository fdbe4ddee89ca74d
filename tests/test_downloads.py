"""Corpora come over the network whole, unaltered and inside their folder, or not at all; all servers are local."""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import yaml

from awe import plugins
from awe.cli import main
from awe.corpora.archives import SUMS, obtain, unpack
from awe.corpora.base import Archive
from awe.download import fetch
from awe.errors import CorpusError, ToolError
from corpus_samples import speak, write
from file_server import Served, serve

ROOT = Path(__file__).resolve().parents[1]
CONTENT = np.random.default_rng(1).bytes(3_000_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[Served]:
    with serve() as served:
        served.files["/a/big.tar.gz"] = CONTENT
        yield served


def _fetch(server: Served, folder: Path, digest: str = DIGEST) -> str:
    return fetch(f"{server.address}/a/big.tar.gz", digest, folder / "big")


def _tar(path: Path, *members: tarfile.TarInfo, compression: Literal["gz", "bz2", "xz"] = "gz") -> Path:
    with tarfile.open(path, f"w:{compression}") as tar:  # type: ignore[call-overload]
        for member in members:
            member.size = 4 if member.isreg() else 0
            tar.addfile(member, io.BytesIO(b"evil"))
    return path


def _member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def _contents(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_broken_transfer_is_taken_up_where_it_stopped(server: Served, tmp_path: Path) -> None:
    block = 1 << 16
    server.breaks_after = [15 * block, 7 * block + 10, 0]
    with pytest.raises(ToolError, match="run again to go on where it stopped"):
        _fetch(server, tmp_path)
    assert _contents(tmp_path) == ["big.part", "big.part.version"]
    assert _fetch(server, tmp_path) == DIGEST
    assert [wanted for _, wanted in server.asked] == ["", *(f"bytes={done * block}-" for done in (15, 22, 22))]
    assert _contents(tmp_path) == ["big"]
    assert (tmp_path / "big").read_bytes() == CONTENT


def test_a_server_that_cannot_give_parts_gives_it_all_again(server: Served, tmp_path: Path) -> None:
    server.ranges, server.breaks_after = False, [1_000_000]
    assert _fetch(server, tmp_path) == DIGEST
    assert (tmp_path / "big").read_bytes() == CONTENT


def test_a_part_of_another_file_is_not_gone_on_with(server: Served, tmp_path: Path) -> None:
    server.breaks_after = [1_000_000, 0]
    with pytest.raises(ToolError):
        _fetch(server, tmp_path, "")
    changed = CONTENT[::-1]
    server.files["/a/big.tar.gz"] = changed
    assert _fetch(server, tmp_path, "") == hashlib.sha256(changed).hexdigest()


@pytest.mark.parametrize(("there", "whole"), [(len(CONTENT), True), (len(CONTENT) + 1, False)])
def test_nothing_left_to_fetch(server: Served, tmp_path: Path, *, there: int, whole: bool) -> None:
    (tmp_path / "big.part").write_bytes((CONTENT + b"x")[:there])
    if whole:
        assert _fetch(server, tmp_path) == DIGEST
        return
    with pytest.raises(ToolError, match="another file than before"):
        _fetch(server, tmp_path)
    assert _fetch(server, tmp_path) == DIGEST


def test_other_content_than_promised_leaves_nothing(server: Served, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=f"SHA-256 is {DIGEST}, not 0000"):
        _fetch(server, tmp_path, "0" * 64)
    assert not (tmp_path / "big").exists()
    assert not (tmp_path / "big.part").exists()
    with pytest.raises(ToolError, match="404"):
        fetch(f"{server.address}/gone", "", tmp_path / "gone")


@pytest.mark.parametrize(
    "member",
    [
        _member("/escaped"),
        _member("../escaped"),
        _member("good/../../escaped"),
        _member("..\\escaped"),
        _member("good/ü\0escaped"),
        _member("link", tarfile.SYMTYPE, "/etc"),
        _member("link", tarfile.LNKTYPE, "good/a.txt"),
        _member("device", tarfile.CHRTYPE),
        _member("pipe", tarfile.FIFOTYPE),
        _member("../folder", tarfile.DIRTYPE),
    ],
    ids=lambda member: f"{member.type.decode()} {member.name}",
)
def test_hostile_archives_leave_nothing(tmp_path: Path, member: tarfile.TarInfo) -> None:
    archive = _tar(tmp_path / "x.tar.gz", _member("good/a.txt"), member)
    with pytest.raises(CorpusError, match="do not trust this archive"):
        unpack(archive, tmp_path / "data")
    assert _contents(tmp_path) == ["data", "x.tar.gz"]


def test_damaged_archives_leave_nothing(tmp_path: Path) -> None:
    whole = _tar(tmp_path / "whole.tar.gz", *(_member(f"a/{number}") for number in range(500))).read_bytes()
    twice = _tar(tmp_path / "twice", _member("a"), _member("a/b")).read_bytes()
    bzip2 = _tar(tmp_path / "bzip2", _member("a"), compression="bz2").read_bytes()
    damaged = (
        whole[: len(whole) // 2],
        whole[:-1],
        whole[:-6] + b"\0" + whole[-5:],
        b"<html>",
        b"",
        twice,
        bzip2[:-9] + b"123456789",
    )
    for content in damaged:
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(CorpusError, match="no sound tar archive"):
            unpack(tmp_path / "x", tmp_path / "data")
        assert _contents(tmp_path / "data") == []


@pytest.mark.parametrize("compression", ["gz", "bz2", "xz"])
def test_parts_of_a_corpus_come_together(tmp_path: Path, compression: Literal["gz", "bz2", "xz"]) -> None:
    write(tmp_path / "data" / "corpus" / "train" / "b", "old")
    members = [_member("./corpus/", tarfile.DIRTYPE), _member("./corpus/train/b"), _member("corpus/dev/ü c")]
    archive = _tar(tmp_path / "x", *members, compression=compression)
    assert unpack(archive, tmp_path / "data") == 2
    assert [path for path in _contents(tmp_path / "data") if "/" in path] == [
        "corpus/dev", "corpus/dev/ü c", "corpus/train", "corpus/train/b"
    ]  # fmt: skip
    assert (tmp_path / "data" / "corpus" / "train" / "b").read_bytes() == b"evil"


def test_an_unknown_digest_is_recorded_and_holds_from_then_on(server: Served, tmp_path: Path) -> None:
    path = _tar(tmp_path / "x.tar.gz", _member("corpus/a"))
    server.files = {"/v1/x.tar.gz": path.read_bytes()}
    archive = Archive(url=f"{server.address}/v1/x.tar.gz", into="in")
    data = tmp_path / "data"
    assert obtain(archive, data)
    assert not obtain(archive, data)
    assert len(server.asked) == 1
    assert [found for found in _contents(data) if found.startswith("in/")] == ["in/corpus", "in/corpus/a"]
    name = f"{server.address.removeprefix('http://').replace(':', '_')}/v1/x.tar.gz"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (data / "downloads" / SUMS).read_text() == f"{digest}  {name}\n"
    assert not (data / "downloads" / name).exists()
    (data / "downloads" / f"{name}.unpacked").unlink()
    server.files["/v1/x.tar.gz"] = _tar(path, _member("corpus/other")).read_bytes()
    with pytest.raises(ToolError, match=f"not {digest}"):
        obtain(archive, data)
    assert obtain(
        Archive(url=archive.url, into="in", sha256=hashlib.sha256(path.read_bytes()).hexdigest()), data, keep=True
    )
    assert (data / "downloads" / name).exists()
    (data / "downloads" / SUMS).write_text("what is this\n")
    with pytest.raises(CorpusError, match="'what is this' is not a SHA-256 and a name"):
        obtain(archive, data)


def test_addresses_that_differ_in_their_query_are_different_archives(server: Served, tmp_path: Path) -> None:
    for number in (1, 2):
        server.files[f"/get?file={number}"] = _tar(tmp_path / "x", _member(f"corpus/{number}")).read_bytes()
        assert obtain(Archive(url=f"{server.address}/get?file={number}"), tmp_path / "data")
    assert [found for found in _contents(tmp_path / "data") if found.startswith("corpus/")] == ["corpus/1", "corpus/2"]


def test_the_command_fetches_what_an_experiment_needs(
    server: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speak(tmp_path / "made" / "voices" / "s" / "a.wav")
    with tarfile.open(tmp_path / "x.tar", "w:bz2") as tar:
        tar.add(tmp_path / "made" / "voices", "voices")
    server.files = {"/x.tar": (tmp_path / "x.tar").read_bytes()}
    config = yaml.safe_load((ROOT / "config" / "mls.yaml").read_text(encoding="utf-8"))
    own = {
        "reader": "speaker_folder",
        "options": {"folder": "voices"},
        "archives": [{"url": f"{server.address}/x.tar"}],
    }
    config["languages"]["por"]["corpus"] = own
    config["languages"]["deu"]["corpus"] = {"reader": "commonvoice", "options": {"folder": "cv/de"}}
    config["languages"]["pol"]["corpus"] = own | {"options": {"folder": "elsewhere"}}
    write(tmp_path / "mine.yaml", yaml.safe_dump(config))
    monkeypatch.chdir(tmp_path)
    assert main(["download", "mine.yaml", "--language", "por"]) == 0
    assert (tmp_path / "data" / "voices" / "s" / "a.wav").is_file()
    assert "por: 1 of 1 archives were new" in capsys.readouterr().err
    assert main(["download", "mine.yaml", "--data-root", "data"]) == 2
    said = capsys.readouterr().err
    assert "por: 0 of 1 archives were new" in said
    assert "deu: Common Voice is given to account holders: fetch cv/de" in said
    assert "pol: unpacked, but there is no data/elsewhere" in said
    for wrong, message in ((["--language", "xx"], "has no ['xx']"), (["--data-root", "x"], "no address")):
        config["languages"]["por"]["corpus"] = {"reader": "kaldi"}
        write(tmp_path / "mine.yaml", yaml.safe_dump(config))
        assert main(["download", "mine.yaml", *wrong]) == 2
        assert message in capsys.readouterr().err
    assert main(["download", "gone.yaml"]) == 2
    assert "gone.yaml: cannot be read" in capsys.readouterr().err


_STORAGE = "https://storage.googleapis.com"
_ADDRESSES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str], str]] = {
    "mls": ({"folder": "MLS/mls_polish_opus"}, {"folder": "MLS/polish"},
            ["https://dl.fbaipublicfiles.com/mls/mls_polish_opus.tar.gz"], "MLS"),
    "librispeech": ({"folder": "LibriSpeech", "parts": ["dev-clean"]}, {"parts": ["dev"]},
                    ["https://www.openslr.org/resources/12/dev-clean.tar.gz"], "."),
    "ljspeech": ({"folder": "LJSpeech-1.1"}, {"folder": "kerstin"},
                 ["https://data.keithito.com/data/speech/LJSpeech-1.1.tar.bz2"], "."),
    "word_folders": ({"folder": "x/speech_commands_v0.02"}, {"folder": "digits"},
                     [f"{_STORAGE}/download.tensorflow.org/data/speech_commands_v0.02.tar.gz"],
                     "x/speech_commands_v0.02"),
    "mswc": ({"folder": "MSWC/pl"}, {"folder": "."},
             [f"{_STORAGE}/public-datasets-mswc/{part}/pl.tar.gz" for part in ("audio", "splits")], "MSWC"),
}  # fmt: skip


@pytest.mark.parametrize("reader", _ADDRESSES)
def test_readers_know_their_addresses(reader: str) -> None:
    options, wrong, urls, into = _ADDRESSES[reader]
    module = plugins.load("corpora", reader)
    archives = module.archives(module.Options.model_validate(options))
    assert [archive.url for archive in archives] == urls
    assert archives[0].into == into
    for refused in (wrong, {"folder": "LS"}):
        with pytest.raises(CorpusError):
            module.archives(module.Options.model_validate(refused))
