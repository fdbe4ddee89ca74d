"""Kaldi data directories: `text`, `utt2spk`, `wav.scp` and, where recordings hold several utterances, `segments`."""

from collections.abc import Iterator
from pathlib import Path

from awe.corpora.base import RawReject, RawUtterance, ReaderOptions
from awe.corpora.files import corpus_folder, inside_root, is_decoded, not_empty, read_lines, require_file, undecodable
from awe.options import DataPath


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        audio_folder: folder, relative to the data root, that relative paths in `wav.scp` start from; absolute paths
            must lead into the data root.

    """

    audio_folder: DataPath = "."


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per line of `text`; see `awe.corpora.base` for errors.

    Entries of `wav.scp` that are commands (`sox ... |`) are never run; they become rejects.
    """
    folder = corpus_folder(options, data_root)
    text = require_file(folder / "text", "it is part of every Kaldi data directory")
    require_file(folder / "wav.scp", "it is part of every Kaldi data directory")
    return not_empty(_read(options, folder, data_root), text, "line in it")


def _read(options: Options, folder: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    speakers = _mapping(folder / "utt2spk", options.encoding)
    recordings = _mapping(folder / "wav.scp", options.encoding)
    segments = _mapping(folder / "segments", options.encoding)
    for _, line in read_lines(folder / "text", options.encoding):
        utterance_id, text = _split(line)
        if not is_decoded(line):
            yield undecodable(utterance_id, folder / "text", options.encoding)
            continue
        try:
            recording, start_s, duration_s = _segment(utterance_id, segments)
        except ValueError as error:
            yield RawReject(utterance_id, "segment_outside_audio", str(error))
            continue
        source = recordings.get(recording)
        if source is None:
            yield RawReject(utterance_id, "audio_missing", f"wav.scp has no {recording}")
        elif source.endswith("|"):
            yield RawReject(utterance_id, "audio_unreadable", f"{source} is a command; write what it gives to files")
        else:
            path = inside_root(source, options.audio_folder, data_root)
            speaker = speakers.get(utterance_id, "")
            yield RawUtterance(utterance_id, speaker, path, text, start_s, duration_s)


def _segment(utterance_id: str, segments: dict[str, str]) -> tuple[str, float, float | None]:
    """Return the recording of an utterance, its start and duration (None: to the end)."""
    if not segments:
        return utterance_id, 0.0, None
    if utterance_id not in segments:
        raise ValueError("the file segments does not have it")
    recording, *times = segments[utterance_id].split()
    try:
        start_s, end_s = (float(time) for time in times[:2])
    except ValueError:
        raise ValueError(f"in segments, {segments[utterance_id]!r} is not `recording start end`") from None
    return recording, start_s, None if end_s == -1 else end_s - start_s


def _mapping(path: Path, encoding: str) -> dict[str, str]:
    return dict(_split(line) for _, line in read_lines(path, encoding)) if path.is_file() else {}


def _split(line: str) -> tuple[str, str]:
    key, *rest = line.strip().split(maxsplit=1)
    return key, rest[0] if rest else ""
