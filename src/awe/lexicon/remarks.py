"""What about a lexicon deserves a look: words that eSpeak may have got wrong."""

import collections
from collections.abc import Mapping, Sequence

import pandas as pd

COLUMNS = ("word", "remark", "detail")


def remarks(lexicon: pd.DataFrame, capitalised: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """List the words to check, a user dictionary can correct them; the user's own pronunciations are not listed.

    The remarks are: "foreign" and "spelt", as the lexicon's column `source` says; "rare phone", with a phone that no other
    word type has; "homograph", with another pronunciation when it is capitalised, as German `weg` and `Weg`: where
    transcripts are lower-cased, both are one word type, which has the pronunciation of the former.

    Args:
        lexicon: table `lexicon`.
        capitalised: phones of the word types written with a capital.

    Returns:
        frame with the columns `COLUMNS`, by word.

    """
    found = []
    types = collections.Counter(phone for phones in lexicon["phones"] for phone in set(phones))
    for word, phones, source in zip(lexicon["word"], lexicon["phones"], lexicon["source"], strict=True):
        if source == "dictionary":
            continue
        kind = source.partition("-")[2]
        if kind:
            named = "spelt" if kind.endswith("spelt") else "foreign"
            found.append((word, named, f"{' '.join(phones)}{'' if named == 'spelt' else f', read as {kind}'}"))
        found += [(word, "rare phone", phone) for phone in dict.fromkeys(phones) if types[phone] == 1]
        other = capitalised.get(word, phones)
        if list(other) != list(phones):
            found.append((word, "homograph", f"{' '.join(phones)}, capitalised {' '.join(other)}"))
    return pd.DataFrame(found, columns=list(COLUMNS))
