"""Whether the regressor finds the right meaning among the vectors of the whole vocabulary."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    from awe.evaluation.subject import Finding, Subject


class Options(BaseOptions):
    """Which ranks count as found."""

    ranks: list[int] = Field(
        default=[1, 5, 10], min_length=1, description="a word counts as found if it is among so many nearest ones"
    )


def analyse(subject: "Subject", options: Options) -> "list[Finding]":
    """Measure recall at the given ranks and mean reciprocal rank, over all test tokens and over unseen words alone.

    Every predicted vector ranks the vectors of all words by cosine similarity; ties count against the model.
    Settings without a regressor find nothing, nor do the controls, whose regressor learned other vectors than the
    words' own (`awe.evaluation.regressor.predict_vectors` gives none for them).
    """
    import numpy as np

    from awe.evaluation.subject import Finding

    vocabulary = {str(word): place for place, word in enumerate(subject.vectors.index)}
    known = subject.tokens["word"].isin(vocabulary).to_numpy()
    if subject.predicted is None or not known.any():
        return []
    vectors = np.stack([np.asarray(vector, dtype=np.float64) for vector in subject.vectors])
    if subject.predicted.shape[1] != vectors.shape[1]:
        return []
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    words = subject.tokens["word"][known]
    right = np.array([vocabulary[word] for word in words])
    ranks = np.empty(len(right))
    for part in np.array_split(np.arange(len(right)), max(1, len(right) * len(vectors) // 5_000_000)):
        # a prediction's length does not change the order of its candidates
        similarity = subject.predicted[known][part] @ vectors.T
        ranks[part] = (similarity >= similarity[np.arange(len(part)), right[part], None]).sum(axis=1)
    unseen = ~words.isin(subject.train_counts.index).to_numpy()
    groups = {"all tokens": np.ones(len(right), dtype=bool), "words not seen in training": unseen}
    findings = []
    for name, group in groups.items():
        if group.any():
            measures = {f"recall at {rank}": float((ranks[group] <= rank).mean()) for rank in options.ranks}
            measures["mean reciprocal rank"] = float((1 / ranks[group]).mean())
            findings += [Finding(name, measure, value, int(group.sum())) for measure, value in measures.items()]
    return findings
