"""Splits, as a rule such that no speaker is in two of them, and seeded sampling to the configured sizes."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from awe.errors import ConfigError
from awe.tokens.options import SPLITS, SplitShares, SplitSizes


def assign_speakers(
    speakers: Sequence[str], wanted: Mapping[str, int | Sequence[str]], seed: int
) -> dict[str, tuple[str, ...]]:
    """Choose the speakers of each split; no speaker is in two.

    Args:
        speakers: speakers that have tokens, each once.
        wanted: for each split a number of speakers or their names. Named speakers are set aside first,
            then the numbers are drawn from the rest.
        seed: seed of the draw.

    Raises:
        ConfigError: if a named speaker is unknown or in two splits, or there are too few speakers.

    """
    named = {split: tuple(value) for split, value in wanted.items() if not isinstance(value, int)}
    taken = [speaker for names in named.values() for speaker in names]
    unknown = sorted(set(taken) - set(speakers))
    if unknown:
        raise ConfigError(
            f"tokens.speakers: no tokens of speaker {unknown[0]!r} ({len(unknown)} such); correct the list"
        )
    doubled = sorted(speaker for speaker in set(taken) if taken.count(speaker) > 1)
    if doubled:
        raise ConfigError(f"tokens.speakers: speaker {doubled[0]!r} stands in two splits; each may stand in one")
    rest = sorted(set(speakers) - set(taken))
    numbers = {split: value for split, value in wanted.items() if isinstance(value, int)}
    if sum(numbers.values()) > len(rest):
        raise ConfigError(
            f"tokens.speakers: {sum(numbers.values())} speakers wanted, the corpus has {len(rest)} with tokens;"
            " lower the numbers, mend what left the others out, or for too few speakers set tokens.split_by: utterances"
        )
    drawn = np.random.default_rng(seed).permutation(rest).tolist()
    assigned = dict(named)
    for split in SPLITS:
        if split in numbers:
            assigned[split] = tuple(sorted(drawn[: numbers[split]]))
            drawn = drawn[numbers[split] :]
    return assigned


def split_by_speakers(tokens: pd.DataFrame, assigned: Mapping[str, Sequence[str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill the column `split`; tokens of other speakers are returned as rejects with `token_id`, `reason`, `detail`."""
    split_of = {speaker: split for split, speakers in assigned.items() for speaker in speakers}
    split = tokens["speaker_id"].map(split_of)
    return _separate(tokens, split.where(split.notna(), ""), "speaker_not_selected", tokens["speaker_id"])


def split_by_official(tokens: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Use the corpus's own splits; tokens without one are returned as rejects.

    Raises:
        ConfigError: if a speaker stands in two of them or a split is empty.

    """
    kept, rejected = _separate(tokens, tokens["official_split"], "speaker_not_selected", tokens["speaker_id"])
    speakers_per_split = kept.groupby("speaker_id")["split"].nunique()
    if (speakers_per_split > 1).any():
        name = speakers_per_split.idxmax()
        raise ConfigError(f"tokens.split_by: the corpus's own splits share speaker {name!r}; use split_by: speakers")
    missing = [split for split in SPLITS if split not in set(kept["split"])]
    if missing:
        raise ConfigError(f"tokens.split_by: the corpus's own splits have no {missing[0]}; use split_by: speakers")
    return kept, rejected


def split_by_utterances(tokens: pd.DataFrame, shares: SplitShares, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deal whole utterances to the splits; speakers are in all of them, so scores say nothing about new speakers.

    Returns:
        all tokens with their split, and an empty frame of rejects, as the other ways to split return them.

    """
    utterances = np.random.default_rng(seed).permutation(sorted(set(tokens["utterance_id"])))
    weights = np.cumsum([shares.train, shares.valid, shares.test])
    ends = np.round(weights / weights[-1] * len(utterances)).astype(int)
    place = np.searchsorted(ends, np.arange(len(utterances)), side="right")
    split_of = {str(utterance): SPLITS[number] for utterance, number in zip(utterances, place, strict=True)}
    return _separate(tokens, tokens["utterance_id"].map(split_of), "speaker_not_selected", tokens["speaker_id"])


def sample_tokens(tokens: pd.DataFrame, sizes: SplitSizes, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep a random sample of each split's tokens, without replacement; smaller splits stay whole."""
    keep = np.ones(len(tokens), dtype=bool)
    for number, split in enumerate(SPLITS):
        size = getattr(sizes, split)
        rows = np.flatnonzero(tokens["split"] == split)
        if size is not None and len(rows) > size:
            keep[np.random.default_rng([seed, number]).permutation(rows)[size:]] = False
    rejected = tokens.loc[~keep, ["token_id", "split"]].rename(columns={"split": "detail"})
    rejected.insert(1, "reason", "not_sampled")
    return tokens[keep].reset_index(drop=True), rejected.reset_index(drop=True)


def _separate(
    tokens: pd.DataFrame, split: pd.Series, reason: str, detail: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with a split, and `token_id`, `reason`, `detail` of those without."""
    without = split == ""
    rejected = pd.DataFrame({"token_id": tokens["token_id"], "reason": reason, "detail": detail})
    kept = tokens.assign(split=split)[~without].reset_index(drop=True)
    return kept, rejected[without].reset_index(drop=True)
