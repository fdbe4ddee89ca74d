"""The smallest experiment on a real SLURM of one node, through profiles/slurm, while things go wrong around it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from chain import RESULT, ROOT, environment, snakemake_command

CLUSTER = ROOT / "tests" / "slurm" / "cluster.sh"
TOOLS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue")
QUICK = {
    "latency-wait": 10,
    "slurm-no-account": True,
    "slurm-init-seconds-before-status-checks": 1,
    "seconds-between-status-checks": 1,
}

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.skipif(
        os.geteuid() != 0 or not all(map(shutil.which, TOOLS)),
        reason="no SLURM to test with: as root, apt-get install --no-install-recommends slurm-wlm munge",
    ),
]


def control(action: str, folder: Path) -> None:
    subprocess.run([CLUSTER, action, folder], check=True, timeout=120)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cluster")
    try:
        control("start", folder)
        yield folder
    finally:
        control("stop", folder)


def profile(folder: Path, name: str, **changes: object) -> Path:
    """The profile as it ships, but with intervals of seconds."""
    shipped = yaml.safe_load((ROOT / "profiles" / name / "profile.yaml").read_text(encoding="utf-8"))
    path = folder / "profile.yaml"
    path.write_text(yaml.safe_dump(shipped | changes), encoding="utf-8")
    return path


def python_beside_faults(folder: Path) -> Path:
    """This interpreter once more, in an environment whose `awe` goes wrong now and then.

    The workflow takes the `awe` beside the interpreter that Snakemake runs in, before any other on the PATH.
    """
    (folder / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", folder)
    (folder / "lib").symlink_to(Path(sys.prefix) / "lib")
    python = folder / "bin" / "python"
    python.symlink_to(sys.executable)
    wrapper = folder / "bin" / "awe"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/tests/slurm/awe_with_faults.py" "$@"\n')
    wrapper.chmod(0o755)
    return python


def queue() -> dict[str, str]:
    """Numbers and comments (rule and wildcards) of the jobs that run."""
    command = ["squeue", "--noheader", "--states=RUNNING", "--format=%i|%k"]
    lines = subprocess.run(command, check=False, capture_output=True, text=True).stdout.splitlines()
    return {comment: number for number, _, comment in (line.partition("|") for line in lines)}


def wait_for(comment: str, run: subprocess.Popen[str]) -> str:
    """Number of the job with this comment, as soon as it runs."""
    while comment not in queue():
        assert run.poll() is None, f"the run ended before {comment} came"
        time.sleep(0.2)
    return queue()[comment]


def test_a_run_with_every_kind_of_failure_ends_with_the_right_results(
    cluster: Path, micro: Path, tmp_path: Path
) -> None:
    faults = tmp_path / "faults"
    python = python_beside_faults(faults)
    shipped = yaml.safe_load((ROOT / "profiles" / "slurm" / "profile.yaml").read_text(encoding="utf-8"))
    one_minute = {"baselines": {"runtime": "attempt ** 3"}}  # 1, 8 and 27 minutes
    changes = QUICK | {"set-resources": shipped["set-resources"] | one_minute}
    command = snakemake_command(
        tmp_path, RESULT / "provenance.json", "--workflow-profile", profile(tmp_path, "slurm", **changes)
    )
    command[0] = python
    log = tmp_path / "log"
    with log.open("w") as output:
        run = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment() | {"AWE_FAULTS": str(faults)},
        )
    try:
        number = wait_for("rule_vectors_wildcards_por", run)
        while not (faults / "tried-vectors").exists():
            assert run.poll() is None
            time.sleep(0.2)
        subprocess.run([shutil.which("scancel") or "", number], check=True)
        wait_for("rule_align_wildcards_por", run)
        control("stop-controller", cluster)
        time.sleep(5)
        control("start-controller", cluster)
        assert run.wait(timeout=900) == 0, log.read_text(encoding="utf-8")[-5000:]
    finally:
        run.kill()
    calls = Counter((faults / "calls").read_text(encoding="utf-8").split())
    twice = {"vectors", "lexicon", "tokens", "baselines", "train-seed-2"}
    assert {command: calls[command] for command in twice} == dict.fromkeys(twice, 2)
    assert calls["train"] <= 2  # the other job of the group that failed
    assert calls["score"] == calls["analyse"] == 2  # two seeds
    others = calls.keys() - twice - {"train", "score", "analyse"}
    assert {command: calls[command] for command in others} == dict.fromkeys(others, 1)
    record, undisturbed = (
        json.loads((folder / RESULT / "provenance.json").read_text(encoding="utf-8"))["files"]
        for folder in (tmp_path, micro)
    )
    assert record == undisturbed


def test_the_generic_profile_runs_on_any_queue(cluster: Path, tmp_path: Path) -> None:
    assert cluster.exists()
    changes: dict[str, object] = {
        "cluster-generic-status-cmd": str(ROOT / "profiles" / "generic" / "status.py"),
        "seconds-between-status-checks": 1,
    }
    target = RESULT / "por" / "corpus" / "utterances.parquet"
    command = snakemake_command(
        tmp_path, target, "--workflow-profile", profile(tmp_path, "generic", **changes), "--latency-wait", "10"
    )
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment(), timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / target).exists()
    assert "Using workflow specific profile" in done.stderr
