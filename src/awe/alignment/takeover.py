"""Match given word times with the utterances they belong to."""

import csv
import unicodedata
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING

from awe import plugins
from awe.alignment.base import AlignmentResult, AlignmentTask
from awe.alignment.checks import Row, times_problem, utterance_rows
from awe.corpora.base import TimedWord
from awe.errors import CorpusError
from awe.tables import reject, table_from

if TYPE_CHECKING:
    from awe.alignment.given import Options

Find = Callable[[Row], list[TimedWord]]  # raises ValueError for a damaged file


def take_over(task: AlignmentTask, options: "Options") -> AlignmentResult:
    """Check and take over word times; see `awe.alignment.given.align`."""
    find = _in_folder(task.data_root / options.folder, options) if options.folder else _in_reference(task)
    silences = {comparable(label) for label in options.silences} | {""}
    rows: list[Row] = []
    rejects = []
    for utterance in utterance_rows(task):
        utterance_id = utterance["utterance_id"]
        try:
            found = [word for word in find(utterance) if comparable(word.word) not in silences]
        except ValueError as error:
            rejects.append(reject("alignment", utterance_id, "alignment_failed", str(error)))
            continue
        if not found:
            rejects.append(reject("alignment", utterance_id, "alignment_missing", "there are no word times for it"))
            continue
        words, problem = fit_into(utterance, found, options.tolerance_s)
        if problem:
            rejects.append(reject("alignment", utterance_id, "alignment_mismatch", problem))
        else:
            rows += words_to_rows(utterance, words, "given")
    source = f"{options.format} files in {options.folder}" if options.folder else "shipped with the corpus"
    return AlignmentResult(table_from("alignment", rows), rejects, {"aligner": "given", "source": source})


def fit_into(utterance: Row, found: Sequence[TimedWord], tolerance_s: float) -> tuple[list[tuple[float, float]], str]:
    """Check words and times against the utterance and cut off what lies within the tolerance.

    Returns:
        Start and end of each word, in seconds from the start of the utterance, or no times and what is wrong.

    """
    words, labels = list(utterance["words"]), [word.word for word in found]
    if [comparable(word) for word in words] != [comparable(label) for label in labels]:
        return [], f"the utterance has the words {' '.join(words)!r}, the times are for {' '.join(labels)!r}"
    duration_s = utterance["duration_s"]
    starts = [word.start_s for word in found]
    ends = [duration_s if word.end_s is None else word.end_s for word in found]
    problem = times_problem(starts, ends, duration_s, tolerance_s)
    if problem:
        return [], problem
    times, before_s = [], 0.0
    for start, end in zip(starts, ends, strict=True):
        times.append((max(start, before_s), min(end, duration_s)))
        before_s = times[-1][1]
    problem = times_problem([start for start, _ in times], [end for _, end in times], duration_s, 0.0)
    return ([], problem) if problem else (times, "")


def words_to_rows(utterance: Row, times: Sequence[tuple[float, float]], aligner: str) -> list[Row]:
    """Rows of table `alignment` for one utterance."""
    return [
        {
            "utterance_id": utterance["utterance_id"],
            "position": position,
            "word": word,
            "start_s": start,
            "end_s": end,
            "aligner": aligner,
        }
        for position, (word, (start, end)) in enumerate(zip(utterance["words"], times, strict=True))
    ]


def comparable(word: str) -> str:
    """Lower-case, composed form of a word, without punctuation around it."""
    composed = unicodedata.normalize("NFC", word).casefold().strip()
    return composed.strip('.,;:!?"“”„«»…') or composed


def _in_reference(task: AlignmentTask) -> Find:
    """Find words in the table of shipped times."""
    by_utterance: dict[str, list[TimedWord]] = {}
    ordered = task.reference.sort_values(["utterance_id", "position"])
    columns = (ordered[column] for column in ("utterance_id", "word", "start_s", "end_s"))
    for utterance_id, word, start_s, end_s in zip(*columns, strict=True):
        by_utterance.setdefault(utterance_id, []).append(TimedWord(word, start_s, end_s))
    return lambda utterance: by_utterance.get(utterance["utterance_id"], [])


def _in_folder(folder: Path, options: "Options") -> Find:
    """Find words in a folder of files."""
    form = plugins.load("alignment.formats", options.format)
    if not folder.is_dir():
        raise CorpusError(f"{folder}: no such folder; set the aligner's option folder, relative to the data root")
    files = sorted(path for path in folder.rglob("*") if path.name.endswith(form.SUFFIX) and path.is_file())
    if not files:
        raise CorpusError(f"{folder}: holds no {form.SUFFIX} file; correct the aligner's options folder and format")
    return (
        _file_per_recording(folder, files, form, options) if form.PER_RECORDING else _shared_files(files, form, options)
    )


def _file_per_recording(folder: Path, files: Sequence[Path], form: ModuleType, options: "Options") -> Find:
    """Find files called like the utterance, or like its recording, in the same place or anywhere if that is unique."""
    by_place = {path.relative_to(folder).as_posix().removesuffix(form.SUFFIX): path for path in files}
    by_name: dict[str, list[Path]] = {}
    for path in files:
        by_name.setdefault(path.name.removesuffix(form.SUFFIX), []).append(path)

    @lru_cache(8)  # utterances may share a recording
    def words_of(path: Path) -> dict[str, list[TimedWord]]:
        return _read(form, path, options.tier)

    def find(utterance: Row) -> list[TimedWord]:
        recording = str(PurePosixPath(utterance["audio_path"]).with_suffix(""))
        utterance_id, speaker_id = utterance["utterance_id"], utterance["speaker_id"]
        for name, of_recording in [(utterance_id, False), (f"{speaker_id}/{utterance_id}", False), (recording, True)]:
            same_name = by_name.get(PurePosixPath(name).name, [])
            path = by_place.get(name) or (same_name[0] if len(same_name) == 1 else None)
            if path:
                words = _of_speaker(words_of(path), speaker_id)
                return _cut_out(words, utterance, options.tolerance_s) if of_recording else words
        return []

    return find


def _read(form: ModuleType, path: Path, tier: str) -> dict[str, list[TimedWord]]:
    """Read a file; whatever is wrong with it becomes a ValueError that names it."""
    try:
        found: dict[str, list[TimedWord]] = form.read(path, tier)
    except (ValueError, OSError, EOFError, RecursionError, zlib.error, csv.Error) as error:
        named = str(error) if str(path) in str(error) else f"{path}: cannot be read as {form.SUFFIX} ({error})"
        raise ValueError(named) from None
    return found


def _of_speaker(by_speaker: Mapping[str, list[TimedWord]], speaker_id: str) -> list[TimedWord]:
    """Take the words of the speaker; where only one speaks, whatever the name."""
    if len(by_speaker) == 1:
        return next(iter(by_speaker.values()))
    return by_speaker.get(speaker_id, by_speaker.get("", []))


def _cut_out(words: Sequence[TimedWord], utterance: Row, tolerance_s: float) -> list[TimedWord]:
    """Take the words of a recording that lie in the utterance, timed from its start."""
    start_s = utterance["start_s"]
    first, last = start_s - tolerance_s, start_s + utterance["duration_s"] + tolerance_s
    return [
        TimedWord(
            word.word, round(word.start_s - start_s, 6), None if word.end_s is None else round(word.end_s - start_s, 6)
        )
        for word in words
        if word.start_s >= first and (word.start_s if word.end_s is None else word.end_s) <= last
    ]


def _shared_files(files: Sequence[Path], form: ModuleType, options: "Options") -> Find:
    """Files that hold many utterances, or recordings, by id."""
    everything: dict[str, list[TimedWord]] = {}
    for path in files:
        try:
            everything.update(_read(form, path, options.tier))
        except (ValueError, OSError) as error:
            raise CorpusError(f"{error}; mend it or remove it") from None

    def find(utterance: Row) -> list[TimedWord]:
        if utterance["utterance_id"] in everything:
            return everything[utterance["utterance_id"]]
        recording = PurePosixPath(utterance["audio_path"]).with_suffix("")
        for name in (str(recording), recording.name):
            if name in everything:
                return _cut_out(everything[name], utterance, options.tolerance_s)
        return []

    return find
