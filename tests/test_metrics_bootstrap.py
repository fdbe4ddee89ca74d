"""Intervals and tests against their definitions and on data whose answer is known."""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awe.metrics.bootstrap import cluster_shares, confidence_interval, draw_counts, resampled_scores
from awe.metrics.paired import compare, holm
from awe.metrics.same_different import Precisions

few = settings(max_examples=20, deadline=None, derandomize=True)


def make_precisions(seed: int, *, pairs: bool) -> tuple[Precisions, np.ndarray]:
    random = np.random.default_rng(seed)
    first = np.arange(80)
    second = random.permutation(80) if pairs else first
    weights = random.uniform(0.1, 1, 80)
    return Precisions(random.uniform(0, 1, 80), first, second, weights), random.integers(0, 9, 80)


@pytest.mark.parametrize("pairs", [False, True])
def test_resampling_equals_drawing_the_clusters_one_by_one(pairs: bool) -> None:
    result, cluster_of = make_precisions(1, pairs=pairs)
    shares = cluster_shares(result, cluster_of)
    counts = draw_counts(len(shares), 20, seed=4)
    for count, fast in zip(counts, resampled_scores(shares, counts), strict=True):
        total = weight = 0.0
        for precision, one, other, of_query in zip(
            result.precisions, result.first, result.second, result.weights, strict=True
        ):
            drawn = of_query * (count[cluster_of[one]] + count[cluster_of[other]]) / 2
            total, weight = total + drawn * precision, weight + drawn
        assert fast == pytest.approx(total / weight)


@few
@given(seed=st.integers(0, 1000), pairs=st.booleans())
def test_interval_contains_the_score_and_is_repeatable(seed: int, pairs: bool) -> None:
    result, cluster_of = make_precisions(seed, pairs=pairs)
    low, high = confidence_interval(result, cluster_of, seed=seed)
    assert low < result.value < high
    assert (low, high) == confidence_interval(result, cluster_of, seed=seed)


def test_interval_covers_the_truth_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        cluster_of = np.repeat(np.arange(40), 5)
        values = 0.5 + random.normal(0, 0.1, 40)[cluster_of] + random.normal(0, 0.05, 200)
        result = Precisions(values, np.arange(200), np.arange(200), np.ones(200))
        low, high = confidence_interval(result, cluster_of, samples=300, level=0.9, seed=seed)
        covered += low <= 0.5 <= high
    assert 0.83 < covered / 200 < 0.96


def test_one_cluster_says_nothing() -> None:
    result, _ = make_precisions(1, pairs=False)
    assert confidence_interval(result, np.zeros(80, dtype=int)) == (0.0, 1.0)
    # such as one speaker: drawn again and again it is always the same
    (found,) = compare(np.array([0.6, 0.7]), [np.array([0.5, 0.4])], np.zeros(2, dtype=int), samples=1000)
    assert (found.ci_low, found.ci_high, found.gain_low, found.gain_high) == (-1.0, 1.0, -1.0, np.inf)
    assert found.p_value == 1


def test_compare_finds_a_difference_and_only_then() -> None:
    random = np.random.default_rng(0)
    clusters = random.integers(0, 60, 500)
    first = random.uniform(0.3, 0.7, 500) + random.normal(0, 0.05, 60)[clusters]
    same, worse = first + random.normal(0, 0.05, 500), first - 0.05 + random.normal(0, 0.05, 500)
    found, to_same, to_itself = compare(first, [worse, same, first], clusters, samples=2000)
    assert found.p_value < 0.01
    assert found.ci_low < found.difference < found.ci_high
    assert found.difference == pytest.approx(float(first.mean() - worse.mean()))
    assert 0 < found.gain_low < first.mean() / worse.mean() - 1 < found.gain_high
    assert to_same.p_value > 0.05
    assert to_itself.p_value == 1
    (turned,) = compare(worse, [first], clusters, samples=2000)
    assert turned.difference == pytest.approx(-found.difference)


def test_several_comparisons_are_each_as_if_alone() -> None:
    random = np.random.default_rng(5)
    clusters = random.integers(0, 3000, 6000)  # so many that the draws come in parts
    settings = random.uniform(0, 1, (4, 6000))
    together = compare(settings[0], list(settings[1:]), clusters, samples=2000)
    alone = [compare(settings[0], [other], clusters, samples=2000)[0] for other in settings[1:]]
    for one, other in zip(together, alone, strict=True):
        assert astuple(one) == pytest.approx(astuple(other))
    assert compare(settings[0], [], clusters) == []


def test_permutation_counts_every_sign_pattern_of_few_clusters() -> None:
    # all clusters differ by the same amount: 2 of the 2^3 patterns are as extreme as the observed one
    first, second, clusters = np.array([0.6, 0.7, 0.8]), np.array([0.5, 0.6, 0.7]), np.arange(3)
    assert compare(first, [second], clusters, samples=20_000)[0].p_value == pytest.approx(0.25, abs=0.02)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]).tolist() == pytest.approx([1.0, 1.0])
    assert holm([]).tolist() == []
