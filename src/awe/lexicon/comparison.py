"""Two lexicons of one language, such as those of two versions of eSpeak NG: what changed."""

from collections.abc import Iterator

import pandas as pd

from awe.lexicon.pronunciations import inventory


def compare(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """List what differs between two tables `lexicon`.

    Returns:
        frame with the columns `kind` ("phone" or "word"), `item`, `old` and `new`: of a phone the number of word types
        with it, of a word its phones; empty where it is not there. Phones are listed if only one lexicon has them, words
        if both have them with other phones, or only one has them. Phones come first.

    """
    rows = [*_phones(old, new), *_words(old, new)]
    return pd.DataFrame(rows, columns=["kind", "item", "old", "new"])


def _phones(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    before, after = (
        dict(zip(table["phone"], table["word_types"], strict=True)) for table in map(inventory, (old, new))
    )
    for phone in sorted(set(before) ^ set(after)):
        yield "phone", phone, str(before.get(phone, "")), str(after.get(phone, ""))


def _words(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    before, after = (dict(zip(table["word"], map(" ".join, table["phones"]), strict=True)) for table in (old, new))
    for word in sorted(set(before) | set(after)):
        if before.get(word) != after.get(word):
            yield "word", word, before.get(word, ""), after.get(word, "")
