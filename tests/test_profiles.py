"""Profiles: what a rule asks for, and how many training jobs share a GPU."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from yte import process_yaml

from chain import MICRO, ROOT, snakemake


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
