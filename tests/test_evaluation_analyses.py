"""Every analysis on data whose answer is known."""

from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panphon.distance import Distance

from awe.errors import ConfigError
from awe.evaluation.analyses import confusions, distances, form_to_meaning, lemmas, onset_bias, probes, strata
from awe.evaluation.analysis import AnalysisOptions, run_analyses
from awe.evaluation.edit_distance import (
    edit_distance,
    relative_edit_distance,
    relative_weighted_edit_distance,
    weighted_edit_distance,
)
from awe.evaluation.regressor import predict_vectors
from awe.evaluation.subject import Subject
from fake_results import save_model

WORDS = ["kasa", "kasy", "masa", "rosa", "kato", "toka", "sito", "mila"]
LEMMAS = {"kasa": "kasa", "kasy": "kasa", "masa": "masa", "rosa": "rosa", "kato": "kato"}
phones = st.lists(st.sampled_from("aksm"), max_size=6)
ipa = st.lists(st.sampled_from(["a", "ɛ", "ɔ̃", "s", "ɕ", "ɡ", "fʲ", "uː", "ʎ"]), max_size=6)


@cache
def library() -> Any:
    return Distance()


def make_subject(tokens_each: int = 6, width: int = 12, seed: int = 0) -> Subject:
    random = np.random.default_rng(seed)
    rows = [
        {"token_id": f"{word}{number}", "word": word, "speaker_id": f"s{number % 3}", "phones": list(word),
         "start_s": 0.0, "end_s": 0.2 + float(random.uniform(0, 0.5))}
        for word in WORDS
        for number in range(tokens_each)
    ]  # fmt: skip
    tokens = pd.DataFrame(rows).sample(frac=1, random_state=seed).reset_index(drop=True)
    return Subject(
        tokens=tokens,
        embeddings=random.normal(size=(len(tokens), width)),
        train_counts=pd.Series({"kasa": 30, "kasy": 3, "masa": 1}),
        average_precision=pd.Series(random.uniform(0, 1, len(tokens)), index=tokens["token_id"]),
        vectors=pd.Series({word: random.normal(size=5).astype("float32") for word in [*WORDS[:6], "other"]}),
        lemmas=pd.Series(LEMMAS),
        predicted=None,
        seed=1,
    )


def replace(subject: Subject, **changes: object) -> Subject:
    fields = {name: getattr(subject, name) for name in subject.__dataclass_fields__}
    return Subject(**{**fields, **changes})


def test_strata_by_hand() -> None:
    subject = make_subject()
    precision = subject.average_precision
    found = {finding.group: finding for finding in strata.analyse(subject, strata.Options(frequency=[0, 1, 2, 10]))}
    word_of = subject.tokens.set_index("token_id")["word"]
    assert found["all queries"].value == pytest.approx(precision.mean())
    seen = precision[word_of.isin(["kasa", "kasy", "masa"])]
    assert found["word seen in training"].value == pytest.approx(seen.mean())
    assert found["word seen in training"].n == 18
    assert found["word not seen in training"].n == found["0 training tokens"].n == 30
    assert found["1 training tokens"].value == pytest.approx(precision[word_of == "masa"].mean())
    assert found["2 to 9 training tokens"].value == pytest.approx(precision[word_of == "kasy"].mean())
    assert found["10 or more training tokens"].value == pytest.approx(precision[word_of == "kasa"].mean())
    assert found["1 to 5 phones"].n == 48
    beside = precision[word_of.isin(["kasa", "kasy"])]
    assert found["word with another form of its lemma"].value == pytest.approx(beside.mean())
    assert found["word without another form of its lemma"].n == 18  # masa, rosa, kato; the others have no lemma
    none_known = replace(subject, lemmas=pd.Series([], dtype="str"))
    groups = {finding.group for finding in strata.analyse(none_known, strata.Options())}
    assert not [group for group in groups if "lemma" in group]
    fewer = replace(subject, average_precision=precision[word_of != "kasa"])
    counts = {finding.group: finding.n for finding in strata.analyse(fewer, strata.Options())}
    assert counts["all queries"] == 42
    # kasa is no query here, but still a competitor of kasy
    assert counts["word with another form of its lemma"] == 6
    assert counts["word without another form of its lemma"] == 18


def test_onset_bias_equals_the_mean_over_all_pairs_of_tokens() -> None:
    subject = make_subject()
    found = {finding.group: finding for finding in onset_bias.analyse(subject, onset_bias.Options())}
    words = subject.tokens["word"].tolist()
    by_types: dict[str, dict[tuple[str, str], list[float]]] = {}
    for one, other in combinations(range(len(words)), 2):
        a, b = sorted((words[one], words[other]))
        if a == b:
            continue
        onset, offset = a[:2] == b[:2], a[-2:] == b[-2:]
        group = {(1, 0): "same first 2 phones", (0, 1): "same last 2 phones", (0, 0): "neither"}.get((onset, offset))
        if group:
            vectors = subject.embeddings[one], subject.embeddings[other]
            cosine = vectors[0] @ vectors[1] / np.linalg.norm(vectors[0]) / np.linalg.norm(vectors[1])
            by_types.setdefault(group, {}).setdefault((a, b), []).append(float(cosine))
    assert {name: finding.n for name, finding in found.items()} == {
        name: len(pairs) for name, pairs in by_types.items()
    }
    for name, pairs in by_types.items():
        assert found[name].value == pytest.approx(np.mean([np.mean(similarities) for similarities in pairs.values()]))


def test_embeddings_made_of_phones_go_with_form_and_those_made_of_vectors_with_meaning() -> None:
    subject = make_subject(tokens_each=4)
    words = subject.tokens["word"]
    letters = sorted(set("".join(WORDS)))
    form = np.array([[letter == x for x in word for letter in letters] for word in words], dtype=float)
    # words without a vector lie in a dimension of their own, and are left out
    meaning = np.stack([np.append(subject.vectors.get(word, np.zeros(5)), word in WORDS[6:]) for word in words])
    by_form = {f.group: f.value for f in distances.analyse(replace(subject, embeddings=form), distances.Options())}
    by_meaning = distances.analyse(replace(subject, embeddings=meaning), distances.Options())
    assert by_form["phone edit distance"] > 0.7
    assert by_form["weighted phone edit distance"] > 0.5
    assert (by_meaning[2].group, by_meaning[2].n) == ("word vector distance", 15)
    assert by_meaning[2].value == pytest.approx(1.0)


def test_confusions_by_hand() -> None:
    subject = make_subject(tokens_each=2)
    words = subject.tokens["word"].tolist()
    places = {word: float(10 * number) for number, word in enumerate(WORDS)}
    places["kasy"] = places["kasa"] + 1  # kasa and kasy lie together, and nearer than tokens of one word
    second: set[str] = set()
    angles = []
    for word in words:
        angles.append(places[word] + (3 if word in second else 0) * (word in ("kasa", "kasy")))
        second.add(word)
    embeddings = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], axis=1)
    found = confusions.analyse(replace(subject, embeddings=embeddings), confusions.Options())
    vowels = weighted_edit_distance("a", "y")
    assert [tuple(finding) for finding in found] == [
        ("nearest token", "share of another word", 0.25, 16),
        ("nearest token", "phone edit distance if another word", 1.0, 4),
        ("nearest token", "weighted phone edit distance if another word", vowels, 4),
        ("kasa → kasy", "tokens", 2.0, 2),
        ("kasy → kasa", "tokens", 2.0, 2),
    ]


def test_forms_of_one_lemma_by_hand() -> None:
    subject = make_subject(tokens_each=3)
    found = {finding.group: finding for finding in lemmas.analyse(subject, lemmas.Options())}
    similarity = subject.type_similarity
    words = subject.types["word"].tolist()
    pairs = [(one, other) for one, other in combinations(sorted(LEMMAS), 2) if {one, other} != {"kasa", "kasy"}]
    value = {pair: similarity[words.index(pair[0]), words.index(pair[1])] for pair in [*pairs, ("kasa", "kasy")]}
    assert found["two forms of one lemma"].value == pytest.approx(value["kasa", "kasy"])
    assert found["two forms of one lemma"].n == 1
    assert found["two words of other lemmas"].value == pytest.approx(np.mean([value[pair] for pair in pairs]))
    # kasa and masa alone differ by one phone, as the two forms do
    matched = found["two words of other lemmas, at equal phone edit distance"]
    assert matched.value == pytest.approx(value["kasa", "masa"])
    assert matched.n == 1
    of_lemma = replace(
        subject,
        embeddings=np.stack([[word[0] == "k", word[0] != "k"] for word in subject.tokens["word"]]).astype(float),
    )
    tokens = subject.tokens["word"].tolist()
    wrong = [(tokens[row], tokens[near]) for row, near in enumerate(of_lemma.nearest) if tokens[row] != tokens[near]]
    wrong = [(word, near) for word, near in wrong if word in LEMMAS]
    share = {finding.group: finding for finding in lemmas.analyse(of_lemma, lemmas.Options())}[
        "nearest token is of another word"
    ]
    expected = np.mean([LEMMAS[word] == LEMMAS.get(near) for word, near in wrong])
    assert share.value == pytest.approx(float(expected))
    assert share.n == len(wrong)
    assert lemmas.analyse(replace(subject, lemmas=pd.Series([], dtype="str")), lemmas.Options()) == []


def test_form_to_meaning_counts_ranks() -> None:
    subject = make_subject(tokens_each=3)
    words = subject.tokens["word"]
    exact = np.stack([subject.vectors.get(word, np.zeros(5)) for word in words]) * 2.0
    found = form_to_meaning.analyse(replace(subject, predicted=exact), form_to_meaning.Options())
    known = words.isin(subject.vectors.index)
    assert {(f.group, f.measure): (f.value, f.n) for f in found} == {
        (group, measure): (1.0, n)
        for group, n in (("all tokens", int(known.sum())), ("words not seen in training", 9))
        for measure in ("recall at 1", "recall at 5", "recall at 10", "mean reciprocal rank")
    }
    # nothing predicted: all words tie, and every tie counts against the model
    nothing = form_to_meaning.analyse(
        replace(subject, predicted=np.zeros((24, 5))), form_to_meaning.Options(ranks=[6, 7])
    )
    assert [finding.value for finding in nothing[:3]] == pytest.approx([0.0, 1.0, 1 / 7])
    assert form_to_meaning.analyse(subject, form_to_meaning.Options()) == []
    assert form_to_meaning.analyse(replace(subject, predicted=np.zeros((24, 4))), form_to_meaning.Options()) == []


def test_probes_read_what_is_there_and_nothing_else() -> None:
    subject = make_subject(tokens_each=30)
    duration = (subject.tokens["end_s"] - subject.tokens["start_s"]).to_numpy()
    speaker = pd.get_dummies(subject.tokens["speaker_id"]).to_numpy(dtype=float)
    telling = np.concatenate([subject.embeddings, speaker, duration[:, None]], axis=1)
    found = {f.measure: f.value for f in probes.analyse(replace(subject, embeddings=telling), probes.Options())}
    assert found["accuracy"] == 1.0
    assert found["explained variance"] > 0.95
    silent = {f.measure: f.value for f in probes.analyse(subject, probes.Options())}
    assert silent["accuracy"] < 0.5
    assert silent["explained variance"] < 0.1
    assert silent["accuracy of the most frequent"] == pytest.approx(1 / 3)


def test_regressor_is_read_from_the_model(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    embeddings, first, second = random.normal(size=(4, 3)), random.normal(size=(6, 3)), random.normal(size=(5, 6))
    weights = {
        "objective.regressor.layers.0.weight": first, "objective.regressor.layers.0.bias": np.ones(6),
        "objective.regressor.layers.1.weight": second, "objective.regressor.layers.1.bias": np.zeros(5),
        "encoder.gru.weight": np.zeros(3),
    }  # fmt: skip
    save_model(weights, tmp_path / "model.safetensors")
    predicted = predict_vectors(tmp_path / "model.safetensors", embeddings)
    assert predicted is not None
    assert np.allclose(predicted, np.tanh(np.tanh(embeddings @ first.T + 1) @ second.T))
    save_model({"encoder.gru.weight": np.zeros(3)}, tmp_path / "other.safetensors")
    assert predict_vectors(tmp_path / "other.safetensors", embeddings) is None
    for meaning in ("true_vectors", "shuffled", "random", "onehot", "binarised"):
        job = {"options": {"setting": {"objective": "multitask", "options": {"meaning": meaning}}}}
        save_model(weights, tmp_path / "control.safetensors", job)
        given = predict_vectors(tmp_path / "control.safetensors", embeddings)
        assert (given is None) == (meaning != "true_vectors")


def test_all_analyses_run_and_unknown_ones_are_named() -> None:
    rows = run_analyses(make_subject(), AnalysisOptions())
    assert {row["analysis"] for row in rows} == {"confusions", "distances", "lemmas", "onset_bias", "probes", "strata"}
    assert all(np.isfinite(row["value"]) for row in rows)
    assert len(run_analyses(make_subject(), AnalysisOptions(analyses={"strata": {"phones": [1]}}))) > 3
    with pytest.raises(ConfigError, match=r"analyses.strata.phone: unknown key"):
        run_analyses(make_subject(), AnalysisOptions(analyses={"strata": {"phone": [1]}}))
    with pytest.raises(ConfigError, match="choose one of confusions"):
        run_analyses(make_subject(), AnalysisOptions(analyses={"colour": {}}))


def test_edit_distance_by_hand() -> None:
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance(["t͡s", "a"], ["t", "s", "a"]) == 2
    assert relative_edit_distance("ab", "abcd") == 0.5
    assert relative_edit_distance("", "") == 0


def test_weighted_edit_distance_knows_how_alike_phones_are() -> None:
    assert (
        weighted_edit_distance(["s"], ["z"]) < weighted_edit_distance(["s"], ["m"]) < weighted_edit_distance("s", "a")
    )
    assert weighted_edit_distance(["tʃ"], ["t"]) == 1  # two segments
    assert weighted_edit_distance(["x1"], ["x"]) == weighted_edit_distance(["?!"], ["a"]) == 1  # unknown phones
    assert weighted_edit_distance(["?!"], ["?!"]) == 0
    assert relative_weighted_edit_distance(["a", "tʃ"], ["a"]) == pytest.approx(2 / 3)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(one=ipa, other=ipa)
def test_weighted_edit_distance_equals_the_library(one: list[str], other: list[str]) -> None:
    expected = library().weighted_feature_edit_distance("".join(one), "".join(other)) / sum(library().fm.weights)
    assert weighted_edit_distance(one, other) == pytest.approx(expected)
    assert weighted_edit_distance(one, other) == pytest.approx(weighted_edit_distance(other, one))
    assert weighted_edit_distance(one, other) <= len(one) + len(other)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(one=phones, other=phones, third=phones)
def test_edit_distance_is_a_distance(one: list[str], other: list[str], third: list[str]) -> None:
    assert (edit_distance(one, other) == 0) == (one == other)
    assert edit_distance(one, other) == edit_distance(other, one)
    assert edit_distance(one, third) <= edit_distance(one, other) + edit_distance(other, third)
    assert abs(len(one) - len(other)) <= edit_distance(one, other) <= max(len(one), len(other))
