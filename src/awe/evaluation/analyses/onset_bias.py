"""Word-onset bias: whether words with the same beginning are nearer than words with the same end (section 1)."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    from awe.evaluation.subject import Finding, Subject


class Options(BaseOptions):
    """How much must be shared."""

    phones: int = Field(default=2, ge=1, description="phones that an onset or an offset has")


def analyse(subject: "Subject", options: Options) -> "list[Finding]":
    """Compare the mean cosine similarity of tokens of two words that share their onset only, offset only, or neither.

    Every pair of test word types counts once; its similarity is the mean over all pairs of their tokens.
    """
    import numpy as np

    from awe.evaluation.subject import Finding

    phones = [tuple(word) for word in subject.types["phones"]]
    onsets = np.unique([" ".join(word[: options.phones]) for word in phones], return_inverse=True)[1]
    offsets = np.unique([" ".join(word[-options.phones :]) for word in phones], return_inverse=True)[1]
    rows, columns = np.triu_indices(len(phones), k=1)
    similarity = subject.type_similarity[rows, columns]
    onset, offset = onsets[rows] == onsets[columns], offsets[rows] == offsets[columns]
    groups = {
        f"same first {options.phones} phones": onset & ~offset,
        f"same last {options.phones} phones": offset & ~onset,
        "neither": ~onset & ~offset,
    }
    return [
        Finding(name, "mean cosine similarity", float(similarity[group].mean()), int(group.sum()))
        for name, group in groups.items()
        if group.any()
    ]
