"""Audacity's label tracks: `start<tab>end<tab>label`, seconds."""

from pathlib import Path

from awe.corpora.base import TimedWord

SUFFIX = ".txt"
PER_RECORDING = True


def read(path: Path, tier: str = "") -> dict[str, list[TimedWord]]:  # noqa: ARG001 -- labels have no tiers
    r"""Read the labels; lines that start with a backslash (frequency ranges) are skipped, decimal commas read.

    Raises:
        ValueError: if a line has no two times.

    """
    words = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip() or line.startswith("\\"):
            continue
        fields = line.split("\t", 2)
        try:
            start_s, end_s = (float(field.replace(",", ".")) for field in fields[:2])
        except ValueError:
            raise ValueError(f"{path}: line {number} is no label of Audacity: {line[:60]!r}") from None
        words.append(TimedWord(fields[2] if len(fields) > 2 else "", start_s, end_s))
    return {"": words}
