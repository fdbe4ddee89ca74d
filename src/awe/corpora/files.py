"""Finding and decoding the files of a corpus, whatever their line ends, marks and suffixes."""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from awe.corpora.base import RawReject, RawUtterance, ReaderOptions
from awe.delimited import find_delimiter
from awe.errors import CorpusError
from awe.files import is_file

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3")
_STREAMED = {"utf-8", "utf-8-sig"}  # damage in other encodings can end the decoding, or is decoded otherwise in pieces
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def corpus_folder(options: ReaderOptions, data_root: Path) -> Path:
    """Return the corpus folder.

    Raises:
        CorpusError: if it does not exist.

    """
    folder = data_root / options.folder
    if not folder.is_dir():
        raise CorpusError(f"{folder}: no such folder; set the data root or the reader's option `folder`")
    return folder


def require_file(path: Path, remedy: str) -> Path:
    """Return the path of a file without which the corpus cannot be read.

    Raises:
        CorpusError: if it does not exist.

    """
    if not path.is_file():
        raise CorpusError(f"{path}: no such file; {remedy}")
    return path


def not_empty(
    items: Iterable[RawUtterance | RawReject], folder: Path, looked_for: str
) -> Iterator[RawUtterance | RawReject]:
    """Pass the items on.

    Raises:
        CorpusError: if there is not a single one.

    """
    found = False
    for item in items:
        found = True
        yield item
    if not found:
        raise CorpusError(f"{folder}: found no {looked_for}; check the reader's options and the files")


def read_text(path: Path, encoding: str) -> str:
    """Decode a text file; bytes that do not fit the encoding become lone surrogates, see `is_decoded`."""
    content = path.read_bytes()
    try:
        return content.decode(_marked(content, encoding), errors="surrogateescape")
    except UnicodeDecodeError:  # such as half a UTF-16 character
        return content.decode("ascii", errors="surrogateescape")


def open_text(path: Path, encoding: str, newline: str | None = None) -> TextIO:
    """Open a text file as `read_text` decodes it, UTF-8 without holding all of it in memory; `newline` as in `open`."""
    with path.open("rb") as start:
        marked = _marked(start.read(4), encoding)
    if codecs.lookup(marked).name in _STREAMED:
        return path.open(encoding=marked, errors="surrogateescape", newline=newline)
    return io.StringIO(read_text(path, encoding), newline)


def _marked(start: bytes, encoding: str) -> str:
    """Return the encoding that a byte order mark names, else the given one."""
    return next((name for mark, name in _BYTE_ORDER_MARKS.items() if start.startswith(mark)), encoding)


def is_decoded(text: str) -> bool:
    """Whether no byte of the text failed to decode."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def read_lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of every line that is not blank, whatever the line ends."""
    with open_text(path, encoding) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, line.removesuffix("\n")


def read_csv(
    path: Path, encoding: str, delimiter: str = "", wanted: Collection[str] = ()
) -> Iterator[dict[str, str | None]]:
    """Yield the rows of a table with a header line, by column.

    Without a delimiter, it is the one that gives the wanted columns, see `awe.delimited.find_delimiter`.

    Raises:
        CorpusError: if it is no such table, as where a quotation mark is never closed.

    """
    csv.field_size_limit(1 << 24)
    # newline="" leaves line ends inside quoted cells to the csv module
    with open_text(path, encoding, newline="") as lines:
        try:
            first = lines.readline()
            chosen = delimiter or find_delimiter(first, wanted)
            yield from csv.DictReader(chain([first], lines) if first else lines, delimiter=chosen)
        except csv.Error as error:
            raise CorpusError(
                f"{path}: cannot be read as a table ({error}); look for a quotation mark too many"
            ) from None


def undecodable(item_id: str, path: Path, encoding: str) -> RawReject:
    """Make the reject of an item whose text does not fit the encoding."""
    return RawReject(item_id, "transcript_unreadable", f"{path.name} is not {encoding}; set the option `encoding`")


def find_audio(folder: Path, name: str, suffixes: Iterable[str] = AUDIO_SUFFIXES) -> Path:
    """Return the file called `name` with the first of the suffixes that exists, also in capitals, else with the first."""
    candidates = [folder / f"{name}{one}" for suffix in suffixes for one in (suffix, suffix.upper())]
    return next((path for path in candidates if is_file(path)), candidates[0])


def walk(folder: Path, suffixes: Iterable[str] = AUDIO_SUFFIXES) -> Iterator[Path]:
    """Yield all files below a folder with one of the suffixes (in any case), sorted, hidden ones left out."""
    wanted = tuple(suffixes)
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from walk(path, wanted)
        elif path.name.lower().endswith(wanted):
            yield path


def relative(path: Path, data_root: Path) -> str:
    """Return a path as tables hold it: relative to the data root, with forward slashes; one elsewhere stays absolute."""
    return (path.relative_to(data_root) if path.is_relative_to(data_root) else path.absolute()).as_posix()


def check_pattern(pattern: str, *groups: str) -> str:
    """Return the regular expression if it is one and has the named groups, else raise ValueError."""
    try:
        missing = set(groups) - set(re.compile(pattern).groupindex)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from None
    if missing:
        raise ValueError(f"needs the named groups {sorted(missing)}, as in (?P<speaker>[^_]+)")
    return pattern


def inside_root(path: str, audio_folder: str, data_root: Path) -> str:
    """Make a path of a corpus's own list relative to the data root; one that leads elsewhere comes back absolute."""
    if path.startswith("/"):
        for root in (data_root.absolute(), data_root.resolve()):
            if Path(path).is_relative_to(root):
                return Path(path).relative_to(root).as_posix()
        return path
    return path if audio_folder == "." else f"{audio_folder}/{path}"
