"""Common Voice, one language: `train.tsv`, `dev.tsv`, `test.tsv` with a header, recordings in `clips/`.

lhotse's recipe is not used: it drops missing recordings silently and stops at the first damaged one.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from awe.corpora.base import Archive, RawReject, RawUtterance, ReaderOptions
from awe.corpora.files import AUDIO_SUFFIXES, corpus_folder, is_decoded, not_empty, read_lines, relative, undecodable
from awe.corpora.table import SPLITS
from awe.errors import CorpusError

_COLUMNS = ("client_id", "path", "sentence")


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        parts: names of the tables to read, those that exist; ("validated",) has more recordings, but no splits.

    """

    parts: tuple[str, ...] = Field(default=("train", "dev", "test"), min_length=1)


def archives(options: Options) -> tuple[Archive, ...]:
    """Say how the corpus can be had: it has no open address.

    Raises:
        CorpusError: always.

    """
    raise CorpusError(
        f"Common Voice is given to account holders: fetch {options.folder} at commonvoice.mozilla.org/datasets yourself"
    )


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per row of the tables; see `awe.corpora.base` for errors."""
    folder = corpus_folder(options, data_root)
    return not_empty(_read(options, folder, data_root), folder, f"row in {', '.join(options.parts)} (.tsv)")


def _read(options: Options, folder: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    for part in options.parts:
        path = folder / f"{part}.tsv"
        if path.is_file():
            yield from _read_part(path, options, relative(folder / "clips", data_root))


def _read_part(path: Path, options: Options, clips: str) -> Iterator[RawUtterance | RawReject]:
    # quotes are part of the sentences here, so this is no CSV
    lines = read_lines(path, options.encoding)
    header = next(lines, (0, ""))[1].split("\t")
    if missing := set(_COLUMNS) - set(header):
        raise CorpusError(f"{path}: no column {sorted(missing)}; it is not a table of Common Voice")
    for number, line in lines:
        cells = dict(zip(header, line.split("\t"), strict=False))
        speaker, name, sentence = (cells.get(column, "").strip() for column in _COLUMNS)
        file_name = name if name.endswith(AUDIO_SUFFIXES) else f"{name}.mp3"  # early releases leave out the suffix
        utterance_id = file_name.rpartition(".")[0] or f"{path.name}:{number}"
        if not is_decoded(line):
            yield undecodable(utterance_id, path, options.encoding)
        elif not name:
            yield RawReject(utterance_id, "audio_missing", f"line {number} of {path.name} names no recording")
        else:
            split = SPLITS.get(path.stem, "")
            yield RawUtterance(utterance_id, speaker, f"{clips}/{file_name}", sentence, official_split=split)
