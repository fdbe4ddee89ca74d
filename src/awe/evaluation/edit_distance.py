"""Distance between two pronunciations."""

from collections.abc import Sequence


def edit_distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the phones to insert, delete or replace to turn one pronunciation into the other (Levenshtein)."""
    previous = list(range(len(other) + 1))
    for row, phone in enumerate(one, start=1):
        current = [row]
        for column, candidate in enumerate(other, start=1):
            replaced = previous[column - 1] + (phone != candidate)
            current.append(min(replaced, previous[column] + 1, current[-1] + 1))
        previous = current
    return previous[-1]


def relative_edit_distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Edit distance as a share of the longer pronunciation, from 0 (the same) to 1 (nothing in common)."""
    return edit_distance(one, other) / max(len(one), len(other), 1)
