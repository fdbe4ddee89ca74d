"""How long words should take: durations of phones fitted to all words of a language, and each speaker's rate."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

SHORTEST_PHONE_S = 0.01
PRIOR_WORDS = 5.0  # words that the mean duration of all phones weighs in each phone's
ROUNDS = 3  # of fitting phones and speakers in turn
FEWEST_OF_SPEAKER = 10  # words from which a speaker's rate is estimated

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Expectation:
    """What the words of one language should take.

    Attributes:
        typical_s: duration of each row of the words at the median speaker's pace, NaN for words without pronunciation.
        expected_s: the same at their own speaker's pace.
        phones: one row per phone: `phone`, `words` (aligned words with it), `duration_s`.
        pace: index speaker_id; time the speaker takes relative to the median speaker.

    """

    typical_s: "pd.Series[float]"
    expected_s: "pd.Series[float]"
    phones: pd.DataFrame
    pace: "pd.Series[float]"


def expect(words: pd.DataFrame) -> Expectation:
    """Fit the duration of each phone and the pace of each speaker to the durations of words.

    A word is expected to take the sum of its phones' durations times its speaker's pace. Phones are fitted by least
    squares to the median duration of each word type over speakers at equal pace, types weighted by their tokens, so
    that single misplaced words hardly count. Speakers with few words are taken to speak like everyone.

    Args:
        words: columns `speaker_id`, `word`, `phones` (list, maybe empty), `num_phones` and `duration_s`.

    """
    known = words[words["num_phones"] > 0]
    if known.empty:
        phones = pd.DataFrame({"phone": [], "words": [], "duration_s": []})
        nothing = pd.Series(np.nan, words.index)
        return Expectation(nothing, nothing, phones, pd.Series(dtype=float))
    types = known.drop_duplicates("word").set_index("word")["phones"].sort_index()
    inventory = sorted({phone for phones in types for phone in phones})
    counts = _count_phones(list(types), inventory)
    tokens = known.groupby("word").size().loc[types.index].to_numpy().astype(float)
    pace = pd.Series(1.0, index=sorted(known["speaker_id"].unique()))
    for _ in range(ROUNDS):
        at_equal_pace = known["duration_s"] / known["speaker_id"].map(pace)
        of_type = at_equal_pace.groupby(known["word"]).median().loc[types.index].to_numpy(float)
        durations_s = _fit_phones(counts, of_type, tokens)
        of_word = pd.Series(counts @ durations_s, index=types.index)
        expected_s = known["word"].map(of_word)
        pace = _paces(known["duration_s"] / expected_s, known["speaker_id"])
    phones = pd.DataFrame({"phone": inventory, "words": tokens @ (counts > 0), "duration_s": durations_s})
    own_pace_s = expected_s * known["speaker_id"].map(pace)
    typical_s, expected_s = expected_s.reindex(words.index), own_pace_s.reindex(words.index)
    return Expectation(typical_s, expected_s, phones.astype({"words": int}), pace)


def _count_phones(types: list[list[str]], inventory: list[str]) -> Floats:
    """How often each word type has each phone, shape `(types, phones)`."""
    place = {phone: number for number, phone in enumerate(inventory)}
    counts = np.zeros((len(types), len(inventory)))
    for row, phones in enumerate(types):
        np.add.at(counts[row], [place[phone] for phone in phones], 1)
    return counts


def _fit_phones(counts: Floats, durations_s: Floats, weights: Floats) -> Floats:
    """Weighted least squares with a prior: the mean phone."""
    mean_s = float(weights @ durations_s / (weights @ counts.sum(1)))
    weighted = counts * weights[:, None]
    matrix = counts.T @ weighted + PRIOR_WORDS * np.eye(counts.shape[1])
    solution = np.linalg.solve(matrix, weighted.T @ durations_s + PRIOR_WORDS * mean_s)
    return solution.astype(np.float64).clip(min=SHORTEST_PHONE_S)


def _paces(ratios: "pd.Series[float]", speakers: "pd.Series[str]") -> "pd.Series[float]":
    """Median ratio of found and expected duration of each speaker, the median speaker at 1."""
    grouped = ratios.groupby(speakers)
    medians = grouped.median()
    medians[grouped.size() < FEWEST_OF_SPEAKER] = medians.median()
    return medians / medians.median()
