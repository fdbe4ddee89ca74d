"""Every setting and every switch, trained for real: the files it writes, its loss, what it learns."""

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from awe import plugins
from awe.cli import main
from awe.errors import TrainingError
from awe.metrics.same_different import per_query_average_precision
from awe.options import parse_options
from awe.tables import read_table, table_from, write_table
from awe.training.batches import evaluation_batches
from awe.training.job import build_network, train
from awe.training.model_file import read_encoder
from awe.training.network import DeviceTokens, Network
from awe.training.options import JobOptions
from awe.training.reporting import EVENTS_FILE
from training_samples import arguments, job_json, read_tokens, write_tokens


class Variant(NamedTuple):
    """An objective, its options, and changes of model and training; the loss after two epochs lies below `bound`."""

    objective: str
    options: dict[str, Any]
    bound: float
    model: dict[str, Any] = {}  # noqa: RUF012
    training: dict[str, Any] = {}  # noqa: RUF012


# a word has at most 8 symbols out of 9, and a vector has 5 dimensions of variance 0.25, or about half of them 1
FORM, MEANING, BINARY = 8 * math.log(9) * 1.1, 5 * 0.25 * 1.6, 5 * 0.5 * 1.2
VARIANTS = {
    "form": Variant("multitask", {"beta": 0}, FORM),
    "form_mean": Variant("multitask", {"beta": 0, "form_scale": "mean"}, math.log(9) * 1.1),
    "meaning": Variant("multitask", {"alpha": 0}, MEANING),
    "meaning_mean": Variant("multitask", {"alpha": 0, "meaning_scale": "mean"}, MEANING / 5),
    "meaning_shuffled": Variant("multitask", {"alpha": 0, "meaning": "shuffled"}, MEANING),
    "meaning_random": Variant("multitask", {"alpha": 0, "meaning": "random"}, MEANING),
    "meaning_onehot": Variant("multitask", {"alpha": 0, "meaning": "onehot"}, 1.3),
    "meaning_binarised": Variant("multitask", {"alpha": 0, "meaning": "binarised"}, BINARY),
    "form_meaning": Variant("multitask", {}, FORM + MEANING),
    "form_meaning_weights": Variant("multitask", {"alpha": 0.5, "beta": 2}, 0.5 * FORM + 2 * MEANING),
    "form_meaning_sum": Variant("multitask", {"reduction": "sum"}, FORM + MEANING),
    "form_shuffled": Variant("multitask", {"meaning": "shuffled"}, FORM + MEANING),
    "form_random": Variant("multitask", {"meaning": "random"}, FORM + MEANING),
    "form_onehot": Variant("multitask", {"meaning": "onehot"}, FORM + 1.3),
    "form_binarised": Variant("multitask", {"meaning": "binarised"}, FORM + BINARY),
    "contrastive": Variant("contrastive", {}, 0.5),
    "contrastive_margin": Variant("contrastive", {"margin": 0.2}, 0.3),
    "contrastive_full": Variant("contrastive", {"distance": "full"}, 0.6),
    "contrastive_sum": Variant("contrastive", {"reduction": "sum"}, 0.5),
    "contrastive_itself": Variant("contrastive", {"positive_may_be_anchor": True}, 0.5),
    "contrastive_from_positive": Variant("contrastive", {"negatives_from": "positive"}, 0.5),
    "contrastive_among_anchors": Variant("contrastive", {"negatives_among": "anchors"}, 0.5),
    "contrastive_like_length": Variant("contrastive", {}, 0.5, training={"batching": "like_length"}),
    "ntxent": Variant("ntxent", {}, 3.5),
    "ntxent_all": Variant("ntxent", {"ignore_same_word": False, "temperature": 0.5}, 3.5),
    "classifier": Variant("classifier", {}, math.log(8) * 1.1),
    "ae": Variant("ae", {}, 2.5),
    "ae_deeper": Variant("ae", {"decoder_layers": 2}, 2.5),
    "cae": Variant("cae", {"pretraining_epochs": 1}, 3.0),
    "cae_alone": Variant("cae", {"pretraining_epochs": 0}, 3.0),
    "authors_padding": Variant("multitask", {}, FORM + MEANING, model={"padding": "authors", "fixed_frames": 50}),
    "authors_padding_pairs": Variant("contrastive", {}, 0.5, model={"padding": "authors", "fixed_frames": 50}),
    "authors_padding_ae": Variant("ae", {}, 2.5, model={"padding": "authors", "fixed_frames": 50}),
    "authors_padding_redrawn": Variant(
        "multitask", {}, FORM + MEANING, {"padding": "authors", "fixed_frames": 50, "validation_offsets": "redrawn"}
    ),
    "batch_norm": Variant("multitask", {}, FORM + MEANING, model={"conv_batch_norm": True, "conv_relu": True}),
    "dropout": Variant("multitask", {}, FORM + MEANING, model={"dropout": 0.5, "conv_dropout": 0.1}),
    "one_layer": Variant("multitask", {}, FORM + MEANING, model={"gru_layers": 1, "dropout": 0.0}),
    "bidirectional": Variant("multitask", {}, FORM + MEANING, model={"bidirectional": True}),
    "forced": Variant("multitask", {}, FORM + MEANING, model={"decoder_feedback": "teacher_forcing"}),
    "half_forced": Variant(
        "multitask", {}, FORM + MEANING, {"decoder_feedback": "teacher_forcing", "teacher_forcing_ratio": 0.5}
    ),
    "deeper_regressor": Variant("multitask", {"alpha": 0}, MEANING, model={"regressor_hidden": [12, 10]}),
    "authors_initialisation": Variant("multitask", {}, FORM + MEANING, model={"initialisation": "authors"}),
    "clipped": Variant("multitask", {}, FORM + MEANING, training={"gradient_clip": 0.25}),
    "threshold": Variant("multitask", {}, FORM + MEANING, training={"schedule_threshold": 1e-4}),
    "dropped_batch": Variant("multitask", {}, FORM + MEANING, training={"last_batch": "drop", "batch_size": 20}),
    "dropped_pairs": Variant("contrastive", {}, 0.5, training={"last_batch": "drop", "batch_size": 20}),
    "constant_rate": Variant("multitask", {}, FORM + MEANING, training={"schedule": "constant"}),
    "large_batches": Variant("multitask", {}, FORM + MEANING, training={"batch_size": 96}),
    "auto_batches": Variant("multitask", {}, FORM + MEANING, training={"batching": "auto"}),
    "bfloat16": Variant("multitask", {}, FORM + MEANING, training={"precision": "bfloat16"}),
    "auto_precision": Variant("multitask", {}, FORM + MEANING, training={"precision": "auto"}),
    "few_minutes": Variant("multitask", {}, FORM + MEANING, training={"train_minutes": 0.1}),
}


AUTHORS_MODEL = {
    "padding": "authors",
    "fixed_frames": 50,
    "validation_offsets": "redrawn",
    "conv_batch_norm": True,
    "conv_relu": True,
    "conv_dropout": 0.1,
    "dropout": 0.1,
    "initialisation": "authors",
}
AUTHORS_TRAINING = {
    "gradient_clip": 0.25,
    "batching": "random",
    "schedule_threshold": 1e-4,
    "last_batch": "drop",
    "batch_size": 20,
}
VARIANTS["authors_form_meaning"] = Variant(
    "multitask",
    {"form_scale": "mean"},
    math.log(9) * 1.1 + MEANING,
    AUTHORS_MODEL,
    AUTHORS_TRAINING,
)
VARIANTS["authors_contrastive"] = Variant(
    "contrastive",
    {
        "distance": "full",
        "reduction": "sum",
        "positive_may_be_anchor": True,
        "negatives_from": "positive",
        "negatives_among": "anchors",
    },
    1.0,
    AUTHORS_MODEL,
    AUTHORS_TRAINING,
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokens(tmp_path_factory.mktemp("tables"))


def test_every_objective_has_a_row() -> None:
    assert {variant.objective for variant in VARIANTS.values()} == set(plugins.names("training.objectives"))


@pytest.mark.parametrize("name", VARIANTS)
def test_each_variant_trains(tables: Path, tmp_path: Path, name: str) -> None:
    variant = VARIANTS[name]
    options = job_json(variant.objective, variant.options, model=variant.model, training=variant.training)
    assert main(arguments(tables, options, tmp_path)) == 0
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {
        "model.safetensors",
        "history.parquet",
        "trained_words.parquet",
        "valid.parquet",
        "test.parquet",
        "job.json",
        "checkpoint",
        EVENTS_FILE,
    }
    history = read_table("history", tmp_path / "history.parquet")
    assert list(history["epoch"]) == [1, 2]
    assert history["train_loss"].iloc[-1] < variant.bound
    assert (history["form_loss"] > 0).all() == (variant.objective == "multitask" and variant.options.get("alpha") != 0)
    assert (history["meaning_loss"] > 0).all() == (
        variant.objective == "multitask" and variant.options.get("beta") != 0
    )
    assert history["validation_map"].between(0, 1).all()
    job = json.loads((tmp_path / "job.json").read_text(encoding="utf-8"))
    pretraining = variant.options.get("pretraining_epochs", 0)
    assert list(history["pretraining"]) == [epoch <= pretraining for epoch in (1, 2)]
    assert job["best_validation_map"] == history["validation_map"][pretraining:].max()
    assert job["best_epoch"] > pretraining
    words = read_table("trained_words", tmp_path / "trained_words.parquet")
    assert words["tokens"].sum() == job["training_tokens"]
    asked = variant.training.get("precision", "float32")
    assert job["precision"] in ({"float32", "bfloat16"} if asked == "auto" else {asked})
    assert job["embedding_precision"] == "float32"
    assert job["options"] == parse_options(JobOptions, options).model_dump(mode="json")
    embeddings = read_table("embeddings", tmp_path / "test.parquet")
    tokens = read_table("tokens", tables / "tokens.parquet")
    assert list(embeddings["token_id"]) == list(tokens["token_id"][tokens["split"] == "test"])
    width = 16 * (2 if variant.model.get("bidirectional") else 1)
    assert np.isfinite(np.stack(list(embeddings["embedding"]))).all()
    assert len(embeddings["embedding"][0]) == width
    encoder = read_encoder(tmp_path / "model.safetensors")
    assert sum(parameter.numel() for parameter in encoder.parameters()) <= job["parameters"]


@pytest.mark.parametrize(
    ("objective", "options", "training"),
    [
        ("multitask", {}, {"train_minutes": 0.08}),
        ("contrastive", {}, {}),
        ("contrastive", {}, {"train_minutes": 0.08}),
        ("contrastive", {"positive_may_be_anchor": True}, {"train_minutes": 0.08}),
        ("ntxent", {}, {"last_batch": "drop", "batch_size": 13, "epochs": 1}),
        ("cae", {"pretraining_epochs": 1}, {"train_minutes": 0.08, "last_batch": "drop", "batch_size": 7}),
    ],
)
def test_words_count_as_seen_as_often_as_they_were_trained_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    objective: str,
    options: dict[str, Any],
    training: dict[str, Any],
) -> None:
    """What a spy sees go into the loss, through a stop, into the table of the job and from there into the analyses."""
    write_tokens(tmp_path, (40, 40, 60), words=24)
    tokens = read_table("tokens", tmp_path / "tokens.parquet").set_index("token_id")
    job = tmp_path / "training" / "only" / "seed-3"
    stepped: dict[int, dict[int, float]] = {}  # for each epoch the tokens that went in, and the loss of their batch
    partnered: dict[int, set[int]] = {}
    losses, calls = Network.losses, iter(range(2))

    def spy(network: Network, data: Any, placed: Any, partners: Any, epoch: int) -> Any:
        if next(calls, None) == 1:
            raise TrainingError("stopped")
        found = losses(network, data, placed, partners, epoch)
        stepped.setdefault(epoch, {}).update(dict.fromkeys(placed.batch.tokens.tolist(), found.per_token.item()))
        partnered.setdefault(epoch, set()).update([] if partners is None else partners.batch.tokens.tolist())
        return found

    monkeypatch.setattr(Network, "losses", spy)
    changes = {"epochs": 3, "checkpoint_interval_s": 0, **training}
    command = arguments(tmp_path, job_json(objective, options, training=changes), job)
    assert main(command) != 0
    assert (job / "checkpoint" / "state.safetensors").exists()
    assert main(command) == 0

    history = read_table("history", job / "history.parquet")
    expected_losses = [np.mean(list(of_token.values())) for _, of_token in sorted(stepped.items())]
    np.testing.assert_allclose(history["train_loss"], expected_losses, rtol=1e-5)
    best = json.loads((job / "job.json").read_text(encoding="utf-8"))["best_epoch"]
    trained = {token for epoch in range(best) for token in stepped[epoch].keys() | partnered[epoch]}
    expected = Counter(tokens["word"].iloc[sorted(trained)])
    words = read_table("trained_words", job / "trained_words.parquet")
    assert dict(zip(words["word"], words["tokens"], strict=True)) == expected
    assert list(words["word"]) == sorted(expected)
    assert expected != Counter(tokens["word"][tokens["split"] == "train"])

    write_table(table_from("lemmas", []), "lemmas", tmp_path / "lemmas.parquet")
    files = {name: str(tmp_path / f"{name}.parquet") for name in ("tokens", "vectors", "lemmas", "queries", "findings")}
    shared = ["--setting", "s", "--training-folder", str(tmp_path / "training")]
    selection = str(tmp_path / "selection.json")
    assert main(["select", *shared, "--candidates", "only", "--seeds", "3", "--output", selection]) == 0
    shared += ["--language", "x", "--seed", "3", "--tokens", files["tokens"], "--selection", selection]
    few = ["--options", '{"bootstrap_samples": 100}', "--output", str(tmp_path / "scores.parquet")]
    few += ["--left-out-output", str(tmp_path / "left_out.parquet")]
    assert main(["score", *shared, *few, "--queries-output", files["queries"]]) == 0
    inputs = ["--vectors", files["vectors"], "--lemmas", files["lemmas"], "--queries", files["queries"]]
    only = ["--options", '{"analyses": {"strata": {"frequency": [0, 1, 2, 3]}}}', "--output", files["findings"]]
    assert main(["analyse", *shared, *inputs, *only]) == 0
    findings = read_table("findings", tmp_path / "findings.parquet").set_index("group")["n"].to_dict()
    asked = tokens["word"].loc[read_table("queries", tmp_path / "queries.parquet")["token_id"]]
    bands = Counter(min(expected[word], 3) for word in asked)
    names = {0: "0 training tokens", 1: "1 training tokens", 2: "2 training tokens", 3: "3 or more training tokens"}
    assert {name: findings.get(name, 0) for name in names.values()} == {names[n]: bands[n] for n in names}
    assert findings["word not seen in training"] == bands[0] > 0


@pytest.mark.parametrize("offsets", ["fixed", "redrawn"])
def test_validation_may_place_tokens_anew_in_each_epoch(tables: Path, offsets: str) -> None:
    tokens, vectors = read_tokens(tables)
    model = {"padding": "authors", "fixed_frames": 50, "validation_offsets": offsets, "dropout": 0.0}
    still = {"learning_rate": 1e-30, "epochs": 4}  # the network stays as it is, so only the offsets can matter
    first, second = (
        train(JobOptions.model_validate_json(job_json("multitask", model=model, training=still)), tokens, vectors)
        for _ in range(2)
    )
    scores = first.history["validation_map"]
    assert (scores.nunique() == 1) == (offsets == "fixed")
    assert scores.equals(second.history["validation_map"])
    fixed = JobOptions.model_validate_json(
        job_json("multitask", model={**model, "validation_offsets": "fixed"}, training=still)
    )
    np.testing.assert_array_equal(first.embeddings["test"], train(fixed, tokens, vectors).embeddings["test"])


def test_neither_the_best_epoch_nor_the_schedule_looks_at_pretraining(tables: Path) -> None:
    tokens, vectors = read_tokens(tables)
    still = {"learning_rate": 1e-7, "epochs": 5, "schedule_patience": 1}  # no epoch scores much better
    rates = {}
    for epochs in (0, 3):
        job = JobOptions.model_validate_json(job_json("cae", {"pretraining_epochs": epochs}, training=still))
        trained = train(job, tokens, vectors)
        assert trained.facts["best_epoch"] == epochs + 1
        rates[epochs] = trained.history["learning_rate"].tolist()
    assert rates[0][-1] < 1e-7
    assert rates[3] == [1e-7] * 5


@pytest.mark.parametrize(
    ("objective", "options", "least"),
    [
        ("multitask", {"beta": 0}, 0.85),
        ("multitask", {"alpha": 0}, 0.85),
        ("multitask", {}, 0.85),
        ("contrastive", {}, 0.7),  # with the hardest negatives alone, one or two of the eight words may stay merged
        ("ntxent", {}, 0.85),
    ],
)
def test_training_tells_words_apart(tmp_path: Path, objective: str, options: dict[str, Any], least: float) -> None:
    tokens, vectors = read_tokens(write_tokens(tmp_path, (400, 80, 80), noise=0.5))
    training = {"epochs": 15, "learning_rate": 1e-2, "batch_size": 32}
    job = JobOptions.model_validate_json(job_json(objective, options, training=training))
    network = build_network(job, tokens, vectors, tokens.splits["train"], torch.device("cpu"))
    data = DeviceTokens(tokens, job.model, torch.device("cpu"))
    valid = tokens.splits["valid"]
    embeddings = network.embeddings(data, *evaluation_batches(tokens, valid, job.model, batch_size=80, seed=1))
    untrained = per_query_average_precision(embeddings, tokens.words[valid])
    best = train(job, tokens, vectors).history["validation_map"].max()
    assert best > least
    assert best > untrained + 0.25, untrained


def test_a_seed_decides_everything(tables: Path) -> None:
    tokens, vectors = read_tokens(tables)
    job = JobOptions.model_validate_json(job_json("contrastive"))
    first, second = (train(job, tokens, vectors) for _ in range(2))
    np.testing.assert_array_equal(first.embeddings["test"], second.embeddings["test"])
    other = train(job.model_copy(update={"seed": 4}), tokens, vectors)
    assert not np.array_equal(first.embeddings["test"], other.embeddings["test"])
