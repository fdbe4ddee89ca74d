"""One folder a speaker, a transcript beside each recording: `speaker/utterance.wav` and `speaker/utterance.lab`."""

from collections.abc import Iterator
from glob import escape
from pathlib import Path

from pydantic import Field

from awe.corpora.base import RawReject, RawUtterance, ReaderOptions
from awe.corpora.files import (
    AUDIO_SUFFIXES,
    corpus_folder,
    is_decoded,
    not_empty,
    read_text,
    relative,
    undecodable,
    walk,
)
from awe.options import DataPath


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        transcript_suffixes: suffixes of the transcripts, also in capitals; the first that exists is taken.

    """

    transcript_suffixes: tuple[DataPath, ...] = Field(default=(".lab", ".txt"), min_length=1)


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per recording and per transcript without one; see `awe.corpora.base` for errors.

    The speaker is the first folder below the corpus folder, the utterance id the path below it without suffix.
    """
    folder = corpus_folder(options, data_root)
    return not_empty(_read(options, folder, data_root), folder, f"recording ({', '.join(AUDIO_SUFFIXES)})")


def _read(options: Options, folder: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    recorded = set()
    for path in walk(folder):
        inside = path.relative_to(folder)
        utterance_id = inside.with_suffix("").as_posix()
        recorded.add(utterance_id)
        speaker = inside.parts[0] if len(inside.parts) > 1 else ""
        candidates = [
            path.with_suffix(one) for suffix in options.transcript_suffixes for one in (suffix, suffix.upper())
        ]
        transcript = next((candidate for candidate in candidates if candidate.is_file()), None)
        if transcript is None:
            detail = f"no {' or '.join(options.transcript_suffixes)} beside {inside}"
            yield RawReject(utterance_id, "transcript_missing", detail)
            continue
        text = read_text(transcript, options.encoding)
        if is_decoded(text):
            yield RawUtterance(utterance_id, speaker, relative(path, data_root), text.strip())
        else:
            yield undecodable(utterance_id, transcript, options.encoding)
    for path in walk(folder, [suffix.lower() for suffix in options.transcript_suffixes]):
        inside = path.relative_to(folder)
        # a text file in the corpus folder itself belongs to no speaker: a README, a list
        if len(inside.parts) > 1 and inside.with_suffix("").as_posix() not in recorded:
            yield RawReject(inside.with_suffix("").as_posix(), "audio_missing", _what_is_beside(path, inside))


def _what_is_beside(transcript: Path, inside: Path) -> str:
    """Say that there is no recording, and whether there is one in a format that is not read."""
    others = sorted(one.name for one in transcript.parent.glob(f"{escape(transcript.stem)}.*") if one != transcript)
    unread = f" but {', '.join(others)}, which is not read; convert it to WAV or FLAC" if others else ""
    return f"no recording beside {inside}{unread}"
