"""NIST CTM: `id channel start duration word [confidence]`, seconds; comments start with `;;`."""

from pathlib import Path

from awe.corpora.base import TimedWord

SUFFIX = ".ctm"
PER_RECORDING = False


def read(path: Path, tier: str = "") -> dict[str, list[TimedWord]]:  # noqa: ARG001 -- CTMs have no tiers
    """Read the words of all ids.

    Raises:
        ValueError: if a line has too few fields or a time is no number.

    """
    found: dict[str, list[TimedWord]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        fields = line.split()
        if not fields or line.startswith(";;"):
            continue
        try:
            start_s, duration_s, word = float(fields[2]), float(fields[3]), fields[4]
        except (IndexError, ValueError):
            raise ValueError(f"{path}: line {number} is no line of a CTM: {line[:60]!r}") from None
        # rounded to microseconds, so that one word's end is the next one's start again
        found.setdefault(fields[0], []).append(TimedWord(word, start_s, round(start_s + duration_s, 6)))
    return found
