"""From embeddings to rows of the table `scores`."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from awe.errors import AweError
from awe.evaluation.options import EvaluationOptions
from awe.metrics.bootstrap import confidence_interval
from awe.metrics.cosine import standardise
from awe.metrics.jackknife import jackknife_interval, leave_out, speaker_groups
from awe.metrics.same_different import Precisions, same_different

METRIC = "same_different_map"


class EmbeddingMismatchError(AweError):
    """Embeddings and tokens do not belong together."""


def codes(values: "pd.Series[str]") -> np.ndarray:
    """Return for every value its place among the sorted distinct values, from 0: `(N,)`."""
    return np.unique(values.to_numpy(dtype=str), return_inverse=True)[1]


def match_tokens(embeddings: pd.DataFrame, tokens: pd.DataFrame, name: str) -> np.ndarray:
    """Stack the embeddings `(N, D)` in the order of `tokens`.

    Args:
        embeddings: table `embeddings`.
        tokens: rows of table `tokens`, exactly those that must have an embedding.
        name: file the embeddings came from, for messages.

    Raises:
        EmbeddingMismatchError: if a token has no embedding, several, or the widths differ, or one is of no token.

    """
    if embeddings["token_id"].duplicated().any():
        doubled = embeddings.loc[embeddings["token_id"].duplicated(), "token_id"].iloc[0]
        raise EmbeddingMismatchError(f"{name}: token {doubled!r} has several embeddings")
    known, wanted = set(embeddings["token_id"]), set(tokens["token_id"])
    if known != wanted:
        example = min(known ^ wanted)
        raise EmbeddingMismatchError(
            f"{name}: {len(wanted - known)} tokens have no embedding and {len(known - wanted)} embeddings are of no"
            f" token, e.g. {example!r}; use embeddings and tokens of one run"
        )
    return stack(embeddings.set_index("token_id").loc[tokens["token_id"], "embedding"], name)


def stack(vectors: "pd.Series[Any]", name: str) -> np.ndarray:
    """Stack a column of vectors to `(N, D)`.

    Raises:
        EmbeddingMismatchError: if they differ in width, there are none, or a value is not finite.

    """
    if not vectors.map(lambda vector: isinstance(vector, np.ndarray | list | tuple)).all():
        raise EmbeddingMismatchError(f"{name}: every embedding must be a list of numbers; some are not")
    widths = sorted({len(vector) for vector in vectors})
    if len(widths) != 1 or widths[0] == 0:
        raise EmbeddingMismatchError(f"{name}: embeddings must all have one width, found {widths or 'none'}")
    try:
        stacked = np.stack([np.asarray(vector, dtype=np.float32) for vector in vectors])
    except (ValueError, TypeError):
        raise EmbeddingMismatchError(f"{name}: every embedding must be a list of numbers; some are not") from None
    return finite(stacked, name, [str(place) for place in vectors.index])


def finite(embeddings: np.ndarray, name: str, places: Sequence[str] | None = None) -> np.ndarray:
    """Return the embeddings `(N, D)` if all values are finite.

    Args:
        embeddings: to check.
        name: file they came from, for messages.
        places: what the rows are called in messages; their numbers from 0 if None.

    Raises:
        EmbeddingMismatchError: if a value is NaN or infinite.

    """
    bad = np.flatnonzero(~np.isfinite(embeddings).all(axis=1))
    if len(bad):
        place = places[bad[0]] if places else bad[0]
        raise EmbeddingMismatchError(
            f"{name}: row {place} holds NaN or infinite values ({len(bad)} such rows in all); embed these tokens again"
            " or leave them out"
        )
    return embeddings


def all_precisions(
    embeddings: np.ndarray, words: np.ndarray, speakers: np.ndarray | None, *, normalised: bool
) -> dict[str, Precisions]:
    """Every definition of average precision, and again with standardised dimensions as `<definition>_normalised`."""
    results = same_different(embeddings, words, speakers)
    if normalised:
        again = same_different(standardise(embeddings), words, speakers)
        results |= {f"{definition}_normalised": result for definition, result in again.items()}
    return results


def values_without_speakers(
    embeddings: np.ndarray, words: np.ndarray, speakers: np.ndarray, options: EvaluationOptions
) -> list[Mapping[str, float]]:
    """Every definition's average precision without each group of speakers in turn, for intervals over speakers."""

    def score(rows: np.ndarray) -> dict[str, float]:
        results = all_precisions(embeddings[rows], words[rows], speakers[rows], normalised=options.normalised)
        return {definition: result.value for definition, result in results.items()}

    return leave_out(speaker_groups(speakers, options.seed), score)


def score_rows(
    results: dict[str, Precisions],
    words: np.ndarray,
    without_speakers: Sequence[Mapping[str, float]] | None,
    options: EvaluationOptions,
    identity: dict[str, Any],
) -> list[dict[str, Any]]:
    """Rows of table `scores`: each definition once with an interval over words and once over speakers.

    Args:
        results: as from `all_precisions`.
        words: `(N,)`, number of every token's word type.
        without_speakers: as from `values_without_speakers`, or None: no intervals over speakers.
        options: of the intervals.
        identity: the columns language, split, setting, candidate and seed.

    """
    rows = []
    for definition, result in results.items():
        over = {
            "words": confidence_interval(
                result, words, options.bootstrap_samples, options.confidence_level, options.seed
            )
        }
        if without_speakers is not None:
            without = [values.get(definition, np.nan) for values in without_speakers]
            over["speakers"] = jackknife_interval(result.value, without, options.confidence_level)
        for name, (low, high) in over.items():
            row = {"metric": METRIC, "definition": definition, "value": result.value, "ci_low": low, "ci_high": high}
            rows.append({**identity, **row, "ci_over": name, "n": len(result.precisions)})
    return rows
