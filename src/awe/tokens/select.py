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
        raise ConfigError("tokens: no word passes the filters; loosen tokens.minimum_phones or the others")
    if options.split_by == "official":
        split, unselected = split_by_official(kept)
    elif options.split_by == "utterances":
        split, unselected = split_by_utterances(kept, options.shares, seed)
    else:
        assigned = assign_speakers(sorted(set(kept["speaker_id"])), speakers, seed)
        split, unselected = split_by_speakers(kept, assigned)
    frequent, rare = filter_rare(split, options.minimum_frequency)
    sampled, left = sample_tokens(frequent, options.sizes, seed)
    for name in SPLITS:
        if name not in set(sampled["split"]):
            raise ConfigError(f"tokens: split {name} has no token left; give it more speakers or loosen the filters")
    rows = pd.concat([failed, unselected, rare, left]).sort_values("token_id", kind="stable")
    rejects = [
        reject("tokens", str(row.token_id), str(row.reason), str(row.detail)) for row in rows.itertuples(index=False)
    ]
    return sampled[SCHEMAS["tokens"].names], table_from("rejects", rejects)
