"""What this computer has of what the stages need; one remedy a line."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

_ROOT = Path(__file__).resolve().parents[2]
_INSTALL = "pip install --requirement requirements.lock"
_GIB = 2**30

# programs that are not Python packages: name, who needs it, where it comes from
_PROGRAMS = (
    ("mfa", "alignment with aligner: mfa", "use aligner: hmm, or run snakemake --sdm conda (docs/conda.md)"),
    ("sqlite3", "alignment with aligner: mfa", "install sqlite3 with your system's packages"),
    ("conda", "snakemake --sdm conda", "install Miniforge, or work without conda as make run does (docs/conda.md)"),
    ("sbatch", "profiles/slurm", "run on a login node of the cluster (docs/slurm.md)"),
    ("git", "the commit in provenance.json", "install git with your system's packages"),
)


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        state: `missing` stops a run of the default experiment, `absent` only what `about` names.
        about: what was looked for, and for which stage.
        detail: what was found, or the remedy.

    """

    state: Literal["ok", "missing", "differs", "absent"]
    about: str
    detail: str

    def __str__(self) -> str:
        return f"{self.state:8} {self.about}: {self.detail}"


def examine(folder: Path) -> list[Finding]:
    """Look at everything; `folder` is where the results will come."""
    checks = (
        _python(),
        _packages(),
        _locked(_ROOT / "requirements.lock"),
        _espeak(),
        _gpu(),
        _programs(),
        _disk(folder),
    )
    return [finding for check in checks for finding in check]


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        yield Finding("ok", "Python", version)
    else:
        yield Finding("missing", "Python 3.11 to 3.13", f"this is {version}; make PYTHON=python3.12")


def _packages() -> Iterator[Finding]:
    """Whether each package that this one declares is installed."""
    for requirement in sorted(_requirements()):
        name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
        if _version(name) is None:
            yield Finding("missing", f"package {name} (all stages)", _INSTALL)
    if _version("snakemake") is None:
        yield Finding("missing", "snakemake (the workflow)", _INSTALL)


def _requirements() -> list[str]:
    """Return what the package asks for: as the checkout says now, or as it said when it was installed."""
    project = _ROOT / "pyproject.toml"
    if not project.is_file():
        return metadata.requires("awe") or []
    declared: list[str] = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    return declared


def _locked(lock: Path) -> Iterator[Finding]:
    """Whether the versions are those that the lock names; others may give other numbers."""
    if not lock.is_file():
        yield Finding("absent", "requirements.lock", "not installed from a checkout, so versions were not compared")
        return
    pins = [line.split("==") for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line]
    same = 0
    for name, wanted in pins:
        found = _version(name)
        same += found == wanted
        if found is not None and found != wanted:
            yield Finding("differs", f"package {name}", f"{found}, the lock has {wanted}; {_INSTALL}")
    yield Finding("ok", "packages as in requirements.lock", f"{same} of {len(pins)}")


def _espeak() -> Iterator[Finding]:
    about = "eSpeak NG (synthesis, lexicon)"
    try:
        from awe.lexicon.espeak_g2p import version

        yield Finding("ok", about, version())
    except (ImportError, OSError, RuntimeError) as error:
        yield Finding("missing", about, f"{str(error)[:80]}; pip install --force-reinstall espeakng-loader phonemizer")


def _gpu() -> Iterator[Finding]:
    about = "GPU (training)"
    try:
        import torch
    except ImportError:
        return  # named among the packages
    if not torch.cuda.is_available():
        driver = shutil.which("nvidia-smi") is not None
        yield Finding(
            "absent",
            about,
            "there is one, but torch cannot use it; install the torch build for your CUDA (docs/troubleshooting.md)"
            if driver
            else "none; training runs on the CPU, which suits the default experiment",
        )
    for number in range(torch.cuda.device_count()):
        gpu = torch.cuda.get_device_properties(number)
        yield Finding("ok", about, f"{gpu.name}, {gpu.total_memory / _GIB:.0f} GiB")


def _programs() -> Iterator[Finding]:
    for name, needed_by, remedy in _PROGRAMS:
        path = shutil.which(name)
        if path is None:
            yield Finding("absent", f"{name} ({needed_by})", remedy)
        else:
            yield Finding("ok", f"{name} ({needed_by})", _mfa_version(path) if name == "mfa" else path)


def _mfa_version(path: str) -> str:
    try:
        asked = subprocess.run([path, "version"], check=True, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        return f"{path}, which does not start ({error})"
    return f"{asked.stdout.strip()}, {path}"


def _disk(folder: Path) -> Iterator[Finding]:
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(nearest).free / _GIB
    if not os.access(nearest, os.W_OK):
        yield Finding("missing", f"permission to write {folder}", f"chmod u+w {nearest}, or work in another folder")
    elif free < 2:
        yield Finding("missing", f"room in {folder}", f"{free:.1f} GiB free; make room for 2 GiB")
    else:
        yield Finding("ok", f"room in {folder}", f"{free:.0f} GiB free")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package).partition("+")[0]
    except metadata.PackageNotFoundError:
        return None
