"""Multilingual Spoken Words, one language: pre-cut words in `clips/word/*.opus`, listed in `<language>_splits.csv`."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from awe.corpora.base import Archive, RawReject, RawUtterance, ReaderOptions, TimedWord
from awe.corpora.files import corpus_folder, is_decoded, not_empty, read_csv, relative, undecodable
from awe.corpora.table import SPLITS
from awe.errors import CorpusError
from awe.options import DataPath

_COLUMNS = ("SET", "LINK", "WORD", "VALID", "SPEAKER")


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        splits: name of the list in the corpus folder; a pattern that must fit exactly one file.
        clips: folder with the recordings, in the corpus folder.

    """

    splits: DataPath = "*_splits.csv"
    clips: DataPath = "clips"


def archives(options: Options) -> tuple[Archive, ...]:
    """Addresses of recordings and splits (mlcommons.org) of the language that the folder is called after, such as `de`.

    Raises:
        CorpusError: if it is called after none.

    """
    folder = PurePosixPath(options.folder)
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?", folder.name):
        raise CorpusError(f"{folder}: call the folder after the language's code, such as de")
    address = "https://storage.googleapis.com/public-datasets-mswc"
    return (
        Archive(url=f"{address}/audio/{folder.name}.tar.gz", into=str(folder.parent)),
        Archive(url=f"{address}/splits/{folder.name}.tar.gz", into=options.folder),
    )


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per row of the list, each with one timed word; see `awe.corpora.base` for errors."""
    folder = corpus_folder(options, data_root)
    found = sorted(folder.glob(options.splits))
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise CorpusError(f"{folder}: needs one file {options.splits}, found {names}; set the option `splits`")
    return not_empty(_read(found[0], options, relative(folder / options.clips, data_root)), found[0], "row in it")


def _read(path: Path, options: Options, clips: str) -> Iterator[RawUtterance | RawReject]:
    for number, row in enumerate(read_csv(path, options.encoding, ","), start=1):
        if missing := set(_COLUMNS) - set(row):
            raise CorpusError(f"{path}: no column {sorted(missing)}; it is not a list of Multilingual Spoken Words")
        split, link, word, valid, speaker = ((row[column] or "").strip() for column in _COLUMNS)
        utterance_id = link.removesuffix(".opus") or f"{path.name}:{number}"
        if not is_decoded(link + word + speaker):
            yield undecodable(utterance_id, path, options.encoding)
        elif not link:
            yield RawReject(utterance_id, "audio_missing", f"row {number} of {path.name} names no recording")
        elif valid.lower() != "true":
            yield RawReject(utterance_id, "marked_invalid", f"VALID is {valid!r}")
        else:
            yield RawUtterance(
                utterance_id,
                speaker,
                f"{clips}/{link}",
                word,
                official_split=SPLITS.get(split.lower(), ""),
                timed_words=(TimedWord(word, 0.0, None),) if word else (),
            )
