"""Which words are taken for each other: the nearest token of a token, when it is of another word."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import numpy as np

    from awe.evaluation.subject import Finding, Subject


class Options(BaseOptions):
    """How many are listed."""

    listed: int = Field(default=20, ge=0, description="most frequent confusions listed by name")


def analyse(subject: "Subject", options: Options) -> "list[Finding]":
    """Count tokens whose nearest other token is of another word, and how far apart these words' pronunciations are.

    Only tokens of words with another token count. The most frequent confusions follow by name: number of tokens, and
    phone edit distance of the two words.
    """
    from collections import Counter

    import numpy as np

    from awe.evaluation.edit_distance import edit_distance
    from awe.evaluation.subject import Finding

    words = subject.tokens["word"].to_numpy(dtype=str)
    counts = Counter(words.tolist())
    rows = np.array([row for row, word in enumerate(words) if counts[word] > 1], dtype=int)
    if not len(rows):
        return []
    taken_for = words[_nearest(subject.unit, rows)]
    phones = dict(zip(subject.types["word"], subject.types["phones"], strict=True))
    pairs = Counter((word, other) for word, other in zip(words[rows], taken_for, strict=True) if word != other)
    wrong = sum(pairs.values())
    findings = [Finding("nearest token", "share of another word", wrong / len(rows), len(rows))]
    distances = {pair: edit_distance(phones[pair[0]], phones[pair[1]]) for pair in pairs}
    if wrong:
        mean = sum(distances[pair] * count for pair, count in pairs.items()) / wrong
        findings.append(Finding("nearest token", "phone edit distance if another word", mean, wrong))
    for pair, count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[: options.listed]:
        name = f"{pair[0]} → {pair[1]}"
        findings.append(Finding(name, "tokens", float(count), counts[pair[0]]))
        findings.append(Finding(name, "phone edit distance", float(distances[pair]), count))
    return findings


def _nearest(unit: "np.ndarray", rows: "np.ndarray") -> "np.ndarray":
    """Row of the nearest other token of every chosen row, by cosine `(R,)`."""
    import numpy as np

    nearest = np.empty(len(rows), dtype=int)
    for part in np.array_split(np.arange(len(rows)), max(1, len(rows) * len(unit) // 5_000_000)):
        similarity = unit[rows[part]] @ unit.T
        similarity[np.arange(len(part)), rows[part]] = -np.inf
        nearest[part] = similarity.argmax(axis=1)
    return nearest
