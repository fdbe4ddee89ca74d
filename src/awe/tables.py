"""The tables between the stages: schemas declared once, checked on every read and write.

Times are in seconds, paths relative to the data root. Writing is atomic: a table is there whole or not at all. A
checksum in the file's metadata covers every byte, so that a damaged table is an error and never another number.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from awe.checksum import PLACEHOLDER, check, seal
from awe.errors import TableError
from awe.files import write_bytes

_TAG = "awe.table"  # marks the tables of this package


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in columns.items()])


_TEXT, _NUMBER, _COUNT = pa.string(), pa.float64(), pa.int32()

SCHEMAS: dict[str, pa.Schema] = {
    "utterances": _schema(
        utterance_id=_TEXT,
        speaker_id=_TEXT,
        audio_path=_TEXT,
        start_s=_NUMBER,
        duration_s=_NUMBER,
        sample_rate_hz=_COUNT,
        text=_TEXT,
        words=pa.list_(_TEXT),
        official_split=_TEXT,  # "train", "valid", "test", or "" where the corpus ships no split
    ),
    "rejects": _schema(stage=_TEXT, item_id=_TEXT, reason=_TEXT, detail=_TEXT),
    "lexicon": _schema(word=_TEXT, phones=pa.list_(_TEXT), source=_TEXT),
    # times count from the start of the utterance
    "alignment": _schema(
        utterance_id=_TEXT, position=_COUNT, word=_TEXT, start_s=_NUMBER, end_s=_NUMBER, aligner=_TEXT
    ),
    # times count from the start of the utterance
    "tokens": _schema(
        token_id=_TEXT,
        utterance_id=_TEXT,
        speaker_id=_TEXT,
        word=_TEXT,
        phones=pa.list_(_TEXT),
        start_s=_NUMBER,
        end_s=_NUMBER,
        split=_TEXT,
    ),
    "features": _schema(token_id=_TEXT, num_frames=_COUNT, features=pa.list_(pa.float32())),
    "vectors": _schema(word=_TEXT, vector=pa.list_(pa.float32())),
    "lemmas": _schema(word=_TEXT, lemma=_TEXT),  # of the words that have one
    "history": _schema(
        epoch=_COUNT,
        train_loss=_NUMBER,
        form_loss=_NUMBER,
        meaning_loss=_NUMBER,
        validation_map=_NUMBER,
        learning_rate=_NUMBER,
        seconds=_NUMBER,
        tokens_per_s=_NUMBER,
        pretraining=pa.bool_(),  # such an epoch is never the best one
    ),
    "trained_words": _schema(word=_TEXT, tokens=_COUNT),  # of each word that one job was trained on
    "embeddings": _schema(token_id=_TEXT, embedding=pa.list_(pa.float32())),
    "scores": _schema(
        language=_TEXT,
        split=_TEXT,
        setting=_TEXT,
        candidate=_TEXT,
        seed=_COUNT,
        metric=_TEXT,
        definition=_TEXT,
        value=_NUMBER,
        ci_low=_NUMBER,
        ci_high=_NUMBER,
        ci_over=_TEXT,  # what the interval is about: other "words" or other "speakers"
        n=_COUNT,
    ),
    # average precision of every query (definition per_query), for paired tests and analyses
    "queries": _schema(token_id=_TEXT, average_precision=_NUMBER),
    # test scores without each group of speakers in turn, for intervals over speakers
    "left_out": _schema(group=_COUNT, definition=_TEXT, value=_NUMBER),
    # what an analysis of one job's test embeddings found; `group` are the tokens, pairs or words it is about
    "findings": _schema(
        language=_TEXT,
        setting=_TEXT,
        candidate=_TEXT,
        seed=_COUNT,
        analysis=_TEXT,
        group=_TEXT,
        measure=_TEXT,
        value=_NUMBER,
        n=_COUNT,
    ),
}

REASONS = frozenset(
    {
        # corpus
        "audio_missing",
        "audio_unreadable",
        "audio_empty",
        "audio_silent",
        "audio_too_short",
        "audio_too_long",
        "sample_rate_too_low",
        "segment_outside_audio",
        "transcript_missing",
        "transcript_empty",
        "transcript_unreadable",
        "transcript_not_one_word",
        "utterance_id_doubled",
        "marked_invalid",
        "speaker_missing",
        "path_outside_data_root",
        # lexicon
        "g2p_failed",
        "g2p_empty",
        "g2p_unknown_symbol",
        # semantics
        "vector_missing",
        # alignment
        "word_without_pronunciation",
        "alignment_failed",
        "alignment_missing",
        "alignment_mismatch",
        "alignment_implausible",
        # tokens
        "too_few_phones",
        "too_rare",
        "too_long",
        "too_short",
        "speaker_not_selected",
        "not_sampled",
    }
)


def write_table(frame: pd.DataFrame, name: str, path: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Write `frame` as the table `name`, atomically, rows in the given order.

    Raises:
        TableError: if a column is missing, superfluous or of the wrong type, or a value is null.

    """
    schema = SCHEMAS[name]
    if list(frame.columns) != schema.names:
        raise TableError(f"{path}: table {name} needs the columns {schema.names}, got {list(frame.columns)}")
    try:
        # pandas forgets the types of columns without rows
        table = schema.empty_table() if frame.empty else pa.Table.from_pandas(frame, schema, preserve_index=False)
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise TableError(f"{path}: cannot be written as table {name}: {error}") from None
    write_arrow(table, name, path, metadata)


def write_arrow(table: pa.Table, name: str, path: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Write an Arrow table that already has the schema of table `name`, atomically."""
    _check_schema(table, name, path)
    tagged = table.replace_schema_metadata({_TAG: name, **(metadata or {})})
    buffer = pa.BufferOutputStream()
    with pq.ParquetWriter(buffer, tagged.schema, compression="zstd") as writer:
        writer.write_table(tagged)
        writer.add_key_value_metadata({"awe.checksum": PLACEHOLDER})  # goes into the file's metadata alone
    write_bytes(seal(buffer.getvalue().to_pybytes()), path)


def read_arrow(name: str, path: Path) -> pa.Table:
    """Read the table `name` and check its columns, types and that nothing is null.

    Raises:
        TableError: if the file is missing, damaged or of another shape.

    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise TableError(f"{path}: table {name} is missing; run the stage that writes it") from None
    try:
        table = _decode(content)
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        reason = " ".join(str(error).split())[:120]
        raise TableError(f"{path}: table {name} is damaged ({reason}); delete it and run again") from None
    _check_schema(table, name, path)
    return table


def read_shards(name: str, paths: Sequence[Path]) -> list[pa.Table]:
    """Read the shards of the table `name`, several at a time; errors as in `read_arrow`."""
    with ThreadPoolExecutor() as threads:
        return list(threads.map(lambda path: read_arrow(name, path), paths))


def _decode(content: bytes) -> pa.Table:
    """Decode a Parquet file; one of this package's own only if not a byte has changed."""
    ours = _TAG.encode()
    is_ours = ours in content
    if is_ours:
        check(content)  # before the decoder sees it
    table = pq.read_table(pa.BufferReader(content))
    if not is_ours and ours in (table.schema.metadata or {}):
        check(content)  # the tag itself was damaged
    table.validate(full=True)  # tables made elsewhere may hold text that is not UTF-8
    return table


def read_table(name: str, path: Path) -> pd.DataFrame:
    """Read the table `name` as a data frame; errors as in `read_arrow`."""
    frame: pd.DataFrame = read_arrow(name, path).to_pandas()
    return frame


def table_from(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Make a frame with the columns of table `name` from rows, also from no rows at all."""
    frame: pd.DataFrame = pa.Table.from_pylist([dict(row) for row in rows], schema=SCHEMAS[name]).to_pandas()
    return frame


def reject(stage: str, item_id: str, reason: str, detail: str = "") -> dict[str, str]:
    """Make one row of the `rejects` table; the reason must be in `REASONS`."""
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is not in awe.tables.REASONS; add it there")
    return {"stage": stage, "item_id": item_id, "reason": reason, "detail": " ".join(detail.split())[:300]}


def _check_schema(table: pa.Table, name: str, path: Path) -> None:
    expected = SCHEMAS[name]
    if table.schema.names != expected.names or table.schema.types != expected.types:
        raise TableError(f"{path}: table {name} needs {_describe(expected)}, got {_describe(table.schema)}")
    for column in table.schema.names:
        if table[column].null_count:
            raise TableError(f"{path}: column {column} of table {name} has {table[column].null_count} empty values")


def _describe(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name}: {field.type}" for field in schema)
