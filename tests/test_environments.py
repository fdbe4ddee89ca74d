"""One lock: what pyproject.toml asks for is pinned, and the conda environments say the same."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

import fake_conda
from awe import fingerprint
from chain import RESULT, ROOT, environment, snakemake_command

# what decides results and does not come from the lock
PINNED = {"awe.yaml": {"python"}, "mfa.yaml": {"python", "montreal-forced-aligner", "kalpy"}}


@pytest.fixture
def lock(tmp_path: Path) -> ModuleType:
    """workflow/scripts/lock.py, working on a copy of the checkout's files."""
    for name in ("requirements.lock", "pyproject.toml", "envs/awe.yaml", "workflow/scripts/lock.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    specification = importlib.util.spec_from_file_location("lock", tmp_path / "workflow" / "scripts" / "lock.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_lock_environment_and_pyproject_agree(lock: ModuleType) -> None:
    assert lock.problems() == []


def test_drift_is_named_and_fix_repairs_it(
    lock: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = lock.LOCK.read_text(encoding="utf-8")
    lock.LOCK.write_text(re.sub(r"(?m)^numpy==.*$", "numpy==9.9.9", text), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["lock.py"])
    assert lock.main() == 1
    assert "envs/awe.yaml: differs from requirements.lock; run --fix" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["lock.py", "--fix"])
    lock.main()
    assert "envs/awe.yaml: differs" not in capsys.readouterr().out
    assert "numpy==9.9.9" in lock.ENVIRONMENT.read_text(encoding="utf-8")
    lock.LOCK.write_text(re.sub(r"(?m)^torch==.*\n", "", text), encoding="utf-8")
    assert any("torch" in line and "is missing" in line for line in lock.problems())


@pytest.mark.parametrize("path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda path: path.name)
def test_environments_are_pinned(path: Path) -> None:
    environment = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    packages = [one for one in environment["dependencies"] if isinstance(one, str)]
    nested = [pin for one in environment["dependencies"] if isinstance(one, dict) for pin in one["pip"]]
    assert [pin for pin in nested if "==" not in pin] == []
    assert {name.split("=")[0] for name in packages if "=" in name} >= PINNED[path.name]
    # the package itself is installed into the environment after it is made
    assert "pip install --no-deps" in path.with_suffix(".post-deploy.sh").read_text(encoding="utf-8")


def test_the_mfa_environment_has_what_alignment_with_mfa_imports() -> None:
    pending, seen, wanted = ["awe.cli", "awe.commands.align", "awe.alignment.mfa"], set(), set()
    while pending:
        module = pending.pop()
        if module not in seen:
            seen.add(module)
            pending += fingerprint._imports(module)
            for node in ast.walk(fingerprint._tree(module)):
                if isinstance(node, ast.Import):
                    wanted |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    wanted.add(node.module.split(".")[0])
    conda = {"yaml": "pyyaml", "soundfile": "pysoundfile", "soxr": "soxr-python"}  # names on conda-forge
    wanted = {conda.get(name, name) for name in wanted - {"awe"} - sys.stdlib_module_names}
    packages = yaml.safe_load((ROOT / "envs" / "mfa.yaml").read_text(encoding="utf-8"))["dependencies"]
    assert wanted >= {"pandas", "praatio"}
    assert wanted <= {re.split("[=><]", package)[0] for package in packages}


def test_every_rule_names_an_environment_that_exists() -> None:
    for rules in sorted((ROOT / "workflow" / "rules").glob("*.smk")):
        text = rules.read_text(encoding="utf-8")
        assert text.count("conda:") == len(re.findall(r"(?m)^\s+shell:", text)), rules.name
        for name in re.findall(r"envs/(\w+)\.yaml", text):
            assert (ROOT / "envs" / f"{name}.yaml").is_file()


def with_conda(folder: Path, *arguments: str | Path, **options: Path) -> subprocess.CompletedProcess[str]:
    """Run the workflow with the environments of its rules."""
    command = snakemake_command(folder, "--cores", "2", "--use-conda", *arguments, **options)
    binaries = folder.parent / "conda" / "bin"
    if not binaries.exists():
        fake_conda.install(binaries.parent)
    variables = environment(binaries) | {"FAKE_CONDA_STARTS": str(folder.parent / "starts")}
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, env=variables)
    if re.search(r"(No matching distribution|Could not find a version).*setuptools", done.stdout + done.stderr):
        pytest.skip("pip finds no package index to install the package with")
    return done


def test_rules_run_in_their_conda_environment(micro: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    target = RESULT / "por" / "lexicon" / "lexicon.parquet"
    done = with_conda(folder, target)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert (folder / target).read_bytes() == (micro / target).read_bytes()
    (made,) = (folder / ".snakemake" / "conda").glob("*/bin/awe")
    starts = [line.split("\t") for line in (tmp_path / "starts").read_text(encoding="utf-8").splitlines()]
    commands = {what.split()[1] for prefix, what in starts if Path(prefix) == made.parents[1] and f"{made} " in what}
    assert commands == {"synthesise", "corpus", "lexicon"}
