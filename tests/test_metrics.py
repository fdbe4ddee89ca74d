"""Same-different average precision against slow, obvious oracles, and the laws it obeys."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from awe.evaluation.scoring import all_precisions
from awe.metrics.cosine import EmbeddingError, standardise
from awe.metrics.same_different import (
    DEFINITIONS,
    NoQueriesError,
    average_precisions_of_distances,
    per_query_average_precision,
    same_different,
)
from awe.metrics.similarity import linear_cka, representational_similarity

few = settings(max_examples=25, deadline=None, derandomize=True)


def make(seed: int, tokens: int = 60, types: int = 12, speakers: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Noisy clusters around word and speaker centres, some exact duplicates among them (so there are ties)."""
    random = np.random.default_rng(seed)
    words, voices = random.integers(0, types, tokens), random.integers(0, speakers, tokens)
    embeddings = random.normal(size=(types, 8))[words] + 0.7 * random.normal(size=(speakers, 8))[voices]
    embeddings += random.normal(size=(tokens, 8))
    copied = random.integers(0, tokens, tokens // 6)
    embeddings[copied] = embeddings[random.integers(0, tokens, len(copied))]
    return embeddings, words, voices


def slow_average(ranked: list[tuple[float, bool]], counted: list[bool] | None = None) -> float | None:
    """Mean precision at the matches of `(distance, is a match)`; ties against the model."""
    order = sorted(range(len(ranked)), key=lambda i: (round(ranked[i][0], 7), ranked[i][1]))
    hits, precisions = 0, []
    for rank, i in enumerate(order, start=1):
        if ranked[i][1]:
            hits += 1
            if counted is None or counted[i]:
                precisions.append(hits / rank)
    return sum(precisions) / len(precisions) if precisions else None


def slow_oracle(embeddings: np.ndarray, words: np.ndarray, voices: np.ndarray) -> dict[str, float | None]:
    n = len(words)
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    distance = [[float(1 - unit[i] @ unit[j]) for j in range(n)] for i in range(n)]

    def query(i: int, candidates: list[int]) -> float | None:
        return slow_average([(distance[i][j], bool(words[i] == words[j])) for j in candidates])

    def mean(values: list[float]) -> float | None:
        return sum(values) / len(values) if values else None

    averages = {i: query(i, [j for j in range(n) if j != i]) for i in range(n)}
    by_type: dict[int, list[float]] = {}
    for i, average in averages.items():
        if average is not None:
            by_type.setdefault(int(words[i]), []).append(average)
    without = [query(i, [j for j in range(n) if voices[j] != voices[i]]) for i in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i)]
    ranked = [(distance[i][j], bool(words[i] == words[j])) for i, j in pairs]
    across = [bool(voices[i] != voices[j]) for i, j in pairs]
    return {
        "per_query": mean([value for value in averages.values() if value is not None]),
        "per_type": mean([sum(values) / len(values) for values in by_type.values()]),
        "per_query_without_same_speaker": mean([value for value in without if value is not None]),
        "pooled": slow_average(ranked),
        "swdp": slow_average(
            # among tied matches those of one speaker come last, which also counts against the model
            [pair for _, pair in sorted(zip(across, ranked, strict=True), key=lambda both: not both[0])],
            sorted(across, key=lambda different: not different),
        ),
        "cross_speaker": slow_average([pair for pair, different in zip(ranked, across, strict=True) if different]),
    }


@pytest.mark.parametrize("seed", range(8))
def test_all_definitions_equal_the_oracle(seed: int) -> None:
    embeddings, words, voices = make(seed)
    expected = slow_oracle(embeddings, words, voices)
    found = {name: result.value for name, result in same_different(embeddings, words, voices).items()}
    assert list(found) == list(DEFINITIONS)
    assert found == pytest.approx(expected, abs=1e-12)
    assert per_query_average_precision(torch.from_numpy(embeddings), words) == pytest.approx(found["per_query"])


def test_standardised_dimensions_equal_the_oracle_on_standardised_embeddings() -> None:
    embeddings, words, voices = make(9)
    embeddings = embeddings * np.arange(1, 9) + 5
    scaled = (embeddings - embeddings.mean(axis=0)) / embeddings.std(axis=0)
    found = all_precisions(embeddings, words, voices, normalised=True)
    for name, expected in slow_oracle(scaled, words, voices).items():
        assert found[f"{name}_normalised"].value == pytest.approx(expected, abs=1e-12)
        assert found[name].value != pytest.approx(expected, abs=1e-4)
    assert set(all_precisions(embeddings, words, voices, normalised=False)) == set(DEFINITIONS)


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    embeddings, words, voices = make(1)
    whole = {name: result.value for name, result in same_different(embeddings, words, voices).items()}
    monkeypatch.setattr("awe.metrics.cosine.BLOCK_ELEMENTS", 7 * len(words))
    monkeypatch.setattr("awe.metrics.same_different.PAIRS_AT_ONCE", 100)
    assert {name: result.value for name, result in same_different(embeddings, words, voices).items()} == whole


def test_small_example_by_hand() -> None:
    angles = np.radians([0, 10, 30, 80])
    embeddings = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    words = np.array([0, 1, 0, 1])
    # nearest first: token 0: 1, 2, 3; token 1: 0, 2, 3; token 2: 1, 0, 3; token 3: 2, 1, 0
    assert per_query_average_precision(embeddings, words) == pytest.approx((1 / 2 + 1 / 3 + 1 / 2 + 1 / 2) / 4)


@few
@given(seed=st.integers(0, 10_000), scale=st.floats(1e-6, 1e6))
def test_scale_order_and_numbering_do_not_matter(seed: int, scale: float) -> None:
    embeddings, words, voices = make(seed, tokens=30, types=6)
    order = np.random.default_rng(seed).permutation(len(words))
    plain = same_different(embeddings, words, voices)
    changed = same_different(scale * embeddings[order], 100 - words[order], 7 * voices[order])
    assert {k: v.value for k, v in plain.items()} == pytest.approx({k: v.value for k, v in changed.items()}, abs=1e-12)


@few
@given(seed=st.integers(0, 10_000))
def test_scores_lie_between_zero_and_one_and_separated_words_score_one(seed: int) -> None:
    embeddings, words, voices = make(seed, tokens=30, types=6)
    assert all(0 < result.value <= 1 for result in same_different(embeddings, words, voices).values())
    separated = np.eye(6)[words] + 1e-3 * embeddings[:, :6]
    assert all(result.value == pytest.approx(1) for result in same_different(separated, words, voices).values())


def test_permuted_labels_fall_to_chance() -> None:
    embeddings, words, voices = make(3, tokens=400, types=10)
    shuffled = np.random.default_rng(0).permutation(words)
    chance = float(np.mean(words[:, None] == words))
    true, permuted = same_different(embeddings, words, voices), same_different(embeddings, shuffled, voices)
    for name in DEFINITIONS:
        assert permuted[name].value == pytest.approx(chance, abs=0.04)
        assert true[name].value > permuted[name].value + 0.05


def test_duplicating_every_token_raises_the_score() -> None:
    embeddings, words, voices = make(5)
    once = same_different(embeddings, words, voices)
    twice = same_different(np.tile(embeddings, (2, 1)), np.tile(words, 2), np.tile(voices, 2))
    for name in ("per_query", "per_type", "pooled"):
        assert twice[name].value > once[name].value
    # what counts other speakers only does not see the copy itself, as another speaker's it does
    other = same_different(np.tile(embeddings, (2, 1)), np.tile(words, 2), np.concatenate([voices, voices + 10]))
    for name in ("per_query_without_same_speaker", "swdp", "cross_speaker"):
        assert other[name].value > max(once[name].value, twice[name].value)


def test_one_point_for_everything_scores_below_chance() -> None:
    words = np.arange(20) % 4
    # 15 tokens of other words come first, then 4 matches
    expected = np.mean([hits / (15 + hits) for hits in range(1, 5)])
    assert per_query_average_precision(np.ones((20, 3)), words) == pytest.approx(expected)
    assert per_query_average_precision(np.zeros((20, 3)), words) == pytest.approx(expected)


def test_bad_input_is_named() -> None:
    with pytest.raises(NoQueriesError, match="no word has two tokens"):
        per_query_average_precision(np.eye(4), np.arange(4))
    with pytest.raises(NoQueriesError):
        same_different(np.eye(4), np.arange(4), np.zeros(4, dtype=int))
    with pytest.raises(EmbeddingError, match="row 2 holds NaN"):
        per_query_average_precision(np.array([[1.0], [2.0], [np.nan]]), np.zeros(3, dtype=int))
    with pytest.raises(EmbeddingError, match="need a matrix"):
        per_query_average_precision(np.ones(3), np.zeros(3, dtype=int))


def test_definitions_without_queries_are_left_out() -> None:
    embeddings, words, _ = make(2)
    assert set(same_different(embeddings, words)) == {"per_query", "per_type", "pooled"}
    one_speaker = np.zeros(len(words), dtype=int)
    assert set(same_different(embeddings, words, one_speaker)) == {"per_query", "per_type", "pooled"}


def test_standardise() -> None:
    values = np.random.default_rng(0).normal(3, 5, size=(50, 4)).astype(np.float32)
    values[:, 2] = 0.1
    scaled = standardise(values)
    assert np.allclose(scaled.mean(axis=0), 0, atol=1e-9)
    assert np.allclose(scaled.std(axis=0), [1, 1, 0, 1])


def test_given_distances_rank_like_embeddings() -> None:
    embeddings, words, _ = make(4)
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    rows = np.arange(len(words))
    result = average_precisions_of_distances(1 - unit @ unit.T, rows, words)
    assert result.value == pytest.approx(per_query_average_precision(embeddings, words), abs=1e-12)
    some = average_precisions_of_distances((1 - unit @ unit.T)[5:9] * 3, rows[5:9], words)
    assert set(some.precisions) <= set(result.precisions)
    with pytest.raises(NoQueriesError):
        average_precisions_of_distances(np.zeros((1, 3)), np.array([0]), np.array([0, 1, 2]))


def test_cka_does_not_see_rotation_scale_and_shift() -> None:
    random = np.random.default_rng(0)
    one = random.normal(size=(200, 6))
    rotation = np.linalg.qr(random.normal(size=(6, 6)))[0]
    assert linear_cka(one, 3 * one @ rotation + 5) == pytest.approx(1)
    assert linear_cka(one, random.normal(size=(200, 4))) < 0.1
    assert linear_cka(one, one[:, :3]) == pytest.approx(linear_cka(one[:, :3], one))
    assert linear_cka(one, np.ones((200, 2))) == 0
    # the definition: cosine of the two centred similarity matrices
    centre = np.eye(200) - 1 / 200
    other = one[:, :2] ** 2
    first, second = centre @ one @ one.T @ centre, centre @ other @ other.T @ centre
    expected = (first * second).sum() / np.linalg.norm(first) / np.linalg.norm(second)
    assert linear_cka(one, other) == pytest.approx(expected)


def test_rsa_does_not_see_rotation_and_scale_and_equals_the_definition() -> None:
    random = np.random.default_rng(0)
    one, other = random.normal(size=(40, 6)), random.normal(size=(40, 4))
    rotation = np.linalg.qr(random.normal(size=(6, 6)))[0]
    assert representational_similarity(one, 3 * one @ rotation) == pytest.approx(1)
    assert abs(representational_similarity(one, other)) < 0.2
    assert (
        representational_similarity(one, np.ones((40, 2))) == representational_similarity(one, np.zeros((40, 2))) == 0
    )

    def distances(space: np.ndarray) -> list[float]:
        unit = space / np.linalg.norm(space, axis=1, keepdims=True)
        return [float(1 - unit[i] @ unit[j]) for i in range(40) for j in range(i)]

    expected = spearmanr(distances(one), distances(other)).statistic
    assert representational_similarity(one, other) == pytest.approx(float(expected), abs=1e-9)
