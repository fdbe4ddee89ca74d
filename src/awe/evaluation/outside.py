"""Embeddings made elsewhere: Parquet, delimited text or `.npz` with words, maybe speakers, and vectors."""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from awe.delimited import find_delimiter
from awe.errors import AweError
from awe.evaluation.scoring import finite, match_tokens, stack
from awe.tables import read_table

# what numpy and the library below it raise on archives that are none
_DAMAGED_NPZ = (
    *(ValueError, OSError, EOFError, KeyError, TypeError, MemoryError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)


_DELIMITED = (".csv", ".tsv", ".txt")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+([eE][-+]?\d+)?")


class InputError(AweError):
    """The file cannot be read as words and embeddings."""


@dataclass(frozen=True)
class LabelledEmbeddings:
    """`embeddings (N, D)`, `words (N,)` and, where known, `speakers (N,)`, both as text."""

    embeddings: np.ndarray
    words: "pd.Series[str]"
    speakers: "pd.Series[str] | None"


def read_embeddings(path: Path, tokens_path: Path, split: str) -> LabelledEmbeddings:
    """Read a table `embeddings` and take words and speakers from a table `tokens`.

    Raises:
        awe.errors.TableError: if a table is missing or damaged.
        InputError: if no token is in the split.
        awe.evaluation.scoring.EmbeddingMismatchError: if the tokens of the split are not those with embeddings.

    """
    tokens = read_table("tokens", tokens_path)
    tokens = tokens[tokens["split"] == split]
    if tokens.empty:
        raise InputError(f"{tokens_path}: no token is in the split {split!r}; give another --split")
    vectors = match_tokens(read_table("embeddings", path), tokens, str(path))
    return LabelledEmbeddings(vectors, tokens["word"], tokens["speaker_id"])


def read_labelled(path: Path, word: str, speaker: str | None, embedding: str) -> LabelledEmbeddings:
    """Read embeddings and their words.

    A table holds the columns `word`, `speaker` if given, and either one column `embedding` of lists (Parquet) or one
    numeric column per dimension: all other columns whose name ends in a digit (`0`, `e12`, `dim_3`), in order. An `.npz`
    holds arrays of those names, the embeddings as `(N, D)`.

    Raises:
        InputError: if the file is missing, damaged or lacks a column.
        awe.evaluation.scoring.EmbeddingMismatchError: if the vectors differ in width.

    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; give a .parquet, .csv or .npz file")
    if path.suffix == ".npz":
        return _read_npz(path, word, speaker, embedding)
    labels = [word] if speaker is None else [word, speaker]
    frame = _read_frame(path, labels)
    for column in labels:
        if column not in frame:
            raise InputError(f"{path}: column {column!r} is missing; there are {', '.join(map(str, frame.columns))}")
        empty = int((frame[column].isna() | (frame[column].astype(str) == "")).sum())
        if empty:
            raise InputError(f"{path}: column {column!r} has {empty} empty values")
    if frame.empty:
        raise InputError(f"{path}: the table has no rows")
    if embedding in frame:
        vectors = stack(frame[embedding], str(path))
    else:
        vectors = _dimensions(frame.drop(columns=labels), path, embedding)
    return LabelledEmbeddings(vectors, frame[word].astype(str), None if speaker is None else frame[speaker].astype(str))


def _read_frame(path: Path, labels: list[str]) -> pd.DataFrame:
    try:
        if path.suffix == ".parquet":
            table = pq.read_table(path)
        elif path.suffix in _DELIMITED:
            table = _read_delimited(path, labels)
        else:
            raise InputError(f"{path}: {path.suffix or 'no suffix'} is unknown; give a .parquet, .csv or .npz file")
        frame: pd.DataFrame = table.to_pandas()
    except (pa.ArrowException, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {' '.join(str(error).split())[:160]}") from None
    return frame


def _read_delimited(path: Path, labels: list[str]) -> pa.Table:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        delimiter = find_delimiter(lines.readline(), labels)
        first_row = lines.readline().split(delimiter)
    as_text = pa_csv.ConvertOptions(
        # as text, words stay as they are written: "null" and "nan" may be words
        column_types=dict.fromkeys(labels, pa.string()),
        decimal_point=_decimal_sign(first_row),
    )
    return pa_csv.read_csv(path, parse_options=pa_csv.ParseOptions(delimiter=delimiter), convert_options=as_text)


def _decimal_sign(cells: list[str]) -> str:
    """Say which decimal sign the cells of a row hold."""
    return "," if any(_DECIMAL_COMMA.fullmatch(cell.strip()) for cell in cells) else "."


def _dimensions(frame: pd.DataFrame, path: Path, embedding: str) -> np.ndarray:
    columns = [column for column in frame.columns if str(column)[-1:].isdigit()]
    if not columns:
        raise InputError(f"{path}: no column {embedding!r} and no columns named by a number hold the embeddings")
    for column in columns:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            raise InputError(f"{path}: column {column!r} holds something that is not a number")
    return finite(frame[columns].to_numpy(dtype=np.float64), str(path))


def _read_npz(path: Path, word: str, speaker: str | None, embedding: str) -> LabelledEmbeddings:
    labels = [word] if speaker is None else [word, speaker]
    try:
        with np.load(path, allow_pickle=False) as arrays:
            read = {name: arrays[name] for name in arrays.files}
    except _DAMAGED_NPZ as error:
        raise InputError(f"{path}: cannot be read: {' '.join(str(error).split())[:160]}") from None
    found = {name: array for name, array in read.items() if isinstance(array, np.ndarray)}
    for name in [embedding, *labels]:
        if name not in found:
            raise InputError(f"{path}: array {name!r} is missing; there are {', '.join(found) or 'none'}")
    vectors = found[embedding]
    if vectors.ndim != 2 or vectors.dtype.kind not in "fiu":
        raise InputError(f"{path}: {embedding!r} must be numbers (tokens x dimensions), got {vectors.shape}")
    for name in labels:
        if found[name].shape != vectors.shape[:1]:
            raise InputError(f"{path}: {len(vectors)} embeddings but {name!r} has the shape {found[name].shape}")
    words = pd.Series(found[word].astype(str))
    return LabelledEmbeddings(
        finite(vectors, str(path)), words, None if speaker is None else pd.Series(found[speaker].astype(str))
    )
