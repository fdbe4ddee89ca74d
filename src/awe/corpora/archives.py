"""Corpora that have an address: their archives are fetched, checked and unpacked below the data root."""

import bz2
import errno
import gzip
import hashlib
import lzma
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import urlsplit

from filelock import FileLock

from awe.checksum import sha256
from awe.corpora.base import Archive
from awe.download import fetch, file_name
from awe.errors import CorpusError
from awe.files import write_text
from awe.options import is_inside
from awe.progress import say, track

DOWNLOADS = "downloads"
SUMS = "SHA256SUMS"


def obtain(archive: Archive, data_root: Path, *, keep: bool = False) -> bool:
    """Fetch an archive and unpack it, unless that was done before; the archive is deleted then unless `keep`.

    `<data_root>/downloads/SHA256SUMS`, in the format of `sha256sum`, holds the SHA-256 of every archive obtained. Where
    the publisher's is known, it can be written there, or into the configuration, before.

    Returns:
        False if it was there already.

    Raises:
        ToolError: if the server does not deliver, or delivers something else than the SHA-256 promises.
        CorpusError: if the archive is damaged or holds anything but plain files below its folder.

    """
    folder = data_root / DOWNLOADS
    name = _place(archive.url)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    unpacked = path.with_name(f"{path.name}.unpacked")
    with FileLock(f"{path}.lock"):
        digest = archive.sha256.lower() or recorded(folder).get(name, "")
        if unpacked.exists() and digest in {"", unpacked.read_text(encoding="utf-8").strip()}:
            return False
        found = sha256(path) if path.exists() else ""  # fetched before, but not unpacked to the end
        if not found or (digest and found != digest):
            found = fetch(archive.url, digest, path)
        try:
            unpack(path, data_root / archive.into)
        except CorpusError:
            path.unlink()
            raise
        if not digest:
            say(f"{archive.url}: SHA-256 {found} is recorded; compare it with the publisher's")
        with FileLock(folder / f"{SUMS}.lock"):
            sums = recorded(folder) | {name: found}
            write_text("".join(f"{sums[one]}  {one}\n" for one in sorted(sums)), folder / SUMS)
        write_text(f"{found}\n", unpacked)
        if not keep:
            path.unlink()
    return True


def recorded(folder: Path) -> dict[str, str]:
    """SHA-256 of each archive that `SHA256SUMS` names.

    Raises:
        CorpusError: if a line is not a SHA-256 and a name.

    """
    path = folder / SUMS
    sums = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        match = re.fullmatch(r"([0-9a-fA-F]{64})[ *]+(\S+)", line.strip())
        if match is None:
            raise CorpusError(f"{path}: {line!r} is not a SHA-256 and a name; correct the line")
        sums[match[2]] = match[1].lower()
    return sums


def unpack(path: Path, folder: Path) -> int:
    """Unpack a tar archive into a folder and return the number of files.

    All members are written beside first, so that a damaged or hostile archive leaves nothing behind. Nothing but plain
    files and folders below `folder` is accepted: no absolute paths, no `..`, no links, no devices.

    Raises:
        CorpusError: if there is anything else in it, or it is damaged.

    """
    beside = folder / f".unpacking-{path.name}"  # readers skip hidden folders
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        for member, parts in track(_members(path), f"unpacking {path.name}, files"):
            target = beside.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                shutil.copyfileobj(member, file)
        return _move(beside, folder)
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError) as error:
        # OSError without number: damaged; a member twice, or as file and as folder, is no better; others: a full disk, ...
        if isinstance(error, OSError) and error.errno not in {None, errno.EEXIST, errno.ENOTDIR}:
            raise
        raise CorpusError(f"{path}: no sound tar archive ({error}); download it again") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _members(path: Path) -> Iterator[tuple[IO[bytes], tuple[str, ...]]]:
    """Yield every plain file of an archive, open, with the parts of its path."""
    with _decompressed(path) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        while (member := tar.next()) is not None:
            tar.members.clear()  # type: ignore[attr-defined]  # tarfile collects them
            parts = PurePosixPath(member.name).parts
            if not is_inside(member.name) or "\\" in member.name:
                raise CorpusError(f"{path}: member {member.name!r} leads out of its folder; do not trust this archive")
            if member.isdir():
                continue
            if not member.isreg():
                raise CorpusError(f"{path}: member {member.name!r} is a link or device; do not trust this archive")
            content = tar.extractfile(member)
            assert content is not None  # noqa: S101 -- regular files have content
            yield content, parts
        while stream.read(1 << 20):  # to the end, where checksums are; tarfile alone takes a truncated file for whole
            pass


def _decompressed(path: Path) -> gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile:
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"\x1f\x8b"):
        return gzip.open(path)
    if start.startswith(b"BZh"):
        return bz2.open(path)
    if start.startswith(b"\xfd7zXZ"):
        return lzma.open(path)
    raise tarfile.ReadError("not compressed by gzip, bzip2 or xz")


def _move(source: Path, folder: Path) -> int:
    """Move all files of a folder into another one, below which there may be others already."""
    count = 0
    for path in source.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
            count += 1
    return count


def _place(url: str) -> str:
    """Where an archive lies below the folder of downloads: host and path of its address; a query's hash is in its name."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]  # without a password
    folders = [host, *(part for part in parts.path.split("/")[:-1] if part)]
    query = f"{hashlib.sha256(parts.query.encode()).hexdigest()[:8]}-" if parts.query else ""
    return "/".join(
        [*(re.sub(r"[^\w.+-]", "_", one).lstrip(".") or "_" for one in folders), f"{query}{file_name(url)}"]
    )
