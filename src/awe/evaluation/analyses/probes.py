"""How much of the speaker and of the duration an embedding still holds, read by linear probes."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    from awe.evaluation.subject import Finding, Subject


class Options(BaseOptions):
    """Size of the probes."""

    folds: int = Field(
        default=4, ge=2, description="parts that the words are divided into, each in turn left out of the fit"
    )
    tokens: int = Field(default=4000, ge=20, description="random test tokens used, at most")
    penalty: float = Field(default=1.0, gt=0, description="ridge penalty on standardised dimensions")


def analyse(subject: "Subject", options: Options) -> "list[Finding]":
    """Cross-validate two ridge probes; no word is in two folds, so that a probe cannot learn words by heart.

    The speaker probe is a ridge classifier among the test speakers; its accuracy stands beside the share of the most
    frequent speaker. The duration probe reports the explained variance (R squared; below 0 it predicts worse than the
    mean does).
    """
    import numpy as np
    from sklearn.linear_model import Ridge, RidgeClassifier
    from sklearn.metrics import r2_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    from awe.evaluation.subject import Finding
    from awe.metrics.cosine import standardise

    count = min(len(subject.tokens), options.tokens)
    chosen = np.sort(np.random.default_rng(subject.seed).choice(len(subject.tokens), count, replace=False))
    tokens, inputs = subject.tokens.iloc[chosen], standardise(subject.embeddings[chosen])
    words = tokens["word"].to_numpy(dtype=str)
    if len(np.unique(words)) < options.folds:
        return []
    folds = list(GroupKFold(options.folds).split(inputs, groups=words))
    findings = []
    duration = (tokens["end_s"] - tokens["start_s"]).to_numpy()
    if np.ptp(duration) > 0:
        predicted = cross_val_predict(Ridge(options.penalty), inputs, duration, cv=folds)
        findings.append(Finding("duration", "explained variance", float(r2_score(duration, predicted)), count))
    speakers, counts = np.unique(tokens["speaker_id"].to_numpy(dtype=str), return_counts=True)
    if len(speakers) > 1:
        named = tokens["speaker_id"].to_numpy(dtype=str)
        found = cross_val_predict(RidgeClassifier(options.penalty), inputs, named, cv=folds)
        findings.append(Finding("speaker", "accuracy", float((found == named).mean()), count))
        findings.append(Finding("speaker", "accuracy of the most frequent", float(counts.max() / count), count))
    return findings
