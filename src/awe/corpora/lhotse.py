"""Manifests of lhotse, and with them every corpus that lhotse has a recipe for."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from awe import options as awe_options
from awe.corpora.base import RawReject, RawUtterance, ReaderOptions, Split, TimedWord
from awe.corpora.files import corpus_folder, inside_root, not_empty, require_file
from awe.errors import CorpusError

# what lhotse raises on manifests that are none
_DAMAGED = (
    *(ValueError, KeyError, TypeError, AttributeError, AssertionError, NotImplementedError),
    *(OSError, EOFError, zlib.error),
)


class Manifest(awe_options.Options):
    """One part of the corpus: recordings and supervisions, or cuts; file names in the corpus folder."""

    recordings: awe_options.MaybeDataPath = ""
    supervisions: awe_options.MaybeDataPath = ""
    cuts: awe_options.MaybeDataPath = ""
    split: Split = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.cuts) == bool(self.recordings or self.supervisions):
            raise ValueError("name either `cuts`, or `recordings` and `supervisions`")
        if bool(self.recordings) != bool(self.supervisions):
            raise ValueError("`recordings` and `supervisions` belong together; name both")
        return self


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        manifests: the manifests to read.
        audio_folder: folder, relative to the data root, that relative paths in the manifests start from; absolute
            paths must lead into the data root.

    """

    manifests: tuple[Manifest, ...] = Field(default=(Manifest(cuts="cuts.jsonl.gz"),), min_length=1)
    audio_folder: awe_options.DataPath = "."


@dataclass(frozen=True)
class _Recording:
    """What is needed of a recording; small, since all of a corpus are in memory."""

    path: str  # relative to the data root, or empty with a problem
    num_channels: int
    problem: str = ""


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per supervision, with its word alignment if it has one; see `awe.corpora.base` for errors."""
    folder = corpus_folder(options, data_root)
    return not_empty(_read(options, folder, data_root), folder, "supervision in the manifests")


def _read(options: Options, folder: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    for manifest in options.manifests:
        if manifest.cuts:
            for cut in _load(folder / manifest.cuts, "supervisions"):
                recording = _recording(getattr(cut, "recording", None), options, data_root)
                for supervision in cut.supervisions:
                    yield _item(supervision, recording, cut.start, manifest.split)
        else:
            recordings = {
                recording.id: _recording(recording, options, data_root)
                for recording in _load(folder / manifest.recordings, "sources")
            }
            missing = _Recording("", 0, "the manifest of recordings does not have it")
            for supervision in _load(folder / manifest.supervisions, "recording_id"):
                yield _item(supervision, recordings.get(supervision.recording_id, missing), 0.0, manifest.split)


def _load(path: Path, attribute: str) -> Iterator[Any]:
    """Yield the items of a manifest, all of them with this attribute."""
    from lhotse import load_manifest_lazy

    require_file(path, "set the option `manifests`")
    try:
        for item in load_manifest_lazy(path):
            getattr(item, attribute)
            yield item
    except _DAMAGED as error:
        raise CorpusError(f"{path}: lhotse cannot read it ({error}); prepare the manifest again") from None


def _recording(recording: Any, options: Options, data_root: Path) -> _Recording:
    if recording is None:
        return _Recording("", 0, "the cut has no recording")
    if len(recording.sources) != 1 or recording.sources[0].type != "file" or recording.transforms:
        return _Recording("", 0, f"{recording.id} is not one plain file; write the audio to files first")
    path = inside_root(str(recording.sources[0].source), options.audio_folder, data_root)
    return _Recording(path, recording.num_channels)


def _item(supervision: Any, recording: _Recording, offset_s: float, split: Split) -> RawUtterance | RawReject:
    channels = supervision.channel if isinstance(supervision.channel, list) else [supervision.channel]
    if recording.problem:
        return RawReject(supervision.id, "audio_missing", recording.problem)
    if len(channels) != recording.num_channels:
        detail = f"channel {channels} of {recording.num_channels}; write each channel to a file"
        return RawReject(supervision.id, "audio_unreadable", detail)
    if supervision.text is None:
        return RawReject(supervision.id, "transcript_missing", "the supervision has no text")
    words = (supervision.alignment or {}).get("word", ())
    timed = (
        TimedWord(word.symbol, word.start - supervision.start, word.end - supervision.start)
        for word in words
        if word.symbol.strip()  # silence has no symbol
    )
    return RawUtterance(
        supervision.id,
        supervision.speaker or "",
        recording.path,
        supervision.text,
        offset_s + supervision.start,
        supervision.duration,
        split,
        tuple(timed),
    )
