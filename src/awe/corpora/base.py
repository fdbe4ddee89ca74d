"""What every corpus reader shares: its options, and the utterances or rejects it yields.

A reader is a module of this package with `class Options(ReaderOptions)` and
`read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]`. It finds things and decodes text;
it neither opens audio nor normalises words. A bad item becomes a `RawReject` and the reader goes on; only a corpus
that cannot be read at all is a `CorpusError`. A corpus with an address may have `archives(options: Options) ->
tuple[Archive, ...]`, for `awe download`; one that says who its speakers are, `speaker_facts(options: Options,
data_root: Path) -> dict[str, dict[str, str]]`.
"""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field, field_validator

from awe import options

Split = Literal["train", "valid", "test", ""]


class Archive(options.Options):
    """A compressed tar archive with a corpus or a part of one."""

    url: str = Field(pattern="^https?://", description="address of a tar archive (gzip, bzip2 or xz)")
    sha256: str = Field(
        default="",
        pattern="^([0-9a-fA-F]{64})?$",
        description="its SHA-256; without one, that of the first download is recorded, and later ones must equal it",
    )
    into: options.DataPath = Field(default=".", description="folder below the data root to unpack it into")


class ReaderOptions(options.Options):
    """Options that all readers have.

    Attributes:
        folder: the corpus folder, relative to the data root.
        encoding: how its text files are encoded; a byte order mark is honoured in any case.
        speaker_lists: files, relative to the data root, with the speakers of "train", "valid" and "test", one a line;
            they replace the splits that the corpus ships.

    """

    folder: options.DataPath = "."
    encoding: str = "utf-8"
    speaker_lists: dict[Literal["train", "valid", "test"], options.DataPath] = Field(default_factory=dict)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            "a".encode(encoding)  # of an empty string Python would not look the encoding up
        except LookupError:
            raise ValueError("Python knows no such encoding; try utf-8, iso-8859-1 or iso-8859-2") from None
        return encoding


class IngestOptions(options.Options):
    """What an utterance must fulfil to be kept; see `awe.audio.inspect`."""

    min_sample_rate_hz: int = Field(default=8_000, gt=0, description="recordings with a lower rate are left out")
    min_duration_s: float = Field(default=0.1, ge=0, description="shorter utterances are left out")
    max_duration_s: float = Field(default=40.0, gt=0, description="longer utterances are left out")
    min_peak_dbfs: float = Field(
        default=-60.0,
        le=0,
        description="utterances of which nothing is louder, in decibels below full scale, are left out as silent",
    )


@dataclass(frozen=True)
class TimedWord:
    """A word time that the corpus itself ships; seconds from the start of the utterance.

    `end_s` None means "to the end of the utterance" (pre-cut words).
    """

    word: str
    start_s: float
    end_s: float | None


@dataclass(frozen=True)
class RawUtterance:
    """One recording, or one part of a recording, as a reader found it; nothing is decoded or normalised yet."""

    utterance_id: str
    speaker_id: str
    audio_path: str  # relative to the data root, with forward slashes
    text: str
    start_s: float = 0.0
    duration_s: float | None = None  # None: to the end of the file
    official_split: Split = ""
    timed_words: tuple[TimedWord, ...] = field(default=())


@dataclass(frozen=True)
class RawReject:
    """An item that the reader itself must leave out; `reason` is one of `awe.tables.REASONS`."""

    item_id: str
    reason: str
    detail: str = ""


is_inside = options.is_inside
