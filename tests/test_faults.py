"""Kills, damage and full disks: a rerun ends with the right results, or one line says what to do; no number is wrong."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from psutil import NoSuchProcess, Process

from chain import MICRO, RESULT, awe, environment, snakemake, snakemake_command
from training_samples import job_json, read_tokens, write_tokens

KILLS = int(os.environ.get("AWE_KILLS", "4"))  # more by hand: AWE_KILLS=30 pytest tests/test_faults.py -k killed
LOCKED = "Directory cannot be locked"


def files_of(folder: Path) -> dict[str, str]:
    record: dict[str, str] = json.loads((folder / RESULT / "provenance.json").read_text(encoding="utf-8"))["files"]
    return record


def start(folder: Path, *targets: Path) -> subprocess.Popen[bytes]:
    command = snakemake_command(folder, *targets, "--cores", "2", "--rerun-incomplete", "--workflow-profile", "none")
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment(), start_new_session=True)


def stages_of(run: subprocess.Popen[bytes]) -> dict[str, Process]:
    """The commands of the package that a run of Snakemake has started and that still work, by name."""
    found = {}
    for one in Process(run.pid).children(recursive=True):
        with contextlib.suppress(NoSuchProcess):
            program = [Path(word).name for word in one.cmdline()[:3]]
            if "awe" in program[:2]:
                found[program[program.index("awe") + 1]] = one
    return found


def kill(run: subprocess.Popen[bytes], victim: str, killed: Counter[str]) -> None:
    """SIGKILL Snakemake alone, all, or one of its stages, one that was spared so far if such a one comes soon."""
    with contextlib.suppress(NoSuchProcess, ProcessLookupError):
        ends = time.monotonic() + 30
        while victim == "stage" and run.poll() is None and time.monotonic() < ends:
            stages = stages_of(run)
            fresh = sorted(stages.keys() - killed.keys())
            if fresh:
                killed[fresh[0]] += 1
                stages[fresh[0]].kill()
                return
            time.sleep(0.05)
        killed["Snakemake" if victim == "snakemake" else "all"] += 1
        if victim == "snakemake":
            run.kill()
        else:
            os.killpg(run.pid, signal.SIGKILL)


def finish(folder: Path) -> None:
    """What a person does after a crash: the same command; if it asks for it, --unlock or patience first."""
    for _ in range(5):
        done = snakemake(folder)
        if LOCKED in done.stderr:
            assert snakemake(folder, "--unlock").returncode == 0
        elif "another run is training this job" in done.stdout + done.stderr:
            time.sleep(10)  # a stage that outlived its Snakemake
        else:
            break
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_a_chain_killed_again_and_again_ends_like_an_undisturbed_one(micro: Path, tmp_path: Path) -> None:
    chance = random.Random(1)
    killed: Counter[str] = Counter()
    for _ in range(10 * KILLS):  # a run that ends before it is killed does not count
        if killed.total() >= KILLS:
            break
        if (tmp_path / RESULT / "provenance.json").exists():
            shutil.rmtree(tmp_path / "results")  # done already: begin anew
        run = start(tmp_path)
        try:
            run.wait(timeout=chance.uniform(3, 20))
        except subprocess.TimeoutExpired:
            kill(run, chance.choice(["all", "snakemake", "stage", "stage"]), killed)
            try:
                run.wait(timeout=60)  # a run whose stage died ends its other jobs first
            except subprocess.TimeoutExpired:
                kill(run, "all", killed)
        finally:
            run.wait()
        snakemake(tmp_path, "--unlock")
    print(f"killed: {dict(killed)}")
    assert killed.total() >= KILLS
    finish(tmp_path)
    assert files_of(tmp_path) == files_of(micro)


@pytest.fixture
def copy(micro: Path, tmp_path: Path) -> Path:
    """A copy of a finished run that a test may damage."""
    folder = tmp_path / "copy"
    shutil.copytree(micro, folder)
    return folder


def test_a_deleted_table_is_made_again_as_it_was(copy: Path, micro: Path) -> None:
    vectors = RESULT / "por" / "semantics" / "vectors.parquet"
    (copy / vectors).unlink()
    assert f"por/semantics/vectors.parquet: missing; make it again with: snakemake {copy / vectors}" in (
        awe("verify", copy / RESULT).stdout
    )
    assert snakemake(copy, vectors).returncode == 0
    finish(copy)
    assert awe("verify", copy / RESULT).returncode == 0
    assert files_of(copy) == files_of(micro)


@pytest.mark.parametrize("damage", ["truncated", "flipped"])
def test_a_damaged_table_stops_with_one_line_or_is_seen_by_verify(copy: Path, damage: str) -> None:
    shard = copy / RESULT / "por" / "features" / "shard-0000.parquet"
    content = bytearray(shard.read_bytes())
    if damage == "truncated":
        content = content[: len(content) // 2]
    else:
        content[len(content) // 2] ^= 0xFF
    shard.write_bytes(content)
    assert f"{shard.relative_to(copy / RESULT)}: changed" in awe("verify", copy / RESULT).stdout
    done = snakemake(copy, "--forcerun", "train", "--until", "train")
    assert done.returncode != 0
    (line,) = {line for line in (done.stdout + done.stderr).splitlines() if line.startswith("awe train:")}
    assert re.search(r"shard-0000\.parquet: table features is damaged \(.*\); delete it and run again", line)
    assert "Traceback (most recent call last)" not in done.stdout
    if damage == "flipped":
        return  # mended as below
    shard.unlink()
    assert snakemake(copy, "--forcerun", "train", "--until", "train").returncode == 0
    finish(copy)
    assert awe("verify", copy / RESULT).returncode == 0


def test_a_damaged_model_is_no_model(copy: Path) -> None:
    from awe.errors import TableError
    from awe.training.model_file import read_encoder

    model = copy / RESULT / "por" / "training" / "form_meaning" / "only" / "seed-1" / "model.safetensors"
    for content in (model.read_bytes()[:1000], b"\x80\x04cos\nsystem\n(S'touch escaped'\ntR."):
        model.write_bytes(content)
        with pytest.raises(TableError, match="no trained model"):
            read_encoder(model)
    assert not list(copy.rglob("escaped"))


@pytest.mark.parametrize("kind", ["tokens", "features", "embeddings", "model", "checkpoint"])
def test_no_changed_byte_goes_unnoticed(micro: Path, tmp_path: Path, kind: str) -> None:
    """One bit at random places, among them the first and the last byte: an error, never other numbers."""
    from torch import linspace

    from awe.errors import TableError
    from awe.tables import read_table
    from awe.training.checkpoint import Checkpoint, State
    from awe.training.model_file import read_encoder

    por = micro / RESULT / "por"
    job = por / "training" / "form_meaning" / "only" / "seed-1"
    path = tmp_path / "file"
    checkpoint = Checkpoint(path, "print")
    if kind == "checkpoint":
        checkpoint.save(State({"weights": linspace(0, 1, 5000)}, {"epoch": 3}))
    else:
        tables = {"tokens": por / "tokens" / "tokens.parquet", "features": por / "features" / "shard-0000.parquet"}
        whole = {**tables, "embeddings": job / "test.parquet", "model": job / "model.safetensors"}
        shutil.copyfile(whole[kind], path)
    content = path.read_bytes()
    chance = random.Random(1)
    for place in [0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(60))]:
        damaged = bytearray(content)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        if kind == "checkpoint":
            assert checkpoint.load() is None
        elif kind == "model":
            with pytest.raises(TableError, match="no trained model"):
                read_encoder(path)
        else:
            with pytest.raises(TableError, match="is damaged"):
                read_table(kind, path)


def test_a_clock_that_jumped_is_named_and_changes_nothing(copy: Path, micro: Path) -> None:
    """Times alone make nothing again; a job with an input from the future is named, and `touch` mends it."""
    past, future = 6e8, 4e9  # 1989, 2096
    table, page = copy / RESULT / "por" / "tokens" / "rejects.parquet", copy / RESULT / "report" / "funnel.md"
    os.utime(page, (past, past))
    os.utime(table, (future, future))
    done = snakemake(copy, page.relative_to(copy))
    assert "Nothing to be done" in done.stdout + done.stderr
    page.unlink()
    done = snakemake(copy, page.relative_to(copy))
    assert done.returncode != 0
    assert re.search(
        r"older modification time .* than input .*rejects\.parquet .*clock skew", done.stdout + done.stderr
    )
    os.utime(table)
    finish(copy)
    assert files_of(copy) == files_of(micro)
    assert awe("verify", copy / RESULT).returncode == 0


def test_training_does_not_look_at_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from awe.training.job import train
    from awe.training.options import JobOptions

    tokens, vectors = read_tokens(write_tokens(tmp_path))
    job = JobOptions.model_validate_json(job_json("multitask"))
    undisturbed = train(job, tokens, vectors)
    chance = random.Random(1)
    monkeypatch.setattr(time, "time", lambda: chance.uniform(0, 4e9))
    monkeypatch.setattr(time, "time_ns", lambda: chance.randrange(4 * 10**18))
    disturbed = train(job, tokens, vectors)
    np.testing.assert_array_equal(disturbed.embeddings["test"], undisturbed.embeddings["test"])
    assert disturbed.history["seconds"].between(0, 600).all()
    assert 0 <= disturbed.facts["seconds_of_this_process"] <= 600


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with little room."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run([shutil.which("umount") or "", "--lazy", folder], check=True)


def test_a_full_disk_is_named_and_room_mends_it(small_disk: Path, micro: Path) -> None:
    ballast = small_disk / "ballast"
    shutil.copytree(micro / RESULT / "por" / "tokens", small_disk / "tokens")
    ballast.write_bytes(b"\0" * (small_disk.stat().st_blksize * 1))
    with ballast.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    por = micro / RESULT / "por"
    features: list[str | Path] = [
        *("features", "--options", '{"shards": 1}', "--tokens", small_disk / "tokens" / "tokens.parquet"),
        *("--utterances", por / "corpus" / "utterances.parquet", "--data-root", por / "synthesis"),
        *("--shard", "0", "--output", small_disk / "shard.parquet"),
    ]
    done = awe(*features)
    assert done.returncode != 0
    assert f"{small_disk / 'shard.parquet'}: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in small_disk.iterdir()} == {"ballast", "tokens"}
    ballast.unlink()
    assert awe(*features).returncode == 0
    subprocess.run([shutil.which("mount") or "", "-o", "remount,ro", small_disk], check=True)
    done = awe(*features)
    assert done.returncode == 3
    assert "Read-only file system" in done.stderr


def test_two_runs_at_once_do_not_mix(tmp_path: Path, micro: Path) -> None:
    lexicon = Path("por") / "lexicon" / "lexicon.parquet"
    first = start(tmp_path, RESULT / lexicon)
    try:
        while not (tmp_path / ".snakemake" / "locks").is_dir() or not list(
            (tmp_path / ".snakemake" / "locks").iterdir()
        ):
            assert first.poll() is None
            time.sleep(0.2)
        second = snakemake(tmp_path)
        assert second.returncode != 0
        assert LOCKED in second.stderr
        assert first.wait(timeout=600) == 0
    finally:
        first.kill()
    assert (tmp_path / RESULT / lexicon).read_bytes() == (micro / RESULT / lexicon).read_bytes()


def test_experiments_side_by_side_in_one_folder_do_not_mix(tmp_path: Path, micro: Path) -> None:
    lexicon = Path("por") / "lexicon" / "lexicon.parquet"
    other = tmp_path / "other.yaml"
    other.write_text(MICRO.read_text(encoding="utf-8").replace("experiment: micro", "experiment: other"), "utf-8")
    target = Path("results") / "other" / lexicon
    first = start(tmp_path, RESULT / lexicon)
    try:
        second = snakemake(tmp_path, target, config=other)
        assert first.wait(timeout=600) == 0
    finally:
        first.kill()
    assert second.returncode == 0, second.stderr[-2000:]
    for path in (RESULT / lexicon, target):
        assert (tmp_path / path).read_bytes() == (micro / RESULT / lexicon).read_bytes()


def test_results_that_cannot_be_written_are_named(tmp_path: Path, micro: Path) -> None:
    (tmp_path / "results").write_text("a file where a folder should be", encoding="utf-8")
    outputs: list[str | Path] = [
        word
        for flag in ("output", "rejects", "inventory", "remarks", "versions")
        for word in (f"--{flag}", tmp_path / "results" / flag)
    ]
    utterances = micro / RESULT / "por" / "corpus" / "utterances.parquet"
    options: list[str | Path] = ["--options", '{"voice": "pt-br"}', "--data-root", tmp_path]
    done = awe("lexicon", "--utterances", utterances, *options, *outputs)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert f"{tmp_path / 'results'}: File exists" in done.stderr
