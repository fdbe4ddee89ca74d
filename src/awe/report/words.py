"""Which words a map shows."""

from itertools import combinations

import pandas as pd


def choose_words(
    tokens: pd.DataFrame, lemmas: "pd.Series[str]", words: int, pairs: int, min_speakers: int
) -> list[str]:
    """Choose frequent words, some of them pairs of one lemma.

    The rule: of the types that at least `min_speakers` speakers say, ordered by number of tokens (alphabetically among
    equals), first `pairs` pairs among the `10 * words` most frequent that have one lemma, such as the paper's *tysięcy*
    and *tysiące*, or, where a lemma is not known, that share at least four letters and half of the longer word: pairs
    known to have one lemma first, then those that share the largest part of their beginning, no word twice; then the
    most frequent other types. If too few types have that many speakers, the number is lowered one by one.

    Args:
        tokens: table `tokens`, of the split shown.
        lemmas: of the words that have one, indexed by word.
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
    lemma_of = {str(word): str(lemma) for word, lemma in lemmas.items()}
    found = _pairs(ranked[: 10 * words], lemma_of)
    for pair in sorted(found, key=lambda pair: (not found[pair], -_shared_part(*pair), ranked.index(pair[0]), pair)):
        if len(chosen) + 2 <= min(words, 2 * pairs) and not set(pair) & set(chosen):
            chosen += pair
    return (chosen + [word for word in ranked if word not in chosen])[:words]


def _pairs(words: list[str], lemma_of: dict[str, str]) -> dict[tuple[str, str], bool]:
    """Pairs that are, or look like, forms of one lemma, and whether that is known."""
    pairs = {}
    for one, other in combinations(words, 2):
        if one in lemma_of and other in lemma_of:
            if lemma_of[one] == lemma_of[other]:
                pairs[one, other] = True
        elif _common_beginning(one, other) >= 4 and _shared_part(one, other) >= 0.5:
            pairs[one, other] = False
    return pairs


def _shared_part(one: str, other: str) -> float:
    return _common_beginning(one, other) / max(len(one), len(other))


def _common_beginning(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
