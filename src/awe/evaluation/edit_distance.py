"""Distance between two pronunciations, counted in phones or weighted by phonological features."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any


def edit_distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the phones to insert, delete or replace to turn one pronunciation into the other (Levenshtein)."""
    return round(_cheapest_edits(one, other, lambda phone, candidate: phone != candidate))


def relative_edit_distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Edit distance as a share of the longer pronunciation, from 0 (the same) to 1 (nothing in common)."""
    return edit_distance(one, other) / max(len(one), len(other), 1)


def weighted_edit_distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Edit distance in which similar phones replace each other cheaply: /s/ to /z/ costs less than /s/ to /a/.

    Features and their weights are PanPhon's (Mortensen et al. 2016). Phones are split into its segments (an affricate
    or a diphthong may be two). Inserting or deleting a segment costs 1, replacing one costs the weighted difference of
    the features as a share of all weights. A phone that PanPhon does not know is as different from all others as can
    be: replacing it costs 1.
    """
    return _cheapest_edits(_split(one), _split(other), _replacement)


def relative_weighted_edit_distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Weighted edit distance divided by the number of segments of the longer pronunciation."""
    return weighted_edit_distance(one, other) / max(len(_split(one)), len(_split(other)), 1)


def _cheapest_edits(one: Sequence[str], other: Sequence[str], replacement: Callable[[str, str], float]) -> float:
    """Cost of the cheapest edits from one sequence to the other; inserting and deleting cost 1."""
    previous = [float(column) for column in range(len(other) + 1)]
    for row, item in enumerate(one, start=1):
        current = [float(row)]
        for column, candidate in enumerate(other, start=1):
            replaced = previous[column - 1] + replacement(item, candidate)
            current.append(min(replaced, previous[column] + 1, current[-1] + 1))
        previous = current
    return previous[-1]


@cache
def _segments(phone: str) -> tuple[str, ...]:
    """Split a phone into PanPhon's segments; a phone with anything that it does not know stays whole."""
    segments = tuple(_feature_table().ipa_segs(phone))
    # the library skips what it does not know
    return segments if "".join(segments) == _feature_table().normalize(phone) else (phone,)


def _split(phones: Sequence[str]) -> list[str]:
    return [segment for phone in phones for segment in _segments(phone)]


@cache
def _replacement(one: str, other: str) -> float:
    """Weighted difference of two segments' features as a share of all weights; 1 if either is unknown."""
    table = _feature_table()
    if one == other or any(table.ipa_segs(segment) != [segment] for segment in (one, other)):
        return float(one != other)
    first, second = (table.word_to_vector_list(segment, numeric=True)[0] for segment in (one, other))
    # tones stand last among the features and have no weight
    differences = [weight * abs(a - b) for weight, a, b in zip(table.weights, first, second, strict=False)]
    return float(sum(differences) / sum(table.weights))


@cache
def _feature_table() -> Any:
    from panphon import FeatureTable

    return FeatureTable()
