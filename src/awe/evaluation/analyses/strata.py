"""Mean average precision for parts of the test queries: seen and unseen words, frequency, length, lemma."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd

    from awe.evaluation.subject import Finding, Subject


class Options(BaseOptions):
    """Where the bands begin."""

    frequency: list[int] = Field(
        default=[0, 1, 5, 20, 100], min_length=1, description="lowest training frequency of each band"
    )
    phones: list[int] = Field(default=[1, 6, 8, 10], min_length=1, description="lowest number of phones of each band")


def analyse(subject: "Subject", options: Options) -> "list[Finding]":
    """Average the queries' average precisions within each part; parts without queries are left out.

    All queries rank all other test tokens; a part is about the queries, not about the competitors. Words without a known
    lemma are in no part about lemmas.
    """
    import numpy as np

    from awe.evaluation.subject import Finding

    tokens = subject.tokens[subject.tokens["token_id"].isin(subject.average_precision.index)]
    precision = subject.average_precision.loc[tokens["token_id"]].to_numpy()
    trained = tokens["word"].map(subject.train_counts).fillna(0).to_numpy()
    lengths = tokens["phones"].map(len).to_numpy()
    parts = {
        "all queries": np.ones(len(tokens), dtype=bool),
        "word seen in training": trained > 0,
        "word not seen in training": trained == 0,
    }
    parts |= _lemma_parts(tokens["word"], subject.tokens["word"], subject.lemmas)
    for name, values, starts in (
        ("training tokens", trained, options.frequency),
        ("phones", lengths, options.phones),
    ):
        parts |= {f"{band} {name}": inside for band, inside in _bands(values, starts)}
    return [
        Finding(name, "mean average precision", float(precision[part].mean()), int(part.sum()))
        for name, part in parts.items()
        if part.any()
    ]


def _lemma_parts(asked: "pd.Series[str]", words: "pd.Series[str]", lemmas: "pd.Series[str]") -> "dict[str, np.ndarray]":
    """Find queries whose word has a competitor of the same lemma among all test words, and those whose word has none."""
    forms = words.groupby(words.map(lemmas)).nunique()
    others = asked.map(lemmas).map(forms).to_numpy(dtype=float)  # NaN without a lemma
    return {"word with another form of its lemma": others > 1, "word without another form of its lemma": others == 1}


def _bands(values: "np.ndarray", starts: list[int]) -> "Iterator[tuple[str, np.ndarray]]":
    """Name and members of each band; the last one is open."""
    for start, following in zip(sorted(starts), [*sorted(starts)[1:], None], strict=True):
        if following is None:
            yield f"{start} or more", values >= start
        else:
            last = following - 1
            yield str(start) if last == start else f"{start} to {last}", (values >= start) & (values <= last)
