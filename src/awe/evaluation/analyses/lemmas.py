"""Forms of one lemma against words of other lemmas: whether kinship of meaning brings words nearer than their form does."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import numpy as np

    from awe.evaluation.subject import Finding, Subject


class Options(BaseOptions):
    """How many pairs are compared."""

    pairs: int = Field(default=20_000, ge=100, description="random pairs of words of other lemmas, at most")


def analyse(subject: "Subject", options: Options) -> "list[Finding]":
    """Compare the mean cosine similarity of two forms of one lemma with that of two words of other lemmas.

    Forms of one lemma mostly share their stem. So the other words are counted twice: all of them, and such that every
    phone edit distance has the same weight as among the forms of one lemma; distances that no other pair has are left
    out of the comparison on both sides. Further, of the tokens whose nearest token is of another word, the share where
    it is of the same lemma. Every pair of test word types with a known lemma counts once.
    """
    import numpy as np

    from awe.evaluation.edit_distance import edit_distance
    from awe.evaluation.subject import Finding

    known = np.flatnonzero(subject.types["word"].isin(subject.lemmas.index).to_numpy())
    words = subject.types["word"].to_numpy(dtype=str)
    lemma_of = subject.lemmas.reindex(words).fillna("").to_numpy(dtype=str)
    rows, columns = (known[half] for half in np.triu_indices(len(known), k=1))
    same = lemma_of[rows] == lemma_of[columns]
    if not same.any() or same.all():
        return []
    others = np.random.default_rng(subject.seed).permutation(np.flatnonzero(~same))[: options.pairs]
    compared = np.sort(np.concatenate([np.flatnonzero(same), others]))
    rows, columns, same = rows[compared], columns[compared], same[compared]
    similarity = subject.type_similarity[rows, columns]
    phones = subject.types["phones"].tolist()
    distance = np.array([edit_distance(phones[i], phones[j]) for i, j in zip(rows, columns, strict=True)])
    measure = "mean cosine similarity"
    findings = [
        Finding("two forms of one lemma", measure, float(similarity[same].mean()), int(same.sum())),
        Finding("two words of other lemmas", measure, float(similarity[~same].mean()), int((~same).sum())),
    ]
    shared = np.isin(distance, np.intersect1d(distance[same], distance[~same]))
    if shared.any():
        of_same, of_others = same & shared, ~same & shared
        matched = _reweighted_mean(similarity[of_others], distance[of_others], distance[of_same])
        alike = "at equal phone edit distance"
        value = float(similarity[of_same].mean())
        findings.append(Finding(f"two forms of one lemma, {alike}", measure, value, int(of_same.sum())))
        findings.append(Finding(f"two words of other lemmas, {alike}", measure, matched, int(of_others.sum())))
    token_lemmas = subject.lemmas.reindex(subject.tokens["word"]).fillna("").to_numpy(dtype=str)
    token_words = subject.tokens["word"].to_numpy(dtype=str)
    wrong = (token_words != token_words[subject.nearest]) & (token_lemmas != "")
    if wrong.any():
        share = float((token_lemmas[wrong] == token_lemmas[subject.nearest[wrong]]).mean())
        findings.append(Finding("nearest token is of another word", "share of the same lemma", share, int(wrong.sum())))
    return findings


def _reweighted_mean(values: "np.ndarray", distances: "np.ndarray", wanted: "np.ndarray") -> float:
    """Mean of `values` if their distances were distributed as those in `wanted`."""
    import numpy as np

    kinds, counts = np.unique(wanted, return_counts=True)
    means = [values[distances == kind].mean() for kind in kinds]
    return float(np.average(means, weights=counts))
