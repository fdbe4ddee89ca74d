"""lhotse's supervisions with word alignments, `*.jsonl` or `*.jsonl.gz`; the tier is lhotse's alignment type, `word` by default."""

import gzip
import io
import json
import zlib
from pathlib import Path

from awe.corpora.base import TimedWord

SUFFIX = (".jsonl", ".jsonl.gz")
PER_RECORDING = False


def read(path: Path, tier: str = "word") -> dict[str, list[TimedWord]]:
    """Read the words of all supervisions; their times are made to count from the supervision's start.

    Raises:
        ValueError: if a line is no supervision.

    """
    found: dict[str, list[TimedWord]] = {}
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = io.StringIO(content.decode("utf-8-sig"))
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: is no manifest of lhotse ({error})") from None
    for number, line in enumerate(lines, start=1):
        try:
            supervision = json.loads(line)
            alignments = supervision.get("alignment") or {}
            items = alignments.get(tier, alignments.get("word", []))
            found[str(supervision["id"])] = [
                TimedWord(
                    str(item[0]),
                    round(float(item[1]) - supervision["start"], 6),
                    round(float(item[1]) + float(item[2]) - supervision["start"], 6),
                )
                for item in items
            ]
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise ValueError(f"{path}: line {number} is no supervision of lhotse: {line[:60]!r}") from None
    return found
