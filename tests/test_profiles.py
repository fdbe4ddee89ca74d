"""Profiles: what a rule asks for, and how many training jobs share a GPU."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from yte import process_yaml

from chain import MICRO, RESULT, ROOT, environment, snakemake, snakemake_command


def read_profile(name: str) -> dict[str, Any]:
    values: dict[str, Any] = process_yaml((ROOT / "profiles" / name / "profile.yaml").read_text(encoding="utf-8"))
    return values


def test_one_gpu_is_shared_and_no_gpu_limits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.exists", lambda _: True)
    assert read_profile("default")["resources"] == ["gpu_share=100"]
    monkeypatch.setattr("os.path.exists", lambda _: False)
    assert "resources" not in read_profile("default")


def test_a_packed_group_gets_one_gpu_that_its_jobs_share() -> None:
    profile = read_profile("slurm")
    assert profile["executor"] == "slurm"
    assert profile["set-resources"]["train"] == {"gpu": 0, "gres": "'gpu:1'"}
    assert profile["set-resource-scopes"] == ["gpu_share=local"]
    assert profile["resources"] == ["gpu_share=100"]
    assert profile["groups"] == ["train=train"]
    assert profile["retries"] == 2


@pytest.mark.parametrize(("device", "asked"), [("auto", "gpu=1, gpu_share=25"), ("cpu", "gpu=0, gpu_share=0")])
def test_training_jobs_ask_for_a_gpu_only_if_they_may_use_it(tmp_path: Path, device: str, asked: str) -> None:
    config = yaml.safe_load(MICRO.read_text(encoding="utf-8"))
    config["training"]["device"] = device
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    done = snakemake(tmp_path, "--dry-run", config=path)
    assert done.returncode == 0, done.stderr
    assert "Using workflow specific profile" in done.stderr
    assert asked in done.stdout


# a queue that starts every job at once, but whose first job of rule lexicon fails
SBATCH = """\
#!/bin/sh
echo "$*" >> "$QUEUE/asked"
for script; do :; done
number=$(wc -l < "$QUEUE/asked")
case "$*" in
*--job-name=lexicon-*) [ -e "$QUEUE/failed" ] || { touch "$QUEUE/failed"; script=/bin/false; } ;;
esac
{ sh -c "$(cat $script)"; echo $? > "$QUEUE/$number"; } > /dev/null 2>&1 &
echo "$number"
"""
SQUEUE = """\
#!/bin/sh
for asked; do :; done
state=$(cat "$QUEUE/${asked#--jobs=}" 2> /dev/null) || { echo RUNNING; exit; }
[ "$state" = 0 ] && echo COMPLETED || echo FAILED
"""


def test_the_generic_profile_submits_resubmits_and_asks_for_more(micro: Path, tmp_path: Path) -> None:
    queue, folder = tmp_path / "queue", tmp_path / "run"
    queue.mkdir()
    for name, script in {"sbatch": SBATCH, "squeue": SQUEUE, "scancel": "#!/bin/sh\n"}.items():
        (queue / name).write_text(script, encoding="utf-8")
        (queue / name).chmod(0o755)
    shipped = yaml.safe_load((ROOT / "profiles" / "generic" / "profile.yaml").read_text(encoding="utf-8"))
    changes = {
        "cluster-generic-status-cmd": str(ROOT / "profiles" / "generic" / "status.py"),
        "seconds-between-status-checks": 1,
        "latency-wait": 10,
    }
    (tmp_path / "profile.yaml").write_text(yaml.safe_dump(shipped | changes), encoding="utf-8")
    target = RESULT / "por" / "alignment" / "boundary_errors.csv"
    command = snakemake_command(folder, target, "--workflow-profile", tmp_path / "profile.yaml")
    variables = environment(queue) | {"QUEUE": str(queue)}
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, env=variables)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert (folder / target).read_bytes() == (micro / target).read_bytes()
    asked = re.findall(
        r"--job-name=(\w+)-\d+ .*--mem=(\d+) --time=(\d+)", (queue / "asked").read_text(encoding="utf-8")
    )
    assert asked == [
        ("synthesise", "4000", "240"),
        ("corpus", "4000", "240"),
        ("lexicon", "2000", "30"),
        ("lexicon", "4000", "60"),
        ("align", "4000", "120"),
    ]  # and boundaries, a local rule, is not submitted
