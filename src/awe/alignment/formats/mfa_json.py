"""MFA's JSON output: the tiers of a TextGrid."""

from pathlib import Path

from awe.alignment.formats import textgrid
from awe.corpora.base import TimedWord

SUFFIX = ".json"
PER_RECORDING = True


def read(path: Path, tier: str = "words") -> dict[str, list[TimedWord]]:
    """Read the tier of each speaker; errors as in `textgrid.read`."""
    return textgrid.read(path, tier)
