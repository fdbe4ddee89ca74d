"""Aligners: one contract for all, the embedded one against known times, given word times, boundary errors."""

import dataclasses
import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
import torch
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from alignment_samples import LEXICON, assert_contract, make_task, task_of, timed_rows, utterance_row
from awe import plugins
from awe.alignment import given, hmm
from awe.alignment.acoustic_model import Utterance, best_fitting_paths, collect, train
from awe.alignment.base import AlignmentTask
from awe.alignment.boundary_errors import boundary_errors
from awe.alignment.chains import PAUSE, Chain, StateInventory, build_chain
from awe.alignment.fit import HURRY_WEIGHT, fit_of
from awe.alignment.held_out import fit_held_out
from awe.alignment.hmm_features import mfcc_with_slopes
from awe.alignment.mixtures import Mixtures, Statistics, single_gaussians, split
from awe.alignment.plausibility import Decoys, fit_threshold
from awe.alignment.speech_groups import LONGEST_GROUP_S, choose_training, groups_by_speaker
from awe.alignment.viterbi import best_paths
from awe.cli import main
from awe.tables import read_table, table_from, write_table


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> tuple[AlignmentTask, pd.DataFrame]:
    return make_task(tmp_path_factory.mktemp("spoken"))


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> tuple[AlignmentTask, dict[str, str]]:
    """A corpus with one utterance of every kind that must be rejected, and the reason for each (hmm and mfa)."""
    folder = tmp_path_factory.mktemp("messy")
    task, truth = make_task(folder)
    rows = [{str(name): value for name, value in row.items()} for row in task.utterances.to_dict("records")]
    soundfile.write(folder / "short.wav", np.full(1_700, 0.1), 16_000)
    (folder / "garbage.wav").write_bytes(b"no audio")
    rows += [
        utterance_row("unknown", "s0", "s0-00.wav", 1.0, ["casa", "perereca"]),
        utterance_row("wordless", "s0", "s0-00.wav", 1.0, []),
        utterance_row("garbage", "s0", "garbage.wav", 1.0, ["casa"]),
        utterance_row("missing", "s9", "missing.wav", 1.0, ["casa"]),
        utterance_row("hurried", "s1", "short.wav", 1_700 / 16_000, ["casa", "mesa", "azul"] * 9),
    ]
    changed = dataclasses.replace(
        task,
        utterances=table_from("utterances", rows),
        reference=truth,
    )
    return changed, {
        "unknown": "word_without_pronunciation",
        "wordless": "transcript_empty",
        "garbage": "audio_unreadable",
        "missing": "audio_missing",
        "hurried": "alignment_failed",
    }


@pytest.mark.parametrize("name", ["given", "hmm", "mfa"])
def test_contract(name: str, messy: tuple[AlignmentTask, dict[str, str]], tmp_path: Path) -> None:
    if name == "mfa" and not shutil.which("mfa"):
        pytest.skip("the program mfa is not on the PATH")
    task, expected = messy
    module = plugins.load("alignment", name)
    options = module.Options(reproducible=True) if name == "mfa" else module.Options()
    results = []
    for attempt in ("first", "second"):
        folder = tmp_path / attempt
        folder.mkdir()
        results.append(module.align(dataclasses.replace(task, work_folder=folder), options))
    assert_contract(task, results[0])
    pd.testing.assert_frame_equal(results[0].alignment, results[1].alignment)
    assert results[0].rejects == results[1].rejects
    if name != "given":
        reasons = {row["item_id"]: row["reason"] for row in results[0].rejects}
        assert {item: reasons.get(item) for item in expected} == expected


def test_hmm_finds_known_times_and_wrong_transcripts(spoken: tuple[AlignmentTask, pd.DataFrame]) -> None:
    task, truth = spoken
    right = hmm.align(task, hmm.Options())
    assert right.rejects == []
    errors = boundary_errors(right.alignment, truth, task.utterances).set_index("scope").loc["all"]
    assert errors["median_ms"] <= 12
    assert errors["p90_ms"] <= 30
    both = (right.alignment.set_index(["utterance_id", "position"]), truth.set_index(["utterance_id", "position"]))
    onsets = 1000 * (both[0]["start_s"] - both[1]["start_s"])
    assert abs(onsets.median()) <= 5  # no systematic shift, as windows that are not centred would cause

    words = [list(row) for row in task.utterances["words"]]
    wrong = {number: words[(number + 20) % len(words)] for number in (3, 11, 18, 25, 33)}
    changed = task.utterances.assign(words=pd.Series([wrong.get(number, one) for number, one in enumerate(words)]))
    result = hmm.align(dataclasses.replace(task, utterances=changed), hmm.Options())
    rejected = {row["item_id"]: row["reason"] for row in result.rejects}
    assert rejected == {task.utterances["utterance_id"][number]: "alignment_implausible" for number in wrong}


def test_hmm_with_nothing_to_train_on(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(160, 0.1), 16_000)
    task = task_of(tmp_path, [utterance_row("a", "s", "a.wav", 0.01, ["casa"])])
    assert [row["reason"] for row in hmm.align(task, hmm.Options()).rejects] == ["alignment_failed"]
    assert hmm.align(task_of(tmp_path, []), hmm.Options()).rejects == []


def slow_best_score(emissions: np.ndarray, chain: Chain, pause_length: int) -> float:
    """Best score of all paths by trying every predecessor of every place, pauses written out frame by frame."""
    is_pause = chain.states == PAUSE
    written_out = emissions[:, np.repeat(np.arange(len(is_pause)), np.where(is_pause, pause_length, 1))]
    after_pause = np.cumsum(np.where(is_pause, pause_length, 1))[np.flatnonzero(is_pause)]
    num_frames, num_places = written_out.shape
    scores = np.full((num_frames, num_places), -np.inf)
    scores[0, 0], scores[0, pause_length] = written_out[0, 0], written_out[0, pause_length]
    for frame in range(1, num_frames):
        for place in range(num_places):
            before = [place, place - 1] + ([place - 1 - pause_length] if place in after_pause else [])
            scores[frame, place] = max(scores[frame - 1, b] for b in before if b >= 0) + written_out[frame, place]
    return float(max(scores[-1, -1], scores[-1, -1 - pause_length]))


def path_score(emissions: np.ndarray, chain: Chain, pause_length: int, path: np.ndarray) -> float:
    """Score of a path, after checking that each of its moves is allowed."""
    is_pause = chain.states == PAUSE
    places, lengths = np.unique(path, return_counts=True)
    missing = np.setdiff1d(np.arange(len(is_pause)), places)
    assert (np.diff(path) >= 0).all()
    assert is_pause[missing].all()
    assert (lengths[is_pause[places]] >= pause_length).all()
    return float(emissions[np.arange(len(path)), path].sum())


@settings(max_examples=25, deadline=None)
@forall(st.data())
def test_viterbi_equals_slow_search(data: st.DataObject) -> None:
    random = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    pause_length = data.draw(st.integers(1, 4))
    inventory = StateInventory([phone for phones in LEXICON.values() for phone in phones])
    texts = data.draw(
        st.lists(st.lists(st.sampled_from(list(LEXICON)), min_size=1, max_size=3), min_size=1, max_size=3)
    )
    chains = [build_chain(words, LEXICON, inventory) for words in texts]
    num_frames = np.array([random.integers(3, 50) for _ in chains])
    shape = (num_frames.max(), len(chains), max(len(chain.states) for chain in chains))
    emissions = random.normal(0, 1, shape).astype(np.float32)
    for row, chain in enumerate(chains):
        is_pause = np.flatnonzero(chain.states == PAUSE)
        emissions[:, row, is_pause] = emissions[:, row, :1]
    paths = best_paths(emissions, num_frames, chains, pause_length)
    for row, (chain, path) in enumerate(zip(chains, paths, strict=True)):
        own = emissions[: num_frames[row], row, : len(chain.states)].astype(float)
        best = slow_best_score(own, chain, pause_length)
        if np.isfinite(best):
            assert path_score(own, chain, pause_length, path) == pytest.approx(best, abs=1e-3)
        else:
            assert len(path) == 0
            assert num_frames[row] < (chain.states != PAUSE).sum()


def test_statistics_without_a_part_are_those_of_the_rest() -> None:
    generator = torch.Generator().manual_seed(3)
    frames, states = torch.randn(300, 4, generator=generator), torch.randint(0, 3, (300,), generator=generator)
    mixtures = split(single_gaussians(frames, states, 3), torch.full((3, 1), 100.0))
    everything, part, rest = Statistics(mixtures), Statistics(mixtures), Statistics(mixtures)
    everything.add(mixtures, frames, states)
    part.add(mixtures, frames[:120], states[:120])
    rest.add(mixtures, frames[120:], states[120:])
    without = everything.without(part)
    for name in ("counts", "sums", "squares"):
        torch.testing.assert_close(getattr(without, name), getattr(rest, name), rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(
        without.estimate(mixtures).variances, rest.estimate(mixtures).variances, rtol=1e-3, atol=1e-3
    )


def test_states_with_few_frames_stay_broad() -> None:
    """Twelve frames in one spot must not make a state that fits nothing else; hundreds may."""
    frames = torch.zeros(12, 2) + 2
    for repeats, lowest, highest in [(1, 0.5, 2.0), (100, 0.0, 0.05)]:
        mixtures = single_gaussians(frames.repeat(repeats, 1), torch.ones(12 * repeats, dtype=torch.int64), 3)
        assert (mixtures.variances[1] > lowest).all()
        assert (mixtures.variances[1] < highest).all()
        assert mixtures.variances[2] == pytest.approx(1)  # never seen: the average frame


def test_densities_equal_the_formula() -> None:
    generator = torch.Generator().manual_seed(1)
    frames, means = torch.randn(7, 3, generator=generator), torch.randn(2, 4, 3, generator=generator)
    variances, weights = torch.rand(2, 4, 3, generator=generator) + 0.2, torch.rand(2, 4, generator=generator)
    mixtures = Mixtures(weights.log(), means, variances)
    distances = (frames[:, None, None] - means) ** 2 / variances
    expected = (-0.5 * (distances + variances.log() + math.log(2 * math.pi)).sum(-1) + weights.log()).logsumexp(2)
    torch.testing.assert_close(mixtures.log_densities(frames), expected, rtol=1e-4, atol=1e-4)


def test_frames_are_centred() -> None:
    samples = np.zeros(16_000, np.float32)
    samples[8_000:] = np.random.default_rng(1).normal(0, 0.1, 8_000)
    for window_s in (0.015, 0.02, 0.025):
        energy = mfcc_with_slopes(samples, 0.005, window_s)[:, 0]
        reach = window_s / 0.005 / 2  # frames on either side of the edge that see it
        loud = np.flatnonzero(energy > energy.min() + 3)
        assert abs(loud[0] - (100 - reach)) <= 1
        assert len(energy) == 200


def test_threshold_keeps_right_and_wrong_apart() -> None:
    random = np.random.default_rng(2)
    right, wrong, decoys = random.normal(-1.5, 0.4, 1_000), random.normal(-6, 1, 400), random.normal(-6, 1, 300)
    for own in (right, np.concatenate([right, wrong]), np.concatenate([right[:400], wrong])):
        threshold = fit_threshold(own, decoys)
        assert (right < threshold).mean() <= 0.01
        assert (wrong >= threshold).mean() <= 0.05
    assert fit_threshold(right, []) == -np.inf
    assert fit_threshold(wrong - 9, decoys) == -np.inf


@settings(max_examples=50, deadline=None)
@forall(st.lists(st.lists(st.sampled_from(["a", "bb", "c"]), min_size=1, max_size=4), min_size=1, max_size=6))
def test_decoys_are_wrong(transcripts: list[list[str]]) -> None:
    decoys = Decoys(transcripts, seed=1)
    for words in transcripts:
        others = {tuple(other) for other in transcripts if other != words}
        for count in (1, 3):
            found = [tuple(decoy) for decoy in decoys.of(words, count)]
            assert tuple(words) not in found
            assert len(set(found)) == len(found) >= min(count, len(others))
            away = [abs(sum(map(len, other)) - sum(map(len, words))) for other in found[: min(count, len(others))]]
            assert away == sorted(abs(sum(map(len, one)) - sum(map(len, words))) for one in others)[: len(away)]


def test_fit_by_hand() -> None:
    inventory = StateInventory(["a", "b"])
    chain = build_chain(["w"], {"w": ["a", "b"]}, inventory)
    places = np.repeat(np.arange(8), [3, 1, 1, 2, 5, 5, 5, 2])  # a in 4 frames, b in 15, pauses around
    best_states = chain.states[places].copy()
    best_states[-1] = inventory.of_phone("b")[0]  # heard as speech, so it counts; the other pauses do not
    best = np.zeros(24, np.float32)
    own = np.full(24, -1.0, np.float32)
    own[:3], own[-2], own[-1] = -100, -100, -21
    assert fit_of(own, best, best_states, chain, places) == pytest.approx(-(19 + 21) / 20 - HURRY_WEIGHT / 2)
    assert fit_of(own[:0], best, best_states, chain, places[:0]) == -np.inf


def test_held_out_fits_equal_training_without_the_utterance() -> None:
    random = np.random.default_rng(4)
    inventory = StateInventory(["a", "b", "c"])
    lexicon = {"x": ["a", "b"], "y": ["c", "a"], "z": ["b", "c"]}
    centres = random.normal(0, 3, (inventory.num_states, 4))
    utterances, decoys = [], []
    for number in range(12):
        words = ["x", "y", "z"] if number % 2 else ["z", "x", "y"]
        chains = [build_chain(some, lexicon, inventory) for some in (words, words[::-1], words[1:])]
        states = np.repeat(chains[0].states[chains[0].states != PAUSE], 8)
        frames = (centres[states] + random.normal(0, 0.3, (len(states), 4))).astype(np.float32)
        utterances.append(Utterance(frames, chains[0]))
        decoys.append([Utterance(frames, chain) for chain in chains[1:]])
    kept = [number != 5 for number in range(12)]
    mixtures = train(utterances, inventory.num_states, 4, (3,), lambda _, fits: [True] * len(fits))
    paths = best_fitting_paths(utterances, mixtures, 4)
    result = fit_held_out(utterances, paths, kept, decoys, mixtures, 4)
    for number, found in enumerate(result.fits):
        rest = [other for other in range(12) if kept[other] and other % 10 != number % 10]  # ten folds
        without = collect([(utterances[other], paths[other]) for other in rest], mixtures).estimate(mixtures)
        own, *wrong = [one.fit for one in best_fitting_paths([utterances[number], *decoys[number]], without, 4)]
        assert found == pytest.approx(own - np.mean(wrong), abs=1e-3)
        assert found > 0
        assert [fit for fit in result.decoy_fits if fit == pytest.approx(wrong[0] - wrong[1], abs=1e-3)]
    alone = fit_held_out(utterances, paths, kept, [[]] * 12, mixtures, 4)
    assert (alone.fits, alone.decoy_fits) == ([np.inf] * 12, [])


@settings(max_examples=50, deadline=None)
@forall(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.5, 900)), max_size=30), st.floats(1, 2_000))
def test_groups_and_training_choice(facts: list[tuple[str, float]], training_s: float) -> None:
    rows: list[dict[str, Any]] = [{"speaker_id": speaker, "duration_s": length} for speaker, length in facts]
    groups = list(groups_by_speaker(rows))
    assert sorted(map(id, rows)) == sorted(id(row) for group in groups for row in group)
    for group in groups:
        assert len({row["speaker_id"] for row in group}) == 1
        assert len(group) == 1 or sum(row["duration_s"] for row in group) <= LONGEST_GROUP_S
    chosen = choose_training(rows, training_s, seed=3)
    assert chosen == choose_training(rows, training_s, seed=3)
    assert len(chosen) == len(rows) or sum(row["duration_s"] for row in chosen) >= training_s
    counts = [sum(row["speaker_id"] == speaker for row in chosen) for speaker in "abc"]
    assert all(
        count >= max(counts) - 1 or count == sum(row["speaker_id"] == speaker for row in rows)
        for speaker, count in zip("abc", counts, strict=True)
    )


WORDS = ["casa", "sol", "pão"]
TIMES = [(0.1, 0.5), (0.5, 0.8), (0.9, 1.4)]


@pytest.mark.parametrize(
    ("words", "times", "reason"),
    [
        (WORDS, TIMES, ""),
        (["Casa", "SOL", "pa\u0303o."], TIMES, ""),  # another spelling of the same
        (WORDS, [(0.1, 0.51), (0.5, 0.8), (0.9, 1.51)], ""),  # within the tolerance
        ([], [], "alignment_missing"),
        (WORDS[:2], TIMES[:2], "alignment_mismatch"),
        (["casa", "pão", "sol"], TIMES, "alignment_mismatch"),
        (WORDS, [(0.1, 0.5), (0.4, 0.8), (0.9, 1.4)], "alignment_mismatch"),
        (WORDS, [(0.1, 0.5), (0.5, 0.5), (0.9, 1.4)], "alignment_mismatch"),
        (WORDS, [(0.1, 0.5), (0.5, 0.8), (0.9, 1.6)], "alignment_mismatch"),
        (WORDS, [(-0.2, 0.5), (0.5, 0.8), (0.9, 1.4)], "alignment_mismatch"),
    ],
)
def test_given_checks_words_and_times(
    words: list[str], times: list[tuple[float, float]], reason: str, tmp_path: Path
) -> None:
    row = utterance_row("u", "s", "u.wav", 1.5, WORDS)
    task = task_of(tmp_path, [row], timed_rows("u", words, times))
    result = given.align(task, given.Options())
    assert_contract(task, result)
    assert [one["reason"] for one in result.rejects] == ([reason] if reason else [])


def test_boundary_errors_by_hand() -> None:
    known = table_from("alignment", timed_rows("u", WORDS, TIMES) + timed_rows("v", WORDS[:1], TIMES[:1]))
    found = table_from("alignment", timed_rows("u", WORDS, [(0.11, 0.5), (0.5, 0.83), (0.9, 1.36)]))
    utterances = table_from("utterances", [utterance_row(name, f"s-{name}", "a.wav", 2, WORDS) for name in ("u", "v")])
    rows = boundary_errors(found, known, utterances).set_index("scope")
    assert rows.index.tolist() == ["all", "s-u", "s-v"]
    assert rows[["n_words", "n_boundaries", "n_missing"]].to_numpy().tolist()[0] == [3, 6, 1]
    assert rows.loc["all", "mean_ms"] == pytest.approx((10 + 30 + 40) / 6)
    assert rows.loc["all", "median_ms"] == pytest.approx(5)
    assert rows.loc["all", "share_within_20_ms"] == pytest.approx(4 / 6)
    assert rows.loc["s-v", "n_missing"] == 1
    assert boundary_errors(found, known.iloc[:0], utterances).empty


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference = timed_rows("u", WORDS, TIMES)
    task = task_of(tmp_path, [utterance_row("u", "s", "u.wav", 1.5, WORDS)], reference)
    for name, frame in [("utterances", task.utterances), ("lexicon", task.lexicon), ("alignment", task.reference)]:
        write_table(frame, name, tmp_path / f"{name}.parquet")
    tables = ["--utterances", f"{tmp_path}/utterances.parquet", "--reference", f"{tmp_path}/alignment.parquet"]
    folders = ["--audio", str(tmp_path), "--data-root", str(tmp_path)]
    shared = ["--lexicon", f"{tmp_path}/lexicon.parquet", *folders, "--seed", "1"]
    outputs = ["--output", f"{tmp_path}/out.parquet", "--rejects", f"{tmp_path}/rejects.parquet"]
    versions = ["--versions", f"{tmp_path}/versions.json"]
    assert main(["align", "--aligner", "given", "--options", "{}", *tables, *shared, *outputs, *versions]) == 0
    assert len(read_table("alignment", tmp_path / "out.parquet")) == len(WORDS)
    assert json.loads((tmp_path / "versions.json").read_text(encoding="utf-8"))["aligner"] == "given"
    csv = tmp_path / "errors.csv"
    measure = ["boundaries", "--alignment", f"{tmp_path}/out.parquet", *tables, "--output", str(csv)]
    assert main(measure) == 0
    assert pd.read_csv(csv).empty  # times that were taken over cannot be measured against themselves
    found = read_table("alignment", tmp_path / "out.parquet").assign(aligner="hmm")
    write_table(found.assign(start_s=found["start_s"] - 0.01), "alignment", tmp_path / "out.parquet")
    assert main(measure) == 0
    assert pd.read_csv(csv)["median_ms"].tolist() == pytest.approx([5, 5])
    assert main(["align", "--aligner", "best", *tables, *shared, *outputs, *versions]) == 2
    assert "choose one of given, hmm, mfa" in capsys.readouterr().err
