"""What the numbers of an experiment rest on."""

import json
import platform
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from awe.download import sha256

_PACKAGES = (
    "awe espeakng-loader gensim matplotlib num2words numpy openTSNE pandas phonemizer pyarrow python_speech_features "
    "safetensors scipy snakemake soundfile soxr torch"
)
# history and job.json hold times of the clock and so never repeat; they are listed without a hash
_TIMED = {"history.parquet", "job.json"}


def collect(config: Mapping[str, Any], results: Path) -> dict[str, Any]:
    """Describe an experiment.

    Args:
        config: the checked configuration, all defaults filled in.
        results: the experiment's folder.

    Returns:
        config, git commit, versions of packages and tools, machine, and the SHA-256 of every table and model
        below the folder, by path.

    """
    return {
        "config": dict(config),
        "commit": _git("rev-parse", "HEAD"),
        "uncommitted_changes": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "packages": {name: _version(name) for name in _PACKAGES.split()},
        "tools": {
            str(path.parent.relative_to(results)): json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(results.glob("*/*/versions.json"))
        },
        "machine": _machine(),
        "files": hashes(results),
    }


def hashes(results: Path) -> dict[str, str]:
    """SHA-256 of every table, model and recording of an experiment, by path relative to its folder."""
    patterns = ("*/*/*.parquet", "*/synthesis/*", "*/evaluation/**/*.parquet", "*/training/**/*.*")
    paths = {path for pattern in patterns for path in results.glob(pattern) if path.is_file()}
    kept = sorted(path for path in paths if path.name not in _TIMED and "checkpoint" not in path.parts)
    return {path.relative_to(results).as_posix(): sha256(path) for path in kept}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _git(*arguments: str) -> str:
    """Answer of git about the checkout that the package is installed from; "" where it is no checkout."""
    command = ["git", "-C", str(Path(__file__).parent), *arguments]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _machine() -> dict[str, Any]:
    import torch

    gpus = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "gpus": gpus,
        "cuda": torch.version.cuda or "",
    }
