"""Whether distance in the embedding space goes with distance in form, and with distance in meaning."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    from awe.evaluation.subject import Finding, Subject


class Options(BaseOptions):
    """How many pairs are compared."""

    pairs: int = Field(default=20_000, ge=100, description="random pairs of word types, at most")


def analyse(subject: "Subject", options: Options) -> "list[Finding]":
    """Rank correlation (Spearman) over pairs of test word types of the mean cosine distance of their embeddings.

    With the phone edit distance as a share of the longer pronunciation, counted and weighted by phonological features,
    and with the cosine distance of the word vectors, over the pairs of words that have one.
    """
    import numpy as np
    from scipy.stats import spearmanr

    from awe.evaluation.edit_distance import relative_edit_distance, relative_weighted_edit_distance
    from awe.evaluation.subject import Finding

    rows, columns = np.triu_indices(len(subject.types), k=1)
    if len(rows) > options.pairs:
        chosen = np.random.default_rng(subject.seed).choice(len(rows), options.pairs, replace=False)
        rows, columns = rows[chosen], columns[chosen]
    distance = 1 - subject.type_similarity[rows, columns]
    phones = subject.types["phones"].tolist()
    forms = {
        "phone edit distance": relative_edit_distance,
        "weighted phone edit distance": relative_weighted_edit_distance,
    }
    compared = {
        name: (distance, np.array([between(phones[i], phones[j]) for i, j in zip(rows, columns, strict=True)]))
        for name, between in forms.items()
    }
    known = subject.types["word"].isin(subject.vectors.index).to_numpy()
    both = known[rows] & known[columns]
    if both.any():
        place = np.cumsum(known) - 1
        vectors = np.stack([np.asarray(subject.vectors[word]) for word in subject.types["word"][known]])
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        meaning = 1 - (vectors[place[rows[both]]] * vectors[place[columns[both]]]).sum(axis=1)
        compared["word vector distance"] = (distance[both], meaning)
    return [
        Finding(name, "rank correlation", float(spearmanr(ours, theirs).statistic), len(ours))
        for name, (ours, theirs) in compared.items()
        if len(ours) > 2 and np.ptp(ours) > 0 and np.ptp(theirs) > 0
    ]
