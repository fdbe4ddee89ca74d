"""Experiments as one archive, and back; an archive from elsewhere cannot write outside its own folder."""

import gzip
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from awe.errors import ArchiveError
from awe.options import is_inside
from awe.provenance import read_record
from awe.verification import changed_files

_LEFT_OUT = {"checkpoint"}  # the state of training that is not done
_TIMESTAMP = ".snakemake_timestamp"  # when a folder was made, for the workflow


def pack(results: Path, archive: Path) -> int:
    """Write an experiment's folder into a gzipped tar archive and return the number of files.

    Times of the files are kept, so that the workflow finds nothing to do where the archive is unpacked.

    Raises:
        ArchiveError: if the archive exists.
        TableError: if the folder is no finished experiment.

    """
    read_record(results)
    if archive.exists():
        raise ArchiveError(f"{archive}: exists; choose another name or delete it")
    results = results.resolve()
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_name(f".{archive.name}.part")
    count = 0
    try:
        with tarfile.open(part, "w:gz", format=tarfile.PAX_FORMAT) as tar:
            for path in _files(results):
                tar.add(path, f"{results.name}/{path.relative_to(results).as_posix()}", recursive=False)
                count += 1
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)
    return count


def unpack(archive: Path, parent: Path) -> Path:
    """Restore an experiment into `parent` (the folder results) and return its folder.

    Everything is checked first: members are plain files below one folder, and their content is what the archive's
    provenance says. Only then does the folder appear, whole.

    Raises:
        ArchiveError: if the archive is damaged, holds anything else, or the experiment is there already.

    """
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".unpack-") as temporary:
        try:
            with tarfile.open(archive, "r:gz") as tar:
                name = _extract(tar, archive, Path(temporary))
        except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise ArchiveError(f"{archive}: damaged ({error}); fetch it again") from None
        folder, target = Path(temporary) / name, parent / name
        if target.exists():
            raise ArchiveError(f"{target}: exists; move it away first")
        changed = changed_files(folder)
        if changed:
            raise ArchiveError(f"{archive}: content differs from its provenance ({changed[0]}); fetch it again")
        folder.rename(target)
    return target


def _files(results: Path) -> Iterator[Path]:
    for path in sorted(results.rglob("*")):
        inside = path.relative_to(results).parts
        half_written = path.name.startswith(".") and path.name != _TIMESTAMP
        if path.is_file() and not path.is_symlink() and not _LEFT_OUT & set(inside) and not half_written:
            yield path


def _extract(tar: tarfile.TarFile, archive: Path, folder: Path) -> str:
    """Write the members below `folder`; returns the name of the one folder that holds them."""
    tops = set()
    for member in tar:
        parts = PurePosixPath(member.name).parts
        harmless = parts and is_inside(member.name) and "\\" not in member.name
        if not harmless or not (member.isreg() or member.isdir()) or (member.isreg() and len(parts) < 2):
            raise ArchiveError(f"{archive}: member {member.name!r} is no plain file of an experiment; do not trust it")
        tops.add(parts[0])
        path = folder.joinpath(*parts)
        if member.isreg():
            path.parent.mkdir(parents=True, exist_ok=True)
            source = tar.extractfile(member)
            with path.open("xb") as target:
                shutil.copyfileobj(source, target)  # type: ignore[arg-type]  # regular files have content
            os.utime(path, (member.mtime, member.mtime))
    if len(tops) != 1:
        raise ArchiveError(f"{archive}: holds {len(tops)} folders instead of one experiment")
    return str(tops.pop())
