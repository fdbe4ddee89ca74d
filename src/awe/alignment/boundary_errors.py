"""How far an aligner's word boundaries lie from known ones."""

from typing import Any

import numpy as np
import pandas as pd

COLUMNS = ["scope", "n_words", "n_boundaries", "median_ms", "p90_ms", "mean_ms", "share_within_20_ms", "n_missing"]


def boundary_errors(alignment: pd.DataFrame, reference: pd.DataFrame, utterances: pd.DataFrame) -> pd.DataFrame:
    """Compare word onsets and offsets with the reference, over all words and speaker by speaker.

    Args:
        alignment: table `alignment` under test.
        reference: table `alignment` with the known times; without rows the result has none either.
        utterances: table `utterances`, for the speakers.

    Returns:
        columns `COLUMNS`, times in milliseconds, the row with scope "all" first, then one a speaker. `n_missing`
        counts the words of the reference that the aligner did not place.

    """
    if reference.empty:
        return pd.DataFrame(columns=COLUMNS)
    keys = ["utterance_id", "position", "word"]
    joined = reference.merge(alignment, on=keys, how="left", suffixes=("_known", ""), validate="one_to_one")
    joined = joined.merge(utterances[["utterance_id", "speaker_id"]], on="utterance_id", validate="many_to_one")
    rows = [_summarise("all", joined)]
    rows += [_summarise(str(speaker), one) for speaker, one in joined.groupby("speaker_id", sort=True)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _summarise(scope: str, joined: pd.DataFrame) -> dict[str, Any]:
    placed = joined[joined["start_s"].notna()]
    onsets = placed["start_s"] - placed["start_s_known"]
    offsets = placed["end_s"] - placed["end_s_known"]
    errors_ms = np.abs(np.concatenate([onsets, offsets])) * 1000
    if not len(errors_ms):
        errors_ms = np.array([np.nan])
    return {
        "scope": scope,
        "n_words": len(placed),
        "n_boundaries": 2 * len(placed),
        "median_ms": float(np.median(errors_ms)),
        "p90_ms": float(np.percentile(errors_ms, 90)),
        "mean_ms": float(errors_ms.mean()),
        "share_within_20_ms": float((errors_ms <= 20).mean()),
        "n_missing": len(joined) - len(placed),
    }
