"""A plain table with the columns utterance_id, word, start_s, end_s: delimited text (`.csv`, `.tsv`), or Parquet."""

from pathlib import Path

from awe.corpora.base import TimedWord

SUFFIX = (".csv", ".tsv", ".parquet")
PER_RECORDING = False
COLUMNS = ["utterance_id", "word", "start_s", "end_s"]


def read(path: Path, tier: str = "") -> dict[str, list[TimedWord]]:  # noqa: ARG001 -- tables have no tiers
    """Read the words of all utterances, in the order of their start.

    Raises:
        ValueError: if a column is missing or a time is no number.

    """
    import pandas as pd
    import pyarrow as pa

    from awe.delimited import find_delimiter

    try:
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
        else:
            with path.open(encoding="utf-8-sig") as lines:
                delimiter = find_delimiter(lines.readline(), COLUMNS)
            decimal = "," if delimiter == ";" else "."
            kinds = {"utterance_id": str, "word": str}
            frame = pd.read_csv(path, dtype=kinds, keep_default_na=False, sep=delimiter, decimal=decimal)
        frame = frame[COLUMNS].astype({"start_s": float, "end_s": float})
    except (KeyError, ValueError, TypeError, OSError, pa.ArrowException) as error:
        raise ValueError(f"{path}: is no table with the columns {', '.join(COLUMNS)} ({error})") from None
    found: dict[str, list[TimedWord]] = {}
    ordered = frame.sort_values(["utterance_id", "start_s"], kind="stable")
    for utterance_id, word, start_s, end_s in zip(*(ordered[column] for column in COLUMNS), strict=True):
        found.setdefault(str(utterance_id), []).append(TimedWord(str(word), start_s, end_s))
    return found
