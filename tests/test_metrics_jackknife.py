"""Intervals over speakers and over training runs, against textbook formulas and on data whose truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from awe.metrics.jackknife import GROUPS, jackknife_interval, leave_out, speaker_groups
from awe.metrics.same_different import per_query_average_precision
from awe.metrics.seeds import over_words_and_seeds


@settings(max_examples=50, deadline=None, derandomize=True)
@given(speakers=st.lists(st.integers(0, 40), min_size=1, max_size=200), seed=st.integers(0, 99))
def test_groups_are_of_whole_speakers_and_of_equal_size(speakers: list[int], seed: int) -> None:
    groups = speaker_groups(np.array(speakers), seed)
    of_speaker = {speaker: set(groups[np.array(speakers) == speaker]) for speaker in speakers}
    assert all(len(found) == 1 for found in of_speaker.values())
    sizes = np.bincount([found.pop() for found in of_speaker.values()])
    assert len(sizes) == min(GROUPS, len(of_speaker))
    assert sizes.max() - sizes.min() <= 1
    assert groups.tolist() == speaker_groups(np.array(speakers), seed).tolist()


def test_of_a_mean_it_is_the_t_interval() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.02, 7)
    without = [found["mean"] for found in leave_out(np.arange(7), lambda rows: {"mean": float(values[rows].mean())})]
    expected = stats.t.interval(0.9, 6, values.mean(), stats.sem(values))
    assert jackknife_interval(float(values.mean()), without, 0.9) == pytest.approx(expected)


def test_nothing_can_be_said_from_one_group_or_without_a_score() -> None:
    assert jackknife_interval(0.5, [0.5], 0.95) == (0.0, 1.0)
    assert jackknife_interval(0.5, [0.4, np.nan, 0.6], 0.95) == (0.0, 1.0)
    assert jackknife_interval(0.1, [0.3, -0.2], 0.95, bounds=(-1.0, 1.0)) == (-1.0, 1.0)
    words = np.array([0, 0, 1, 2])

    def score(rows: np.ndarray) -> dict[str, float]:
        return {"per_query": per_query_average_precision(np.eye(4)[rows], words[rows])}

    assert leave_out(np.array([0, 0, 1, 1]), score)[0] == {}  # only words that are spoken once are left


def test_it_covers_the_truth_as_often_as_it_says() -> None:
    """Speakers of unequal clarity, six of them drawn anew again and again, all speaking the same words."""
    words, speakers = np.tile(np.arange(20), 6), np.repeat(np.arange(6), 20)
    prototypes = np.random.default_rng(0).standard_normal((20, 8))
    scores, intervals = [], []
    for corpus in range(120):
        random = np.random.default_rng(corpus)
        noise = 1.1 * np.exp(random.normal(0, 0.3, 6))[speakers, None]
        embeddings = prototypes[words] + noise * random.standard_normal((120, 8))

        def score(rows: np.ndarray, embeddings: np.ndarray = embeddings) -> dict[str, float]:
            return {"score": per_query_average_precision(embeddings[rows], words[rows])}

        scores.append(score(np.arange(120))["score"])
        without = [found["score"] for found in leave_out(speakers, score)]
        intervals.append(jackknife_interval(scores[-1], without, 0.9))
    truth = np.mean(scores)
    covered = np.mean([low <= truth <= high for low, high in intervals])
    assert 0.82 < covered < 0.97


def test_seeds_alone_are_a_paired_t_test_and_words_alone_a_normal_one() -> None:
    random = np.random.default_rng(2)
    ours, theirs = random.normal(0.55, 0.03, 5), random.normal(0.5, 0.03, 5)
    found = over_words_and_seeds(ours - theirs, 0.0, 300, 0.95)
    expected = stats.ttest_rel(ours, theirs)
    interval = expected.confidence_interval(0.95)
    assert [found.low, found.high, found.p_value] == pytest.approx([interval.low, interval.high, expected.pvalue])
    same = over_words_and_seeds(np.full(3, 0.1), 0.05, 100_000, 0.95)
    assert [same.low, same.high] == pytest.approx([0.1 - 1.96 * 0.05, 0.1 + 1.96 * 0.05], abs=1e-3)
    assert same.p_value == pytest.approx(0.0455, abs=1e-3)
    nothing = over_words_and_seeds(np.zeros(2), 0.0, 10, 0.95)
    assert (nothing.low, nothing.high, nothing.p_value) == (0.0, 0.0, 1.0)


def test_runs_of_one_setting_are_rarely_told_apart() -> None:
    """Two settings that are one, three seeds each: words and runs both vary, and p < .05 in about one case of twenty."""
    alarms = 0
    for experiment in range(400):
        random = np.random.default_rng(experiment)
        of_seed, of_word = random.normal(0, 0.03, 3), random.normal(0, 0.15, 200)
        alarms += over_words_and_seeds(of_seed + of_word.mean(), 0.15 / 200**0.5, 200, 0.95).p_value < 0.05
    assert alarms <= 32
