"""MFA's JSON output: tiers by name as in its TextGrids, each with `entries` of start, end, label."""

import json
from pathlib import Path

from awe.alignment.formats.textgrid import speaker_of
from awe.corpora.base import TimedWord

SUFFIX = ".json"
PER_RECORDING = True


def read(path: Path, tier: str = "words") -> dict[str, list[TimedWord]]:
    """Read the tier of each speaker.

    Raises:
        ValueError: if the file is not of this form or has no such tier.

    """
    try:
        tiers = json.loads(path.read_text(encoding="utf-8-sig"))["tiers"]
        found = {
            speaker: [TimedWord(str(label), float(start), float(end)) for start, end, label in content["entries"]]
            for name, content in tiers.items()
            if (speaker := speaker_of(name, tier)) is not None
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: is no JSON of MFA ({error})") from None
    if not found:
        raise ValueError(f"{path}: has no tier {tier!r} but {', '.join(tiers)}; set the option tier")
    return found
