"""The token stage as one function: filters, splits, frequency, sampling, in this order."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from awe.errors import ConfigError
from awe.tables import SCHEMAS, reject, table_from
from awe.tokens.filters import filter_rare, filter_tokens
from awe.tokens.options import SPLITS, TokenOptions
from awe.tokens.splits import assign_speakers, sample_tokens, split_by_official, split_by_speakers, split_by_utterances


def select_tokens(
    candidates: pd.DataFrame,
    words_with_vector: Collection[str],
    speakers: Mapping[str, int | Sequence[str]],
    options: TokenOptions,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Choose the tokens of the experiment.

    The frequency of a type is counted over the tokens of the chosen speakers, before sampling, as the paper's
    "frequency above 1" leaves open; sampling can leave single tokens of a type, which then are no queries.

    Args:
        candidates: as `awe.tokens.candidates.join_candidates` returns them.
        words_with_vector: word types that have a vector.
        speakers: for each split the number or the names of its speakers.
        options: filters, kind and sizes of the splits.
        seed: seed of speakers and samples.

    Returns:
        tables `tokens` and `rejects`; every candidate is in one of the two.

    Raises:
        ConfigError: if a split ends up empty or speakers do not suffice.

    """
    kept, failed = filter_tokens(candidates, words_with_vector, options)
    if kept.empty:
        why = _left_out(candidates, kept, failed)
        raise ConfigError(f"tokens: no word passes the filters; loosen tokens.minimum_phones or the others ({why})")
    try:
        split, unselected = _split(kept, speakers, options, seed)
    except ConfigError as error:
        raise ConfigError(f"{error} ({_left_out(candidates, kept, failed)})") from None
    frequent, rare = filter_rare(split, options.minimum_frequency)
    sampled, left = sample_tokens(frequent, options.sizes, seed)
    for name in SPLITS:
        if name not in set(sampled["split"]):
            why = _left_out(candidates, sampled, pd.concat([failed, unselected, rare]))
            raise ConfigError(
                f"tokens: split {name} has no token left; give it more speakers or loosen the filters ({why})"
            )
    rows = pd.concat([failed, unselected, rare, left]).sort_values("token_id", kind="stable")
    rejects = [
        reject("tokens", str(row.token_id), str(row.reason), str(row.detail)) for row in rows.itertuples(index=False)
    ]
    return sampled[SCHEMAS["tokens"].names], table_from("rejects", rejects)


def count_queries(tokens: pd.DataFrame) -> dict[str, int]:
    """Count the tokens of each split whose word has another token in it: only those can be asked for in the evaluation."""
    again = tokens.duplicated(["split", "word"], keep=False)
    return {name: int((again & (tokens["split"] == name)).sum()) for name in SPLITS}


def check_scorable(tokens: pd.DataFrame) -> None:
    """Stop before anything is trained that no split could score.

    Raises:
        ConfigError: if no word of the validation or test split has two tokens in it.

    """
    queries = count_queries(tokens)
    for name in ("valid", "test"):
        if not queries[name]:
            count = int((tokens["split"] == name).sum())
            raise ConfigError(
                f"tokens: split {name} cannot be scored, none of its {count} words occurs twice in it; give it more"
                f" speakers or utterances, raise tokens.sizes.{name}, or lower tokens.minimum_phones"
            )


def _split(
    kept: pd.DataFrame, speakers: Mapping[str, int | Sequence[str]], options: TokenOptions, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if options.split_by == "official":
        return split_by_official(kept)
    if options.split_by == "utterances":
        return split_by_utterances(kept, options.shares, seed)
    return split_by_speakers(kept, assign_speakers(sorted(set(kept["speaker_id"])), speakers, seed))


def _left_out(candidates: pd.DataFrame, kept: pd.DataFrame, failed: pd.DataFrame) -> str:
    """Say in one line why there are so few tokens: how many were left out by reason, and which speakers have none."""
    reasons = ", ".join(f"{count} {reason}" for reason, count in failed["reason"].value_counts().items())
    speakers = sorted(set(candidates["speaker_id"]))
    without = sorted(set(speakers) - set(kept["speaker_id"]))
    named = f", such as {', '.join(map(repr, without[:3]))}" if without else ""
    return (
        f"of {len(candidates)} aligned words left out: {reasons or 'none'};"
        f" {len(without)} of {len(speakers)} speakers have no token{named}"
    )
