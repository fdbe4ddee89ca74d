"""The paper's filters: which spoken words become tokens, and why the others do not."""

from collections.abc import Collection

import pandas as pd

from awe.tokens.options import TokenOptions

_SLACK_S = 1e-6  # 2.3 - 1.2 is more than 1.1 in floating point


def filter_tokens(
    candidates: pd.DataFrame, words_with_vector: Collection[str], options: TokenOptions
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply all filters but frequency, each token counted under the first one that it fails.

    Args:
        candidates: as `awe.tokens.candidates.join_candidates` returns them.
        words_with_vector: word types that have a vector.
        options: thresholds.

    Returns:
        the kept rows, and a frame with `token_id`, `reason` and `detail` of the others.

    """
    duration_s = candidates["end_s"] - candidates["start_s"]
    num_phones = candidates["phones"].map(len)
    reason = pd.Series("", index=candidates.index, dtype=object)
    # from the last to the first, so that the first one that applies is what remains
    if options.require_vector:
        reason[~candidates["word"].isin(list(words_with_vector))] = "vector_missing"
    reason[duration_s < options.minimum_duration_s - _SLACK_S] = "too_short"
    reason[duration_s > options.maximum_duration_s + _SLACK_S] = "too_long"
    reason[num_phones < options.minimum_phones] = "too_few_phones"
    reason[num_phones == 0] = "word_without_pronunciation"
    detail = candidates["word"] + ", " + num_phones.astype(str) + " phones, " + duration_s.map("{:.2f} s".format)
    rejected = pd.DataFrame({"token_id": candidates["token_id"], "reason": reason, "detail": detail})
    return candidates[reason == ""].reset_index(drop=True), rejected[reason != ""].reset_index(drop=True)


def filter_rare(tokens: pd.DataFrame, minimum_frequency: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop word types with fewer tokens than `minimum_frequency`; returns as `filter_tokens` does."""
    frequency = tokens.groupby("word")["word"].transform("size")
    rare = frequency < minimum_frequency
    detail = tokens["word"] + ", " + frequency.astype(str) + " tokens"
    rejected = pd.DataFrame({"token_id": tokens["token_id"], "reason": "too_rare", "detail": detail})
    return tokens[~rare].reset_index(drop=True), rejected[rare].reset_index(drop=True)
