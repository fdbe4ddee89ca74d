"""A plain table (delimited text or Parquet): one row per utterance (`text`) or per pre-cut word (`word`)."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Self

from pydantic import Field, model_validator

from awe.corpora.base import RawReject, RawUtterance, ReaderOptions, Split, TimedWord
from awe.corpora.files import corpus_folder, is_decoded, not_empty, read_csv, relative, require_file, undecodable
from awe.delimited import parse_number
from awe.errors import CorpusError
from awe.options import DataPath

# what corpora call their splits, in lower case
SPLITS: dict[str, Split] = {"train": "train", "valid": "valid", "validation": "valid", "dev": "valid", "test": "test"}


class Options(ReaderOptions):
    """Options of the reader; an empty column name means that there is no such column.

    Attributes:
        file: name of the table in the corpus folder; `.parquet`, otherwise text with a header, such as `.csv` or `.tsv`.
        delimiter: between the cells of text; empty: comma, semicolon or tab, whichever gives the columns.
        audio: column with the path of the recording, relative to the corpus folder.
        start: column with seconds from the start of the recording; empty cells mean its start.
        end: column with seconds from the start of the recording; empty cells mean its end.
        text: column with the transcript; either this or `word`.
        word: for pre-cut words: column with the one word that is spoken.
        speaker: column with the speaker.
        utterance_id: column with the id; without one it is the path without suffix and the row, from 1.
        split: column with "train", "valid" (or "validation", "dev") or "test".

    """

    file: DataPath = "table.csv"
    delimiter: str = Field(default="", max_length=1)
    audio: str = Field(default="audio", min_length=1)
    start: str = ""
    end: str = ""
    text: str = ""
    word: str = ""
    speaker: str = Field(default="speaker", min_length=1)
    utterance_id: str = ""
    split: str = ""

    @model_validator(mode="after")
    def _one_transcript(self) -> Self:
        if bool(self.text) == bool(self.word):
            raise ValueError("name a column for exactly one of `text` and `word`")
        return self


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per row; see `awe.corpora.base` for errors."""
    folder = corpus_folder(options, data_root)
    path = require_file(folder / options.file, "set the option `file`")
    items = (_item(number, row, options, relative(folder, data_root)) for number, row in _rows(path, options))
    return not_empty(items, path, "row in it")


def _rows(path: Path, options: Options) -> Iterator[tuple[int, Mapping[str, Any]]]:
    columns = [options.audio, options.start, options.end, options.text, options.word, options.speaker]
    wanted = {column for column in [*columns, options.utterance_id, options.split] if column}
    is_parquet = path.suffix == ".parquet"
    rows = _parquet_rows(path) if is_parquet else read_csv(path, options.encoding, options.delimiter, wanted)
    for number, row in enumerate(rows, start=1):
        if missing := wanted - set(row):
            raise CorpusError(f"{path}: no column {sorted(missing)}; it has {sorted(map(str, row))}; set the options")
        yield number, row


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=1024):
            yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise CorpusError(f"{path}: is no Parquet file ({error}); write it again") from None


def _item(number: int, row: Mapping[str, Any], options: Options, folder: str) -> RawUtterance | RawReject:
    def cell(column: str) -> str:
        value = row.get(column) if column else None
        return "" if value is None else str(value).strip()

    audio, text = cell(options.audio), cell(options.text or options.word)
    utterance_id = cell(options.utterance_id) or f"{PurePosixPath(audio).with_suffix('') if audio else 'row'}:{number}"
    if not all(is_decoded(part) for part in (utterance_id, audio, text)):
        return undecodable(utterance_id, Path(options.file), options.encoding)
    if not audio:
        return RawReject(utterance_id, "audio_missing", f"row {number} names no recording")
    if not text:
        return RawReject(utterance_id, "transcript_missing", f"row {number} has no transcript")
    try:
        start_s = _seconds(cell(options.start)) or 0.0
        end_s = _seconds(cell(options.end))
    except ValueError as error:
        return RawReject(utterance_id, "segment_outside_audio", f"row {number}: {error}")
    return RawUtterance(
        utterance_id,
        cell(options.speaker),
        audio if folder == "." else f"{folder}/{audio}",
        text,
        start_s,
        None if end_s is None else end_s - start_s,
        SPLITS.get(cell(options.split).lower(), ""),
        (TimedWord(text, 0.0, None),) if options.word else (),
    )


def _seconds(text: str) -> float | None:
    if not text or text.lower() == "nan":
        return None
    seconds = parse_number(text)
    if not math.isfinite(seconds):
        raise ValueError(f"{text} is no time in seconds")
    return seconds
