"""Praat TextGrids, long and short; with several speakers the tiers are called `<speaker> - <tier>`, as MFA does."""

from pathlib import Path

from awe.corpora.base import TimedWord

SUFFIX = ".TextGrid"
PER_RECORDING = True


def read(path: Path, tier: str = "words") -> dict[str, list[TimedWord]]:
    """Read the tier of each speaker; intervals without a label are left out.

    Raises:
        ValueError: if the file is no TextGrid or has no such tier.

    """
    from praatio import textgrid
    from praatio.utilities.errors import PraatioException

    try:
        grid = textgrid.openTextgrid(
            str(path), includeEmptyIntervals=False, reportingMode="silence", duplicateNamesMode="rename"
        )
    except (PraatioException, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(f"{path}: is no TextGrid in UTF-8 or UTF-16 ({error})") from None
    found = {}
    for name in grid.tierNames:
        speaker = speaker_of(name, tier)
        if speaker is not None:
            entries = [entry for entry in grid.getTier(name).entries if len(entry) == 3]  # no points
            found[speaker] = [TimedWord(label, float(start), float(end)) for start, end, label in entries]
    if not found:
        raise ValueError(f"{path}: has no tier {tier!r} but {', '.join(grid.tierNames)}; set the option tier")
    return found


def speaker_of(name: str, tier: str) -> str | None:
    """Speaker of the tier `name`: "" if it is just `tier`, None if it is another one."""
    if name == tier:
        return ""
    speaker, separator, last = name.rpartition(" - ")
    return speaker if separator and last == tier else None
