"""Checks that every aligner makes before and after its work."""

from collections.abc import Sequence
from typing import Any

from awe.alignment.base import AlignmentTask
from awe.tables import reject

Row = dict[str, Any]


def split_alignable(
    task: AlignmentTask, *, any_word: bool = False
) -> tuple[list[Row], dict[str, list[str]], list[dict[str, str]]]:
    """Divide the utterances into those whose words all have pronunciations and rejects.

    Args:
        task: with utterances and lexicon.
        any_word: let words without a pronunciation pass, for an aligner with a dictionary of its own.

    Returns:
        The rows of table `utterances` that can be aligned (`words` as a list); the pronunciations of their words;
        the rejects.

    """
    lexicon = {
        word: list(phones)
        for word, phones in zip(task.lexicon["word"], task.lexicon["phones"], strict=True)
        if len(phones)
    }
    alignable, used, rejects = [], set(), []
    for row in utterance_rows(task):
        words = list(row["words"])
        missing = sorted({word for word in words if word not in lexicon})
        if not words:
            rejects.append(reject("alignment", row["utterance_id"], "transcript_empty", "there are no words to align"))
        elif missing and not any_word:
            detail = f"no pronunciation for {', '.join(missing)}"
            rejects.append(reject("alignment", row["utterance_id"], "word_without_pronunciation", detail))
        else:
            alignable.append({**row, "words": words})
            used.update(set(words) & lexicon.keys())
    return alignable, {word: lexicon[word] for word in sorted(used)}, rejects


def utterance_rows(task: AlignmentTask) -> list[Row]:
    """Rows of table `utterances`, in its order."""
    return [{str(name): value for name, value in row.items()} for row in task.utterances.to_dict("records")]


def times_problem(starts_s: Sequence[float], ends_s: Sequence[float], duration_s: float, tolerance_s: float) -> str:
    """Say what is wrong with the word times of an utterance; empty if nothing is."""
    before = 0.0
    for position, (start, end) in enumerate(zip(starts_s, ends_s, strict=True)):
        if not start < end:
            return f"word {position} ends at {end:.3f} s but starts at {start:.3f} s"
        if start < before - tolerance_s:
            return f"word {position} starts at {start:.3f} s, before {before:.3f} s, where the word before it ends"
        before = end
    if before > duration_s + tolerance_s:
        return f"the last word ends at {before:.3f} s, but the utterance at {duration_s:.3f} s"
    return ""
