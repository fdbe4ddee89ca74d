"""What the numbers of an experiment rest on."""

import hashlib
import json
import platform
import re
import subprocess
from collections.abc import Collection, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from awe.checksum import sha256
from awe.errors import TableError

_PATTERNS = ("*/tables.json", "*/*/*.parquet", "*/synthesis/*", "*/evaluation/**/*.*", "*/training/**/*.*")
# columns and files that hold times of the clock and so never repeat: histories are hashed without the former, the latter
# must be there, with whatever content
_CLOCK_COLUMNS = {"seconds", "tokens_per_s"}
_TIMED = {"job.json", "events.out.tfevents.history"}


def collect(config: Mapping[str, Any], results: Path) -> dict[str, Any]:
    """Describe an experiment.

    Args:
        config: the checked configuration, all defaults filled in.
        results: the experiment's folder.

    Returns:
        config, git commit, versions of packages and tools, machine, stages whose tables were taken over from another
        experiment, and the SHA-256 of every table, model and recording below the folder (`files`) and of the corpora
        outside it (`inputs`). What lies there from another configuration has no part in it.

    """
    from awe.config import Experiment
    from awe.leftovers import leftovers

    left = leftovers(results, Experiment.model_validate(config))
    return {
        "config": dict(config),
        "commit": _git("rev-parse", "HEAD"),
        "uncommitted_changes": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "packages": packages(),
        "tools": {
            str(path.parent.relative_to(results)): json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(results.glob("*/*/versions.json"))
        },
        "taken_over": _taken_over(results),
        "machine": _machine(),
        "inputs": inputs(config, results),
        "files": hashes(results, left),
    }


def packages() -> dict[str, str]:
    """Versions of this package, of Snakemake, and of every package that this one requires."""
    required = [re.split(r"[^\w.-]", requirement)[0] for requirement in metadata.requires("awe") or []]
    return {name: _version(name) for name in ["awe", "snakemake", *required]}


def read_record(results: Path) -> dict[str, Any]:
    """Read an experiment's `provenance.json`.

    Raises:
        TableError: if it is missing or no such record.

    """
    path = results / "provenance.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TableError(f"{path}: missing; give the folder of a finished experiment, results/<experiment>") from None
    except (ValueError, OSError) as error:
        raise TableError(f"{path}: cannot be read ({error}); delete it and run again") from None
    if not isinstance(record, dict) or not isinstance(record.get("files"), dict):
        raise TableError(f"{path}: no provenance record; delete it and run again")
    return record


def hashes(results: Path, without: Collection[Path] = ()) -> dict[str, str]:
    """SHA-256 of every table, model and recording of an experiment, by path relative to its folder.

    Files below the folders `without` are left out.

    Training histories are hashed without their times of the clock; files of nothing but such facts are listed with an
    empty hash.
    """
    paths = {path for pattern in _PATTERNS for path in results.glob(pattern) if path.is_file()}
    paths = {path for path in paths if "checkpoint" not in path.parts and not path.name.startswith(".")}
    kept = sorted(path for path in paths if not any(path.is_relative_to(folder) for folder in without))
    return {path.relative_to(results).as_posix(): _hash(path) for path in kept}


def _hash(path: Path) -> str:
    if path.name in _TIMED:
        return ""
    return _sha256_without_clock(path) if path.name == "history.parquet" else sha256(path)


def _sha256_without_clock(path: Path) -> str:
    """Hash the values of a history, but for the columns that hold times; a damaged file as it is."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except pa.ArrowException:
        return sha256(path)
    kept = [name for name in table.column_names if name not in _CLOCK_COLUMNS]
    return hashlib.sha256(json.dumps(table.select(kept).to_pydict()).encode()).hexdigest()


def inputs(config: Mapping[str, Any], results: Path) -> dict[str, dict[str, Any]]:
    """Count and SHA-256 of each language's recordings below the data root, as far as its tables use them.

    The embedded corpus has no entry: its recordings are among the results' own files.
    """
    import pyarrow.compute as pc

    from awe.tables import read_arrow

    found = {}
    for language, section in config["languages"].items():
        if section["corpus"]["reader"] == "synthetic":
            continue
        utterances = read_arrow("utterances", results / language / "corpus" / "utterances.parquet")
        names = sorted(pc.unique(utterances["audio_path"]).to_pylist())
        digest = hashlib.sha256()
        for name in names:
            digest.update(f"{name}\0{sha256(Path(config['data_root']) / name)}\n".encode())
        found[language] = {"recordings": len(names), "sha256": digest.hexdigest()}
    return found


def _taken_over(results: Path) -> dict[str, dict[str, str]]:
    """For each language the stages whose tables were computed by another experiment, and which one."""
    found = {}
    for path in sorted(results.glob("*/tables.json")):
        stages = json.loads(path.read_text(encoding="utf-8"))
        found[path.parent.name] = {name: one["taken_from"] for name, one in stages.items() if one["taken_from"]}
    return {language: stages for language, stages in found.items() if stages}


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
