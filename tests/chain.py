"""Running the workflow of this checkout on the smallest experiment, for tests that need a whole run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MICRO = ROOT / "tests" / "experiments" / "micro.yaml"
RESULT = Path("results") / "micro"


def environment(*first_on_path: Path) -> dict[str, str]:
    """The environment of a run: this interpreter's `awe`, one thread a library, folders that go before all others."""
    path = [*map(str, first_on_path), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {**os.environ, "PATH": os.pathsep.join(path), "OMP_NUM_THREADS": "1"}


def snakemake_command(folder: Path, *arguments: str | Path, config: Path = MICRO) -> list[str | Path]:
    """The command that runs the workflow in a folder of its own."""
    start: list[str | Path] = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile"]
    return [*start, "--configfile", config, "--directory", folder, *arguments]


def snakemake(
    folder: Path, *arguments: str | Path, config: Path = MICRO, path: tuple[Path, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run the workflow with the default profile."""
    profile: list[str | Path] = ["--cores", "2", "--workflow-profile", ROOT / "profiles" / "default"]
    command = snakemake_command(folder, *profile, *arguments, config=config)
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment(*path))


def planned_rules(folder: Path, *arguments: str | Path, config: Path = MICRO) -> set[str]:
    """Names of the rules that a dry run would run."""
    done = snakemake(folder, "--dry-run", *arguments, config=config)
    assert done.returncode == 0, done.stderr + done.stdout
    return {
        line.split()[1].rstrip(":") for line in done.stdout.splitlines() if line.startswith(("rule ", "localrule "))
    }


def awe(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one command of the package."""
    command = [Path(sys.executable).with_name("awe"), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment())


def make_micro(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the smallest experiment undisturbed."""
    folder = tmp_path_factory.mktemp("micro run")
    done = snakemake(folder)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder
