"""Which words are taken for each other: the nearest token of a token, when it is of another word."""

from typing import TYPE_CHECKING

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    from awe.evaluation.subject import Finding, Subject


ARROW = " → "  # between a word and the one that it is taken for


class Options(BaseOptions):
    """No options."""


def analyse(subject: "Subject", options: Options) -> "list[Finding]":
    """Count tokens whose nearest other token is of another word, and how far apart these words' pronunciations are.

    Only tokens of words with another token count. Distances are phone edit distances, counted and weighted by
    phonological features. Every pair of words follows by name with its number of tokens, the most frequent first: all of
    them, so that the sums over seeds are exact. They are fewer than the tokens.
    """
    from collections import Counter

    import numpy as np

    from awe.evaluation.edit_distance import edit_distance, weighted_edit_distance
    from awe.evaluation.subject import Finding

    del options
    words = subject.tokens["word"].to_numpy(dtype=str)
    counts = Counter(words.tolist())
    rows = np.array([row for row, word in enumerate(words) if counts[word] > 1], dtype=int)
    if not len(rows):
        return []
    taken_for = words[subject.nearest[rows]]
    phones = dict(zip(subject.types["word"], subject.types["phones"], strict=True))
    pairs = Counter((word, other) for word, other in zip(words[rows], taken_for, strict=True) if word != other)
    wrong = sum(pairs.values())
    findings = [Finding("nearest token", "share of another word", wrong / len(rows), len(rows))]
    measures = {"phone edit distance": edit_distance, "weighted phone edit distance": weighted_edit_distance}
    distances = {
        name: {pair: float(measure(phones[pair[0]], phones[pair[1]])) for pair in pairs}
        for name, measure in measures.items()
    }
    for name, of_pair in distances.items() if wrong else ():
        mean = sum(of_pair[pair] * count for pair, count in pairs.items()) / wrong
        findings.append(Finding("nearest token", f"{name} if another word", mean, wrong))
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    findings += [Finding(ARROW.join(pair), "tokens", float(count), counts[pair[0]]) for pair, count in ordered]
    return findings
