"""MFA's CSV output: Begin, End, Label, Type, Speaker; without rows for silence."""

import csv
from pathlib import Path

from awe.corpora.base import TimedWord

SUFFIX = ".csv"
PER_RECORDING = True


def read(path: Path, tier: str = "words") -> dict[str, list[TimedWord]]:
    """Read the rows whose type is the tier, by speaker.

    Raises:
        ValueError: if a column or a number is missing.

    """
    found: dict[str, list[TimedWord]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            try:
                word = TimedWord(row["Label"], float(row["Begin"]), float(row["End"]))
                if row["Type"] == tier:
                    found.setdefault(row["Speaker"], []).append(word)
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path}: is no CSV of MFA (column or number {error})") from None
    return found
