"""The fast ways of training against slow and obvious ones."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from awe import plugins
from awe.errors import ConfigError, TableError
from awe.tables import read_arrow, read_table
from awe.training.batches import Batch, Partners, epoch_batches, evaluation_batches
from awe.training.data import TokenSet, some_minutes, token_set
from awe.training.decoder import PhonologicalDecoder
from awe.training.device import choose_device, precision
from awe.training.encoder import AcousticEncoder, FrameBatchNorm
from awe.training.form_meaning import PADDING, form_loss, meaning_loss, meaning_targets, step_counts
from awe.training.job import build_network
from awe.training.loop import plateau_schedule
from awe.training.network import DeviceTokens
from awe.training.ntxent import ntxent_loss
from awe.training.objectives import contrastive, ntxent
from awe.training.options import JobOptions, ModelOptions, SettingOptions, TrainingOptions, job_options
from awe.training.recurrence import dropout, last_states, run_gru
from awe.training.triplet import triplet_loss
from training_samples import COEFFICIENTS, job_json, read_tokens, write_tokens

Loaded = tuple[TokenSet, np.ndarray]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokens(tmp_path_factory.mktemp("tables"), shards=3)


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Loaded:
    return read_tokens(folder)


def test_tokens_get_their_own_features_words_and_phones(folder: Path, loaded: Loaded) -> None:
    tokens, vectors = loaded
    features = {
        row["token_id"]: row["features"]
        for shard in folder.glob("shard-*")
        for _, row in read_table("features", shard).iterrows()
    }
    table = read_table("tokens", folder / "tokens.parquet")
    known = read_table("vectors", folder / "vectors.parquet")
    vector_of = dict(zip(known["word"], known["vector"], strict=True))
    for place, (_, row) in enumerate(table.iterrows()):
        own = tokens.frames[tokens.starts[place] :][: tokens.lengths[place]]
        np.testing.assert_array_equal(own.ravel(), features[row["token_id"]])
        assert tokens.word_names[tokens.words[place]] == row["word"]
        form = tokens.forms[place]
        spelled = tokens.form_symbols[form][: tokens.form_lengths[form]]
        assert [tokens.symbols[symbol] for symbol in spelled] == list(row["phones"])
        assert place in tokens.splits[row["split"]]
        np.testing.assert_array_equal(vectors[tokens.words[place]], vector_of[row["word"]])


def test_missing_features_and_empty_splits_are_named(folder: Path) -> None:
    tokens = read_arrow("tokens", folder / "tokens.parquet")
    shards = [read_arrow("features", path) for path in sorted(folder.glob("shard-*"))]
    with pytest.raises(TableError, match=r"tokens have none, train-\d+ for one"):
        token_set(tokens, shards[:2])
    features = shards[0]["features"].to_pylist()
    features[0][3] = None
    column = pa.array(features, shards[0].schema.field("features").type)
    damaged = shards[0].set_column(shards[0].schema.get_field_index("features"), "features", column)
    with pytest.raises(TableError, match="a value is not finite"):
        token_set(tokens, [damaged, *shards[1:]])
    with pytest.raises(TableError, match="split test is empty"):
        token_set(tokens.filter(np.array([name != "test" for name in tokens["split"].to_pylist()])), shards)


@settings(deadline=None, max_examples=20)
@given(
    size=st.integers(2, 60),
    like_length=st.booleans(),
    drop=st.booleans(),
    padding=st.sampled_from(["exact", "authors"]),
)
def test_an_epoch_takes_every_token_once(
    loaded: Loaded, size: int, like_length: bool, drop: bool, padding: Any
) -> None:
    tokens, _ = loaded
    train = tokens.splits["train"]
    model = ModelOptions(padding=padding, fixed_frames=60)
    pairs = Partners(tokens, train, may_be_itself=False)
    usable = pairs.usable(train)
    batches = epoch_batches(
        tokens,
        usable,
        model,
        batch_size=size,
        like_length=like_length,
        drop_last=drop,
        partners=pairs,
        chance=np.random.default_rng(size),
    )
    taken = np.concatenate([batch.tokens for batch in batches])
    if drop:
        assert [len(batch.tokens) for batch in batches] == [size] * (len(usable) // size)
        assert len(np.unique(taken)) == len(taken)
        assert set(taken) <= set(usable)
    else:
        np.testing.assert_array_equal(np.sort(taken), usable)
    for batch in batches:
        assert batch.partners is not None
        assert (tokens.words[batch.tokens] == tokens.words[batch.partners.tokens]).all()
        assert (batch.tokens != batch.partners.tokens).all()
        assert (batch.offsets >= 0).all()
        assert (batch.offsets + tokens.lengths[batch.tokens] <= 60).all()
        assert padding == "authors" or not batch.offsets.any()


@pytest.mark.parametrize("may_be_itself", [True, False])
def test_partners_are_drawn_evenly(loaded: Loaded, may_be_itself: bool) -> None:
    tokens, _ = loaded
    train = tokens.splits["train"]
    pairs = Partners(tokens, train, may_be_itself=may_be_itself)
    anchor = train[0]
    others = [token for token in train if tokens.words[token] == tokens.words[anchor]]
    expected = others if may_be_itself else [token for token in others if token != anchor]
    drawn = pairs.draw(np.full(4000, anchor), np.random.default_rng(1))
    found, counts = np.unique(drawn, return_counts=True)
    assert list(found) == sorted(expected)
    assert counts.min() > 0.6 * 4000 / len(expected)


def test_less_speech_is_part_of_more(loaded: Loaded) -> None:
    tokens, _ = loaded
    half = tokens.durations_s[tokens.splits["train"]].sum() / 120
    some, more = some_minutes(tokens, half / 2, seed=1), some_minutes(tokens, half, seed=1)
    assert set(some) < set(more) < set(tokens.splits["train"])
    assert half * 54 < tokens.durations_s[more].sum() <= half * 60
    np.testing.assert_array_equal(some_minutes(tokens, None, seed=1), tokens.splits["train"])


@pytest.mark.parametrize(
    "model",
    [
        {},
        {"conv_batch_norm": True, "conv_relu": True},
        {"bidirectional": True},
        {"padding": "authors", "fixed_frames": 60},
        {"conv_kernel": 30},  # longer than many tokens
    ],
)
@pytest.mark.parametrize("batch_size", [512, 100, 1])
def test_an_embedding_does_not_depend_on_its_batch(loaded: Loaded, model: dict[str, Any], batch_size: int) -> None:
    tokens, vectors = loaded
    job = JobOptions.model_validate_json(job_json("multitask", model=model))
    everything = np.arange(len(tokens.token_ids))
    network = build_network(job, tokens, vectors, everything, torch.device("cpu"))
    data = DeviceTokens(tokens, job.model, torch.device("cpu"))
    order, batches = evaluation_batches(tokens, everything, job.model, batch_size=batch_size, seed=1)
    embeddings = network.embeddings(data, order, batches)
    offsets = dict(
        zip(
            np.concatenate([batch.tokens for batch in batches]),
            np.concatenate([batch.offsets for batch in batches]),
            strict=True,
        )
    )
    for token in everything[::20]:
        frames = tokens.frames[tokens.starts[token] :][: tokens.lengths[token]]
        after = max(job.model.conv_kernel - len(frames), 0)
        if job.model.padding == "authors":
            after = 60 - len(frames) - offsets[token]
        frames = np.pad(frames, ((offsets[token], after), (0, 0)))
        with torch.no_grad():
            alone = network.encoder(torch.from_numpy(frames)[None], torch.tensor([tokens.lengths[token]]))[0]
        torch.testing.assert_close(embeddings[token], alone, atol=1e-5, rtol=1e-4)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(steps=st.lists(st.integers(1, 9), min_size=1, max_size=8), layers=st.integers(1, 3))
def test_the_recurrence_without_padding_is_pytorchs(steps: list[int], layers: int) -> None:
    torch.manual_seed(len(steps))
    gru = torch.nn.GRU(3, 5, layers, batch_first=True).double()
    hidden = torch.randn(len(steps), max(steps) + 1, 3, dtype=torch.float64, requires_grad=True)
    own = torch.tensor(steps)
    weight = torch.randn(len(steps), 5, dtype=torch.float64)
    results = []
    for compute in (
        lambda: last_states(gru, hidden, own),
        lambda: gru(hidden)[0][torch.arange(len(steps)), own - 1],
    ):
        states = compute()
        results.append([states, *torch.autograd.grad((states * weight).sum(), [hidden, *gru.parameters()])])
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_the_recurrence_in_bfloat16_is_as_near_as_pytorchs() -> None:
    torch.manual_seed(0)
    gru = torch.nn.GRU(8, 32, 2, batch_first=True)
    hidden, steps = torch.randn(12, 20, 8), torch.arange(9, 21)
    exact = last_states(gru, hidden, steps)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = last_states(gru, hidden, steps)
        theirs = gru(hidden)[0][torch.arange(12), steps - 1]
    assert rounded.dtype == torch.bfloat16
    assert (rounded - exact).abs().max() < 1.5 * (theirs - exact).abs().max()
    gradient = torch.autograd.grad(rounded.float().square().sum(), list(gru.parameters()))
    expected = torch.autograd.grad(exact.square().sum(), list(gru.parameters()))
    for ours, wanted in zip(gradient, expected, strict=True):
        assert F.cosine_similarity(ours.flatten(), wanted.flatten(), dim=0) > 0.999


def test_on_a_gpu_the_gru_is_never_left_to_float16() -> None:
    """What cuDNN would be given, asked of stand-ins: autocast off, float32; rounded to TF32 in mixed precision only."""

    class OnGpu:
        is_cuda = True

        def float(self) -> str:
            return "float32"

    torch.set_autocast_enabled("cuda", True)
    try:
        inputs, autocast = run_gru(lambda given: (given, torch.is_autocast_enabled("cuda")), OnGpu())  # type: ignore[arg-type]
        assert torch.is_autocast_enabled("cuda")
    finally:
        torch.set_autocast_enabled("cuda", False)
    assert (inputs, autocast) == ("float32", False)

    cpu = torch.device("cpu")
    for trained_in, rounded in [("bfloat16", True), ("float32", False)]:
        choose_device(TrainingOptions.model_validate({"device": "cpu", "precision": trained_in}))
        for mixed, expected in [(True, rounded), (False, False)]:
            with precision(cpu, mixed=mixed):
                assert torch.backends.cudnn.allow_tf32 == expected
        assert torch.backends.cudnn.allow_tf32 == rounded


@settings(deadline=None, max_examples=30, derandomize=True)
@given(frames=st.lists(st.integers(1, 20), min_size=1, max_size=8), layers=st.integers(1, 2))
def test_both_directions_are_pytorchs_on_each_tokens_own_frames(frames: list[int], layers: int) -> None:
    torch.manual_seed(len(frames))
    model = ModelOptions(conv_filters=3, gru_width=4, gru_layers=layers, bidirectional=True, dropout=0)
    encoder = AcousticEncoder(2, model).double()
    padded = torch.randn(len(frames), max(*frames, model.conv_kernel) + 3, 2, dtype=torch.float64)
    lengths = torch.tensor(frames)
    weight = torch.randn(len(frames), 8, dtype=torch.float64)

    def alone() -> torch.Tensor:
        rows = []
        for token, count in zip(padded, frames, strict=True):
            own = token[: max(count, model.conv_kernel)][None].transpose(1, 2)
            steps = max((count - model.conv_kernel) // model.conv_stride + 1, 1)
            last = encoder.gru(encoder.conv(own).transpose(1, 2)[:, :steps])[1]
            rows.append(torch.cat([last[-2], last[-1]], dim=1))
        return torch.cat(rows)

    results = []
    for compute in (lambda: encoder(padded, lengths), lambda: encoder(padded, lengths, lengths.clone()), alone):
        states = compute()
        results.append([states, *torch.autograd.grad((states * weight).sum(), list(encoder.parameters()))])
    for first, second, expected in zip(*results, strict=True):
        torch.testing.assert_close(first, expected)
        torch.testing.assert_close(second, expected)


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("padding", ["exact", "authors"])
def test_no_step_of_the_encoder_waits_for_the_device(padding: Any, bidirectional: bool) -> None:
    """Tensors of the device "meta" have no values, so whoever wants to copy one to the host fails."""
    model = ModelOptions(
        gru_width=4, gru_layers=2, bidirectional=bidirectional, padding=padding, conv_batch_norm=True, conv_dropout=0.1
    )
    encoder = AcousticEncoder(2, model).to("meta")
    lengths = torch.tensor([9, 30, 12])
    embedded = encoder(torch.zeros(3, 30, 2, device="meta"), lengths.to("meta"), lengths)
    assert embedded.shape == (3, model.embedding_width)
    embedded.sum().backward()
    if bidirectional and padding == "exact":
        with pytest.raises(NotImplementedError):
            encoder(torch.zeros(3, 30, 2, device="meta"), lengths.to("meta"))


def test_dropout_between_layers_is_drawn_from_torchs_generator() -> None:
    gru = torch.nn.GRU(3, 64, 2, batch_first=True, dropout=0.5)
    hidden, steps = torch.randn(4, 6, 3), torch.tensor([6, 2, 5, 1])
    drawn = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        drawn.append(last_states(gru, hidden, steps))
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
    gru.eval()
    assert torch.equal(last_states(gru, hidden, steps), last_states(gru, hidden, steps))
    dropped = dropout(torch.ones(501, 301), 0.2)
    assert (dropped == 0).double().mean().item() == pytest.approx(0.2, abs=0.005)
    assert dropped.max().item() == pytest.approx(1.25, rel=1e-4)
    together = ((dropped[:, :300:2] == 0) & (dropped[:, 1:300:2] == 0)).double().mean().item()
    assert together == pytest.approx(0.04, abs=0.005)  # neighbours are independent


def test_batch_norm_is_pytorchs_on_the_frames_that_count() -> None:
    torch.manual_seed(0)
    ours, theirs = FrameBatchNorm(4), torch.nn.BatchNorm1d(4)
    hidden, steps = torch.randn(3, 7, 4) * 2 + 1, torch.tensor([7, 2, 5])
    frames = [hidden[token, : steps[token]] for token in range(3)]
    for _ in range(3):
        expected = theirs(torch.cat(frames)).split(steps.tolist())
        for token, out in enumerate(ours(hidden, steps)):
            torch.testing.assert_close(out[: steps[token]], expected[token])
    ours.eval()
    theirs.eval()
    torch.testing.assert_close(ours(hidden, steps)[0], theirs(frames[0]))


@pytest.mark.parametrize("forced", [True, False])
def test_the_decoder_is_a_gru_cell_fed_symbol_by_symbol(forced: bool) -> None:
    torch.manual_seed(0)
    model = ModelOptions(gru_width=12, symbol_embedding=5, decoder_feedback="teacher_forcing" if forced else "argmax")
    decoder = PhonologicalDecoder(6, model)
    embeddings, due = torch.randn(3, 12), torch.tensor([[1, 2, 6], [5, 6, PADDING], [0, 3, 6]])
    logits = decoder(embeddings, due, [3, 3, 3]).unflatten(0, (3, 3)).transpose(0, 1)
    fewer = decoder(embeddings[[0, 2, 1]], due[[0, 2, 1]], step_counts(np.array([3, 3, 2])))
    torch.testing.assert_close(fewer, torch.cat([logits[[0, 2, 1], 0], logits[[0, 2, 1], 1], logits[[0, 2], 2]]))
    for token in range(3):
        state, symbol = embeddings[token : token + 1], torch.tensor([7])  # BEGIN
        for step in range(3):
            state = decoder.cell(decoder.symbols(symbol), state)
            expected = decoder.output(state)
            torch.testing.assert_close(logits[token, step : step + 1], expected)
            own = expected.argmax(1)
            symbol = due[token, step : step + 1] if forced and due[token, step] >= 0 else own


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_no_step_leaves_out_a_token_that_is_not_done(lengths: list[int]) -> None:
    counts = step_counts(np.array(lengths))
    for step in range(max(lengths)):
        assert counts[step] == max(place for place, length in enumerate(lengths) if length > step) + 1


def test_losses_are_the_equations_written_out() -> None:
    torch.manual_seed(0)
    logits, due = torch.randn(2, 3, 4), torch.tensor([[1, 3, PADDING], [2, 0, 3]])
    probabilities = logits.softmax(2)
    terms = [-math.log(probabilities[i, t, due[i, t]]) for i, t in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]]
    assert form_loss(logits.flatten(0, 1), due.flatten(), 2).item() == pytest.approx(sum(terms) / 2)
    predicted, vectors = torch.randn(3, 4), torch.randn(3, 4)
    squares = sum((predicted[i, k] - vectors[i, k]).item() ** 2 for i in range(3) for k in range(4))
    assert meaning_loss(predicted, vectors).item() == pytest.approx(squares / 3)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("meaning_scale", ["sum", "mean"])
@pytest.mark.parametrize("form_scale", ["sum", "mean"])
def test_scales_change_what_is_minimised_and_reports_are_means_per_token(
    loaded: Loaded, form_scale: Any, meaning_scale: Any, reduction: Any
) -> None:
    tokens, vectors = loaded
    options = {"alpha": 2, "beta": 3, "form_scale": form_scale, "meaning_scale": meaning_scale, "reduction": reduction}
    minimised, per_token, form, meaning = losses_of(loaded, "multitask", options)
    phones = (tokens.form_lengths[tokens.forms[:20]] + 1).sum()  # END is one too
    plain = losses_of(loaded, "multitask", {"alpha": 2, "beta": 3})
    assert (form, meaning) == pytest.approx(plain[2:])  # equations 2 and 3, whatever the options
    assert plain[:2] == pytest.approx([2 * form + 3 * meaning] * 2)
    in_form = 2 * form * (20 / phones if form_scale == "mean" else 1)
    in_meaning = 3 * meaning / (vectors.shape[1] if meaning_scale == "mean" else 1)
    assert per_token == pytest.approx(in_form + in_meaning)
    assert minimised == pytest.approx((in_form + in_meaning) * (20 if reduction == "sum" else 1))


def test_a_summed_triplet_loss_is_reported_per_token(loaded: Loaded) -> None:
    mean, total = (losses_of(loaded, "contrastive", {"reduction": reduction}) for reduction in ("mean", "sum"))
    assert total[:2] == pytest.approx([20 * mean[0], mean[0]])
    assert mean[0] == mean[1] > 0


def losses_of(loaded: Loaded, objective: str, options: dict[str, Any]) -> list[float]:
    """Losses of the first 20 tokens, with the next 20 as partners."""
    tokens, vectors = loaded
    job = JobOptions.model_validate_json(job_json(objective, options))
    network = build_network(job, tokens, vectors, np.arange(len(tokens.token_ids)), torch.device("cpu")).eval()
    data = DeviceTokens(tokens, job.model, torch.device("cpu"))
    order = np.argsort(-tokens.form_lengths[tokens.forms[:20]], kind="stable")
    anchors, partners = data.upload([Batch(part, np.zeros(20, dtype=np.int64)) for part in (order, order + 20)])
    return [loss.item() for loss in network.losses(data, anchors, partners, epoch=0)]


@pytest.mark.parametrize("initialisation", ["pytorch", "authors"])
def test_at_one_seed_all_settings_start_from_one_encoder(loaded: Loaded, initialisation: str) -> None:
    tokens, vectors = loaded
    choices: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in plugins.names("training.objectives")]
    choices += [("multitask", {"alpha": 0}), ("multitask", {"beta": 0}), ("multitask", {"meaning": "onehot"})]
    encoders = []
    for objective, options in choices:
        job = JobOptions.model_validate_json(
            job_json(
                objective,
                options,
                model={"initialisation": initialisation, "conv_batch_norm": True},
                training={"epochs": 11},  # one more than those of pretraining
            )
        )
        network = build_network(job, tokens, vectors, tokens.splits["train"], torch.device("cpu"))
        encoders.append(network.encoder.state_dict())
    for encoder in encoders[1:]:
        for name, weight in encoder.items():
            torch.testing.assert_close(weight, encoders[0][name], rtol=0, atol=0)


def test_embeddings_are_float32_whatever_training_uses(loaded: Loaded) -> None:
    tokens, vectors = loaded
    found = {}
    for trained_in in ("float32", "bfloat16"):
        job = JobOptions.model_validate_json(
            job_json("multitask", model={"dropout": 0.0}, training={"precision": trained_in})
        )
        network = build_network(job, tokens, vectors, tokens.splits["train"], torch.device("cpu")).train()
        data = DeviceTokens(tokens, job.model, torch.device("cpu"))
        batches = evaluation_batches(tokens, tokens.splits["valid"], job.model, batch_size=64, seed=1)
        [placed] = data.upload(batches[1])
        found[trained_in] = (network.embed(data, placed).detach(), network.embeddings(data, *batches))
    assert not torch.equal(found["float32"][0], found["bfloat16"][0])
    assert torch.equal(found["float32"][1], found["bfloat16"][1])


@settings(deadline=None, max_examples=50)
@given(
    scores=st.lists(st.sampled_from([0.1, 0.2, 0.20001, 0.2001, 0.3]), max_size=25),
    patience=st.integers(1, 11),
    threshold=st.sampled_from([0.0, 1e-4]),
)
def test_the_learning_rate_falls_after_so_many_epochs_without_improvement(
    scores: list[float], patience: int, threshold: float
) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = plateau_schedule(optimizer, TrainingOptions(schedule_patience=patience, schedule_threshold=threshold))
    rate, best, bad = 1.0, 0.0, 0
    for score in scores:
        better = score > best * (1 + threshold)
        best, bad = (score, 0) if better else (best, bad + 1)
        if bad == patience:
            rate, bad = rate / 2, 0
        schedule.step(score)
        assert optimizer.param_groups[0]["lr"] == rate


def test_the_papers_learning_rate_falls_after_ten_epochs() -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = plateau_schedule(optimizer, TrainingOptions())
    rates = []
    for score in [0.5, 0.50001, *[0.5] * 10, 0.4]:  # ten epochs no better than the second
        schedule.step(score)
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == [1.0] * 11 + [0.5] * 2


@pytest.mark.parametrize("distance", ["half", "full"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("negatives_from", ["anchor", "positive"])
@pytest.mark.parametrize("negatives_among", ["anchors", "both"])
@pytest.mark.parametrize("one_word", [True, False])
def test_triplet_loss_is_equation_5_in_loops(
    distance: Any, reduction: Any, negatives_from: Any, negatives_among: Any, one_word: bool
) -> None:
    torch.manual_seed(1)
    options = contrastive.Options(
        distance=distance, reduction=reduction, negatives_from=negatives_from, negatives_among=negatives_among
    )
    words = [0] * 6 if one_word else [0, 1, 0, 2, 1, 2]
    anchors, positives = torch.randn(6, 4), torch.randn(6, 4)

    def apart(one: torch.Tensor, other: torch.Tensor) -> float:
        cosine = F.cosine_similarity(one, other, dim=0).item()
        return 1 - cosine if distance == "full" else (1 - cosine) / 2

    pool = [(anchors[i], words[i]) for i in range(6)]
    pool += [(positives[i], words[i]) for i in range(6)] if negatives_among == "both" else []
    terms = []
    for i in range(6):
        sought = anchors[i] if negatives_from == "anchor" else positives[i]
        candidates = [vector for vector, word in pool if word != words[i]]
        if candidates:
            negative = min(candidates, key=lambda vector: apart(sought, vector))
            terms.append(max(0, options.margin + apart(anchors[i], positives[i]) - apart(anchors[i], negative)))
    expected = sum(terms) / (6 if reduction == "mean" else 1)
    found = triplet_loss(anchors, positives, torch.tensor(words), options).item()
    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("ignore", [True, False])
def test_ntxent_in_loops(ignore: bool) -> None:
    torch.manual_seed(1)
    words = [0, 1, 0]
    tokens, partners = torch.randn(3, 4), torch.randn(3, 4)
    views = F.normalize(torch.cat([tokens, partners]), dim=1)
    terms = []
    for i in range(6):
        partner = (i + 3) % 6
        rest = [j for j in range(6) if j != i and (j == partner or not ignore or words[j % 3] != words[i % 3])]
        scores = {j: math.exp(float(views[i] @ views[j]) / 0.1) for j in rest}
        terms.append(-math.log(scores[partner] / sum(scores.values())))
    found = ntxent_loss(tokens, partners, torch.tensor(words), ntxent.Options(ignore_same_word=ignore)).item()
    assert found == pytest.approx(sum(terms) / 6, rel=1e-5)


def test_meaning_controls_keep_what_they_promise(loaded: Loaded) -> None:
    _, vectors = loaded
    words = np.array([0, 2, 3, 5, 7])
    assert meaning_targets(vectors, words, "true_vectors", 1) is not vectors
    np.testing.assert_array_equal(meaning_targets(vectors, words, "true_vectors", 1), vectors)
    shuffled = meaning_targets(vectors, words, "shuffled", 1)
    assert {tuple(row) for row in shuffled[words]} == {tuple(row) for row in vectors[words]}
    assert not np.array_equal(shuffled, vectors)
    drawn = meaning_targets(vectors, words, "random", 1)
    norms = np.linalg.norm(vectors[words], axis=1)
    np.testing.assert_allclose(np.linalg.norm(drawn[words], axis=1), norms, rtol=1e-5)
    onehot = meaning_targets(vectors, words, "onehot", 1)
    np.testing.assert_array_equal(onehot[words], np.eye(5))
    edges = vectors.copy()
    edges[2, :3] = [0.0, -1e-9, 1e-9]
    expected = [[0.0 if value < 0 else 1.0 for value in row] for row in edges[words].tolist()]
    np.testing.assert_array_equal(meaning_targets(edges, words, "binarised", 1)[words], expected)
    without = vectors.copy()
    without[2] = np.nan
    with pytest.raises(ConfigError, match="1 training words have no vector"):
        meaning_targets(without, words, "shuffled", 1)


def test_the_papers_network_is_as_large_as_the_paper_says() -> None:
    encoder = AcousticEncoder(39, ModelOptions())
    size = sum(parameter.numel() for parameter in encoder.parameters())
    conv = 39 * 64 * 5 + 64
    layers = [3 * 512 * (inputs + 512 + 2) for inputs in (64, 512, 512)]
    assert size == conv + sum(layers)
    assert encoder(torch.zeros(2, 30, 39), torch.tensor([30, 20])).shape == (2, 512)
    assert COEFFICIENTS != 39  # so the samples do not hide a constant


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"objective": "contrastiv"}, "'contrastiv' is unknown; choose one of ae, cae, classifier, contrastive"),
        ({"objective": "contrastive", "options": {"magin": 1}}, "options.magin: unknown key"),
        ({"objective": "multitask", "options": {"alpha": 0, "beta": 0}}, "alpha and beta are both 0"),
        ({"objective": "contrastive", "candidates": {"margin": [0.2, -1]}}, r"options.margin: .*greater than 0"),
        ({"objective": "contrastive", "candidates": {"margin": []}}, "at least one value"),
        ({"objective": "contrastive", "candidates": {"margin": [0.4, 0.40]}}, "margin-0.4 is there twice"),
        ({"objective": "contrastive", "candidates": {"margin": [1, 1.0]}}, "margin-1 and margin-1.0 are the same"),
        ({"objective": "contrastive", "candidates": {"margin": [1e20]}}, "'margin-1e.20': use values of letters"),
        ({"objective": "multitask", "candidates": {"meaning": ["../up"]}}, "'meaning-../up': use values of letters"),
        ({"objective": "ae", "training": {"schedule_patience": 0}}, "training.schedule_patience"),
        ({"objective": "ae", "model": {"gru_width": 0}}, "model.gru_width"),
        ({"objective": "ae", "training": {"epoch": 0}}, "training.epoch: unknown key"),
    ],
)
def test_wrong_settings_name_their_key(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SettingOptions.model_validate(setting)


def test_a_setting_becomes_jobs() -> None:
    setting = SettingOptions.model_validate(
        {
            "objective": "multitask",
            "options": {"beta": 0.5},
            "candidates": {"alpha": [1, 2], "meaning": ["onehot"]},
            "training": {"train_minutes": 10},
        }
    )
    assert list(setting.candidate_options()) == ["alpha-1_meaning-onehot", "alpha-2_meaning-onehot"]
    job = job_options({"gru_width": 64}, {"epochs": 3}, setting, "alpha-2_meaning-onehot", seed=5)
    assert job.setting.options == {"beta": 0.5, "alpha": 2, "meaning": "onehot"}
    assert (job.model.gru_width, job.training.epochs, job.training.train_minutes, job.seed) == (64, 3, 10, 5)
    assert JobOptions.model_validate(json.loads(job.model_dump_json())) == job
    assert list(SettingOptions(objective="ae").candidate_options()) == ["only"]


@pytest.mark.parametrize(
    ("model", "training", "candidate", "seed", "message"),
    [
        ({"gru_width": 0}, {}, "only", 1, r"training job.model.gru_width: .*greater than 0"),
        ({}, {"epoch": 1}, "only", 1, r"training job.training.epoch: unknown key"),
        ({}, {}, "only", 2**31, r"training job.seed: .*less than 2147483648"),
        ({}, {}, "margin-1", 1, r"candidate 'margin-1' is unknown; choose one of only"),
    ],
)
def test_wrong_jobs_are_one_line(
    model: dict[str, Any], training: dict[str, Any], candidate: str, seed: int, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        job_options(model, training, SettingOptions(objective="ae"), candidate, seed)
    assert "\n" not in str(caught.value)


def test_the_defaults_are_the_papers_on_every_machine() -> None:
    defaults = TrainingOptions()
    assert (defaults.precision, defaults.batching, defaults.last_batch) == ("float32", "random", "keep")
    assert (defaults.schedule_patience, defaults.schedule_threshold) == (10, 0)
