"""From what a reader found to the tables `utterances`, `alignment` (the corpus's own word times) and `rejects`."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa

from awe import audio
from awe.corpora.base import IngestOptions, RawReject, RawUtterance, TimedWord, is_inside
from awe.progress import track
from awe.tables import SCHEMAS, reject
from awe.text import TextOptions, normalise

STAGE = "corpus"
REFERENCE = "reference"  # the column `aligner` of word times that a corpus ships
_TABLES = ("utterances", "alignment", "rejects")
_BATCH_SIZE = 4096  # utterances that are in memory as Python objects at a time

Row = dict[str, Any]


@dataclass(frozen=True)
class Ingested:
    """The tables `utterances`, `alignment` (only of utterances with word times) and `rejects`, in corpus order.

    They stay in Arrow's form: as data frames, half a million utterances take several times the memory.
    """

    utterances: pa.Table
    reference: pa.Table
    rejects: pa.Table


@dataclass(frozen=True)
class _Checked:
    """One item after all checks that need no other item: an utterance with its word times, or a reject."""

    utterance: Row | None
    reference: tuple[Row, ...] = ()
    rejected: Row | None = None


class _RejectedError(Exception):
    """An utterance fails a check; becomes a row of `rejects`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail)
        self.reason = reason


def ingest(
    items: Iterable[RawUtterance | RawReject],
    data_root: Path,
    text_options: TextOptions,
    limits: IngestOptions,
    processes: int = 1,
) -> Ingested:
    """Check the audio and normalise the transcript of every item; each ends in `utterances` or in `rejects`.

    The first utterance of several with the same id stays. The result does not depend on `processes`.
    """
    check = partial(_check, data_root=data_root, text_options=text_options, limits=limits)
    checked = iter(track(_in_order(check, items, processes), "checking recordings"))
    chunks: dict[str, list[pa.Table]] = {name: [SCHEMAS[name].empty_table()] for name in _TABLES}
    known: set[str] = set()
    while batch := list(islice(checked, _BATCH_SIZE)):
        for name, rows in _to_rows(batch, known).items():
            chunks[name].append(pa.Table.from_pylist(rows, schema=SCHEMAS[name]))
    return Ingested(*(pa.concat_tables(chunks[name]) for name in _TABLES))


def _in_order(
    check: Callable[[RawUtterance | RawReject], _Checked], items: Iterable[RawUtterance | RawReject], processes: int
) -> Iterator[_Checked]:
    """Check the items in as many processes, a batch of them in memory at a time, and yield the results in order."""
    if processes == 1:
        yield from map(check, items)
        return
    remaining = iter(items)
    with ProcessPoolExecutor(processes, get_context("forkserver")) as executor:
        while batch := list(islice(remaining, _BATCH_SIZE)):
            yield from executor.map(check, batch, chunksize=32)


def _to_rows(checked: Iterable[_Checked], known: set[str]) -> dict[str, list[Row]]:
    """Sort a batch into the rows of the tables; `known` collects the ids of the utterances kept so far."""
    rows: dict[str, list[Row]] = {name: [] for name in _TABLES}
    for item in checked:
        if item.rejected is not None:
            rows["rejects"].append(item.rejected)
        elif item.utterance is not None and item.utterance["utterance_id"] in known:
            detail = f"also in {item.utterance['audio_path']}"
            rows["rejects"].append(reject(STAGE, item.utterance["utterance_id"], "utterance_id_doubled", detail))
        elif item.utterance is not None:
            known.add(item.utterance["utterance_id"])
            rows["utterances"].append(item.utterance)
            rows["alignment"].extend(item.reference)
    return rows


def _check(
    item: RawUtterance | RawReject, data_root: Path, text_options: TextOptions, limits: IngestOptions
) -> _Checked:
    if isinstance(item, RawReject):
        return _Checked(None, rejected=reject(STAGE, _writable(item.item_id), item.reason, _writable(item.detail)))
    try:
        return _check_utterance(item, data_root, text_options, limits)
    except audio.AudioError as error:
        problem, detail = error.reason, f"{item.audio_path}: {error.detail}"
    except _RejectedError as error:
        problem, detail = error.reason, str(error)
    return _Checked(None, rejected=reject(STAGE, _writable(item.utterance_id), problem, _writable(detail)))


def _check_utterance(item: RawUtterance, data_root: Path, text_options: TextOptions, limits: IngestOptions) -> _Checked:
    for text in (item.utterance_id, item.speaker_id, item.audio_path, item.text):
        if text != _writable(text):
            raise _RejectedError("transcript_unreadable", f"{text} is not valid Unicode; rename or re-encode it")
    if not item.speaker_id.strip():
        raise _RejectedError("speaker_missing", item.audio_path)
    if not is_inside(item.audio_path):
        raise _RejectedError("path_outside_data_root", item.audio_path)
    words = normalise(item.text, text_options)
    if not words:
        raise _RejectedError("transcript_empty", f"{item.text!r} has no words")
    facts = audio.inspect(data_root / item.audio_path, item.start_s, item.duration_s, **limits.model_dump())
    utterance = {
        "utterance_id": item.utterance_id,
        "speaker_id": item.speaker_id.strip(),
        "audio_path": item.audio_path,
        "start_s": item.start_s,
        "duration_s": facts.duration_s,
        "sample_rate_hz": facts.sample_rate_hz,
        "text": item.text.strip(),
        "words": words,
        "official_split": item.official_split,
    }
    return _Checked(utterance, tuple(_reference(item, words, facts.duration_s, text_options)))


def _reference(item: RawUtterance, words: list[str], duration_s: float, text_options: TextOptions) -> Iterator[Row]:
    """Make the rows of table `alignment` from the corpus's word times, if it has any."""
    if not item.timed_words:
        return
    timed = [_one_word(word, text_options) for word in item.timed_words]
    if timed != words:
        raise _RejectedError("alignment_mismatch", f"timed words {' '.join(timed)!r}, transcript {' '.join(words)!r}")
    last_end_s = 0.0
    for position, word in enumerate(item.timed_words):
        # times rounded past the end of the recording are cut there, as `awe.audio` does with segments
        end_s = duration_s if word.end_s is None else word.end_s
        end_s = min(end_s, duration_s) if end_s <= duration_s + audio.END_TOLERANCE_S else end_s
        if not last_end_s - 1e-6 <= word.start_s < end_s <= duration_s:
            detail = f"{word.word!r} from {word.start_s} s to {end_s} s of {duration_s} s, after {last_end_s} s"
            raise _RejectedError("alignment_implausible", detail)
        yield {
            "utterance_id": item.utterance_id,
            "position": position,
            "word": timed[position],
            "start_s": word.start_s,
            "end_s": end_s,
            "aligner": REFERENCE,
        }
        last_end_s = end_s


def _one_word(word: TimedWord, text_options: TextOptions) -> str:
    words = normalise(word.word, text_options)
    if len(words) != 1:
        raise _RejectedError("transcript_not_one_word", f"{word.word!r} becomes {words}")
    return words[0]


def _writable(text: str) -> str:
    """Replace what no table can hold: undecodable bytes of file names."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
