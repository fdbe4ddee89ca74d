"""The embedded corpus: what the synthesiser wrote, with its own word times (ground truth, never training data)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from awe.corpora.base import RawReject, RawUtterance, ReaderOptions, TimedWord
from awe.corpora.files import corpus_folder, not_empty, relative, require_file
from awe.errors import CorpusError
from awe.options import DataPath

COLUMNS = (
    "utterance_id",
    "speaker_id",
    "audio_path",
    "start_s",
    "duration_s",
    "text",
    "official_split",
    "words",
    "word_start_s",
    "word_end_s",
)


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        manifest: file name of the manifest, in the corpus folder; its audio paths are relative to that folder.

    """

    manifest: DataPath = "manifest.parquet"


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield the utterances of the manifest.

    Raises:
        CorpusError: if the manifest is missing, damaged or lacks a column, or is empty.

    """
    folder = corpus_folder(options, data_root)
    path = require_file(folder / options.manifest, "run the synthesis first")
    return not_empty(_read(path, relative(folder, data_root)), path, "utterance in it")


def _read(path: Path, folder: str) -> Iterator[RawUtterance]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=1024, columns=list(COLUMNS)):
            if missing := set(COLUMNS) - set(batch.schema.names):
                raise CorpusError(f"{path}: the columns {sorted(missing)} are missing; run the synthesis again")
            for row in batch.to_pylist():
                yield _utterance(row, folder)
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}); run the synthesis again") from None


def _utterance(row: dict[str, Any], folder: str) -> RawUtterance:
    times = zip(row["words"], row["word_start_s"], row["word_end_s"], strict=True)
    return RawUtterance(
        utterance_id=row["utterance_id"],
        speaker_id=row["speaker_id"],
        audio_path=row["audio_path"] if folder == "." else f"{folder}/{row['audio_path']}",
        text=row["text"],
        start_s=row["start_s"],
        duration_s=row["duration_s"],
        official_split=row["official_split"],
        timed_words=tuple(TimedWord(word, start_s, end_s) for word, start_s, end_s in times),
    )
