"""Stops of every kind: killed, asked to stop, disk full, another run's files; nothing changes the result."""

import json
import os
import random
import re
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from filelock import FileLock
from safetensors import safe_open
from tensorboardX.proto.event_pb2 import Event

from awe.cli import main
from awe.errors import InterruptedTrainingError, TrainingError
from awe.tables import read_table
from awe.training.checkpoint import Checkpoint, State
from awe.training.job import train
from awe.training.loop import Training
from awe.training.options import JobOptions
from awe.training.reporting import EVENTS_FILE
from training_samples import arguments, job_json, read_tokens, write_tokens

TRAINING = {"epochs": 15, "checkpoint_interval_s": 0, "schedule_patience": 1}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokens(tmp_path_factory.mktemp("tables"))


def assert_same_result(one: Path, other: Path) -> None:
    for name in ("model.safetensors", "trained_words.parquet", "valid.parquet", "test.parquet"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    clock = ["seconds", "tokens_per_s"]
    first, second = (read_table("history", folder / "history.parquet").drop(columns=clock) for folder in (one, other))
    assert first.equals(second)


AUTHORS = {
    "model": {"padding": "authors", "fixed_frames": 50, "validation_offsets": "redrawn", "conv_batch_norm": True},
    "training": {"last_batch": "drop", "schedule_threshold": 1e-4, "batch_size": 20},
}


@pytest.mark.parametrize(
    ("objective", "options", "changes"),
    [
        ("multitask", {}, {}),
        ("multitask", {}, AUTHORS),
        ("contrastive", {}, {}),
        ("contrastive", {}, AUTHORS),
        ("cae", {"pretraining_epochs": 2}, {}),
    ],
)
def test_stopped_after_any_step_it_ends_alike(
    tables: Path, tmp_path: Path, objective: str, options: dict[str, Any], changes: dict[str, dict[str, Any]]
) -> None:
    tokens, vectors = read_tokens(tables)
    training = {"epochs": 4, "schedule_patience": 1, **changes.get("training", {})}
    job = JobOptions.model_validate_json(
        job_json(objective, options, model=changes.get("model", {}), training=training)
    )
    undisturbed = train(job, tokens, vectors)
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "print")
    chance = random.Random(5)
    stops = 0
    while True:
        torch.manual_seed(chance.randrange(1000))  # what another process starts with
        left = [chance.randrange(1, 6)]

        def stop(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        try:
            resumed = train(job, tokens, vectors, checkpoint=checkpoint, stop_asked=stop)
            break
        except InterruptedTrainingError:
            stops += 1
    assert stops >= 3
    np.testing.assert_array_equal(resumed.embeddings["test"], undisturbed.embeddings["test"])
    clock = ["seconds", "tokens_per_s"]
    assert resumed.history.drop(columns=clock).equals(undisturbed.history.drop(columns=clock))
    assert resumed.trained_words.equals(undisturbed.trained_words)


@pytest.mark.parametrize("begun", ["bfloat16", "float32"])
def test_a_job_that_goes_on_elsewhere_keeps_its_precision(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], begun: str
) -> None:
    tokens, vectors = read_tokens(tables)
    other = "float32" if begun == "bfloat16" else "bfloat16"
    undisturbed = train(
        JobOptions.model_validate_json(job_json("multitask", training={"precision": begun})), tokens, vectors
    )
    job = JobOptions.model_validate_json(job_json("multitask", training={"precision": "auto"}))
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "print")

    def on_machine(computing: str, stops: int) -> Any:
        for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
            monkeypatch.setattr(torch.cpu, name, lambda: computing == "bfloat16")
        left = iter(range(stops))
        return train(job, tokens, vectors, checkpoint=checkpoint, stop_asked=lambda: next(left, None) is None)

    with pytest.raises(InterruptedTrainingError):
        on_machine(begun, 2)
    with pytest.raises(InterruptedTrainingError):
        on_machine(begun, 2)
    assert "begun in" not in capsys.readouterr().err
    resumed = on_machine(other, 1000)
    assert f"begun in {begun}: goes on so, though this machine would take {other}" in capsys.readouterr().err
    assert torch.backends.cudnn.allow_tf32 == (begun == "bfloat16")
    assert resumed.facts["precision"] == begun
    np.testing.assert_array_equal(resumed.embeddings["test"], undisturbed.embeddings["test"])
    assert resumed.history["train_loss"].equals(undisturbed.history["train_loss"])


def test_killed_at_any_moment_it_ends_alike(tables: Path, tmp_path: Path) -> None:
    options = job_json("multitask", training=TRAINING)
    assert main(arguments(tables, options, tmp_path / "undisturbed")) == 0
    program = "import sys; from awe.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, *arguments(tables, options, tmp_path / "killed")]
    state = tmp_path / "killed" / "checkpoint" / "state.safetensors"
    chance = random.Random(time.time_ns())
    for number, sent in enumerate([signal.SIGKILL, signal.SIGTERM, signal.SIGKILL]):
        before = state.stat().st_mtime_ns if state.exists() else 0
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        while process.poll() is None and (not state.exists() or state.stat().st_mtime_ns == before):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(sent)
        _, errors = process.communicate()
        assert process.returncode == (75 if sent == signal.SIGTERM else -signal.SIGKILL), errors
        assert ("goes on after epoch" in errors) == (number > 0)
    assert main(arguments(tables, options, tmp_path / "killed")) == 0
    assert not state.exists()
    assert_same_result(tmp_path / "killed", tmp_path / "undisturbed")


def events_of(path: Path) -> list[tuple[int, dict[str, float]]]:
    """Read a file of events record by record: length, its checksum, content, its checksum."""
    content, events = path.read_bytes(), []
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        event = Event.FromString(content[12 : 12 + length])
        events.append((event.step, {value.tag: value.simple_value for value in event.summary.value}))
        content = content[16 + length :]
    return events


def test_tensorboard_gets_every_epoch_once_however_often_a_run_is_stopped(tables: Path, tmp_path: Path) -> None:
    tokens, vectors = read_tokens(tables)
    job = JobOptions.model_validate_json(job_json("multitask", training={"epochs": 3}))
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "print")
    for steps in (8, 6, 1000):
        left = iter(range(steps))
        try:
            trained = train(
                job,
                tokens,
                vectors,
                checkpoint=checkpoint,
                stop_asked=lambda left=left: next(left, None) is None,  # type: ignore[misc]
                events_folder=tmp_path,
            )
        except InterruptedTrainingError:
            continue
    first, *epochs = events_of(tmp_path / EVENTS_FILE)
    assert first == (0, {})
    rows = trained.history.drop(columns="pretraining").to_dict("records")
    assert [step for step, _ in epochs] == [row.pop("epoch") for row in rows] == [1, 2, 3]
    for (_, written), row in zip(epochs, rows, strict=True):
        assert written == pytest.approx(row)


def test_a_log_stays_short_and_a_terminal_gets_a_bar(
    tables: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens, vectors = read_tokens(tables)
    job = JobOptions.model_validate_json(job_json("multitask", training={"epochs": 6}))
    train(job, tokens, vectors)
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 2  # the first epoch and the last one
    assert re.fullmatch(r"train: epoch 6/6, loss [\d.]+, validation mAP [\d.]+, [\d,]+ tokens/s, 0 s left", lines[-1])
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    train(job, tokens, vectors)
    shown = capsys.readouterr().err
    assert "6/6" in shown
    assert "epoch 1/6" not in shown


def interrupt(tables: Path, path: Path, fingerprint: str = "print") -> Checkpoint:
    tokens, vectors = read_tokens(tables)
    checkpoint = Checkpoint(path, fingerprint)
    with pytest.raises(InterruptedTrainingError):
        train(
            JobOptions.model_validate_json(job_json("multitask")),
            tokens,
            vectors,
            checkpoint=checkpoint,
            stop_asked=lambda: True,
        )
    return checkpoint


def test_a_checkpoint_is_complete_and_plain(tables: Path, tmp_path: Path) -> None:
    checkpoint = interrupt(tables, tmp_path / "state.safetensors")
    with safe_open(checkpoint.path, framework="pt") as file:
        kinds = {name.partition(".")[0] for name in file.keys()}  # noqa: SIM118 -- no mapping
        facts = json.loads(file.metadata()["facts"])
    assert kinds == {"network", "optimizer", "random", "sums"}
    assert set(facts) == {"precision", "progress", "schedule", "learning_rate"}


def test_what_is_no_checkpoint_of_this_job_is_ignored(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = interrupt(tables, tmp_path / "state.safetensors")
    assert Checkpoint(checkpoint.path, "other").load() is None
    assert "made by other options, tables or code; ignored" in capsys.readouterr().err
    whole = checkpoint.path.read_bytes()
    for damaged in (b"", whole[:100], whole[:-7], b"\0" * 64):
        checkpoint.path.write_bytes(damaged)
        assert checkpoint.load() is None
        assert "damaged" in capsys.readouterr().err
    checkpoint.path.write_bytes(whole)
    assert checkpoint.load() is not None


def test_a_full_disk_leaves_the_last_checkpoint(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = interrupt(tables, tmp_path / "state.safetensors")
    whole = checkpoint.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainingError, match=r"No space left on device.*is intact"):
        checkpoint.save(State({}, {}))
    assert checkpoint.path.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["state.safetensors"]


@pytest.mark.parametrize("spoilt", ["loss", "weight"])
def test_a_loss_or_weight_that_is_not_finite_never_gets_into_a_checkpoint(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str
) -> None:
    checkpoint = interrupt(tables, tmp_path / "state.safetensors")
    good = checkpoint.path.read_bytes()
    step = Training._step

    def spoil(training: Training, *arguments: Any) -> None:
        step(training, *arguments)
        target = training.sums if spoilt == "loss" else next(training.network.parameters()).data
        target.fill_(torch.nan)

    monkeypatch.setattr(Training, "_step", spoil)
    tokens, vectors = read_tokens(tables)
    job = JobOptions.model_validate_json(job_json("multitask", training={"checkpoint_interval_s": 0}))
    with pytest.raises(TrainingError, match=rf"epoch 1: .*{spoilt} is .*lower training\.learning_rate"):
        train(job, tokens, vectors, checkpoint=checkpoint)
    assert checkpoint.path.read_bytes() == good


def test_errors_are_one_line(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(options: str, output: Path, message: str) -> None:
        assert main(arguments(tables, options, output)) in {2, 3}
        lines = capsys.readouterr().err.strip().splitlines()
        assert message in lines[-1]
        assert not any("Traceback" in line for line in lines)

    fails(job_json("multitask", training={"learning_rate": 1e39}), tmp_path / "nan", "lower training.learning_rate")
    fails(job_json("multitask", {"alpha": -1}), tmp_path, "options.alpha: Input should be greater than or equal to 0")
    short = {"padding": "authors", "fixed_frames": 9}
    fails(job_json("multitask", model=short), tmp_path, "model.fixed_frames: 9 is less than")
    fails(job_json("multitask", training={"train_minutes": 1e-6}), tmp_path, "no token to train on")
    dropped = {"last_batch": "drop", "batch_size": 97}
    fails(job_json("multitask", training=dropped), tmp_path, "train: 96 tokens are no full batch; lower")
    fails(job_json("cae", {"pretraining_epochs": 2}), tmp_path, "pretraining_epochs: 2 of 2 training.epochs leave none")
    (tmp_path / "file").write_text("")
    fails(job_json("multitask"), tmp_path / "file" / "below", "file")
    if not torch.cuda.is_available():
        fails(job_json("multitask", training={"device": "cuda"}), tmp_path, "no usable GPU")
    (tmp_path / "busy" / "checkpoint").mkdir(parents=True)
    with FileLock(tmp_path / "busy" / "checkpoint" / "lock"):
        fails(job_json("multitask"), tmp_path / "busy", "another run is training this job")


def test_no_memory_is_one_line(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    tokens, vectors = read_tokens(tables)
    monkeypatch.setattr("awe.training.loop.Training._step", no_memory)
    with pytest.raises(TrainingError, match=r"out of memory; lower training\.batch_size"):
        train(JobOptions.model_validate_json(job_json("multitask")), tokens, vectors)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_one_line(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o500)
    assert main(arguments(tables, job_json("multitask"), tmp_path / "below")) == 3
    assert "Permission denied" in capsys.readouterr().err
