"""Kills, damage and full disks: a rerun ends with the right results, or one line says what to do; no number is wrong."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from psutil import NoSuchProcess, Process

from chain import RESULT, awe, environment, snakemake, snakemake_command

KILLS = int(os.environ.get("AWE_KILLS", "4"))  # more by hand: AWE_KILLS=30 pytest tests/test_faults.py -k killed
LOCKED = "Directory cannot be locked"


def files_of(folder: Path) -> dict[str, str]:
    record: dict[str, str] = json.loads((folder / RESULT / "provenance.json").read_text(encoding="utf-8"))["files"]
    return record


def start(folder: Path, *targets: Path) -> subprocess.Popen[bytes]:
    command = snakemake_command(folder, *targets, "--cores", "2", "--rerun-incomplete", "--workflow-profile", "none")
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment(), start_new_session=True)


def kill(run: subprocess.Popen[bytes], victim: str) -> None:
    """SIGKILL Snakemake alone, one of its stages, or all."""
    try:
        stages = [one for one in Process(run.pid).children(recursive=True) if "awe" in " ".join(one.cmdline())]
        if victim == "stage" and stages:
            stages[-1].kill()
        elif victim == "snakemake":
            run.kill()
        else:
            os.killpg(run.pid, signal.SIGKILL)
    except (NoSuchProcess, ProcessLookupError):
        return


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
    for number in range(KILLS):
        run = start(tmp_path)
        try:
            run.wait(timeout=chance.uniform(3, 20))
        except subprocess.TimeoutExpired:
            kill(run, chance.choice(["all", "snakemake", "stage"]))
            try:
                run.wait(timeout=60)  # a run whose stage died ends its other jobs first
            except subprocess.TimeoutExpired:
                kill(run, "all")
        finally:
            run.wait()
        if number % 5 == 4 and (tmp_path / RESULT / "provenance.json").exists():
            shutil.rmtree(tmp_path / "results")  # done already: begin anew
        snakemake(tmp_path, "--unlock")
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
    assert "No space left on device" in done.stderr
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
