"""What every corpus reader yields: utterances as found, before anything is checked, or rejects."""

from dataclasses import dataclass, field
from typing import Literal

Split = Literal["train", "valid", "test", ""]


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
    audio_path: str  # relative to the corpus folder, with forward slashes
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
