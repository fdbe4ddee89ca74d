"""Which words a map shows."""

from itertools import combinations

import pandas as pd


def choose_words(tokens: pd.DataFrame, words: int, pairs: int, min_speakers: int) -> list[str]:
    """Choose frequent words, some of them pairs with a long common beginning.

    The rule: of the types that at least `min_speakers` speakers say, ordered by number of tokens (alphabetically among
    equals), first `pairs` pairs among the `10 * words` most frequent that share at least four letters and half of the
    longer word, such as the paper's *tysięcy* and *tysiące*: those that share the largest part first, no word twice;
    then the most frequent other types. If too few types have that many speakers, the number is lowered one by one.

    Args:
        tokens: table `tokens`, of the split shown.
        words: how many types to choose; fewer come back if there are fewer.
        pairs: how many pairs among them, at most.
        min_speakers: how many speakers must say each.

    """
    counts = tokens.groupby("word").agg(tokens=("token_id", "size"), speakers=("speaker_id", "nunique"))
    eligible = counts[counts["speakers"] >= min_speakers]
    while len(eligible) < min(words, len(counts)) and min_speakers > 1:
        min_speakers -= 1
        eligible = counts[counts["speakers"] >= min_speakers]
    frequency = {str(word): int(number) for word, number in eligible["tokens"].items()}
    ranked = sorted(frequency, key=lambda word: (-frequency[word], word))
    chosen: list[str] = []
    for pair in sorted(
        _pairs(ranked[: 10 * words]), key=lambda pair: (-_shared_part(*pair), ranked.index(pair[0]), pair)
    ):
        if len(chosen) + 2 <= min(words, 2 * pairs) and not set(pair) & set(chosen):
            chosen += pair
    return (chosen + [word for word in ranked if word not in chosen])[:words]


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    """Pairs with a long common beginning; only words with the same first four letters are compared."""
    by_onset: dict[str, list[str]] = {}
    for word in words:
        by_onset.setdefault(word[:4], []).append(word)
    return [
        (one, other)
        for group in by_onset.values()
        for one, other in combinations(group, 2)
        if _common_beginning(one, other) >= 4 and _shared_part(one, other) >= 0.5
    ]


def _shared_part(one: str, other: str) -> float:
    return _common_beginning(one, other) / max(len(one), len(other))


def _common_beginning(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
