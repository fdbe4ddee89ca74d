"""TIMIT's `.wrd`: `first_sample last_sample word`, at 16 kHz."""

from pathlib import Path

from awe.corpora.base import TimedWord

SUFFIX = ".wrd"
PER_RECORDING = True
SAMPLE_RATE_HZ = 16_000  # of TIMIT


def read(path: Path, tier: str = "") -> dict[str, list[TimedWord]]:  # noqa: ARG001 -- the format has no tiers
    """Read the words.

    Raises:
        ValueError: if a line is not of this form.

    """
    words = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            first, last, word = line.split(maxsplit=2)
            words.append(TimedWord(word.strip(), int(first) / SAMPLE_RATE_HZ, int(last) / SAMPLE_RATE_HZ))
        except ValueError:
            raise ValueError(f"{path}: line {number} is no line of a .wrd file: {line[:60]!r}") from None
    return {"": words}
