"""Tables that one experiment takes over from another instead of computing them again.

Each language's folder holds `tables.json`: for every stage up to the features what its tables were made of and the
SHA-256 of each file. A stage is taken over if all of that is the same here, and the same for every stage before it.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from awe.checksum import sha256
from awe.errors import ReuseError
from awe.options import is_inside

# stages in the order of the chain, and those whose tables they read
DEPENDS_ON = {
    "synthesise": (),
    "corpus": ("synthesise",),
    "lexicon": ("corpus",),
    "align": ("corpus", "lexicon"),
    "vectors": ("lexicon",),
    "tokens": ("align", "vectors"),
    "features": ("tokens",),
}


def describe_stages(folder: Path, stages: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Hash the files of each stage.

    Args:
        folder: `results/<experiment>/<language>`.
        stages: for each stage `made_of` (what decides its tables), `files` (files and folders relative to `folder`)
            and `taken_from` (the experiment that it was taken over from, or null).

    Returns:
        the same, with the SHA-256 of every file.

    """
    return {
        name: {**stage, "files": {path: sha256(folder / path) for path in _expand(folder, stage["files"])}}
        for name, stage in stages.items()
    }


def read_stages(path: Path) -> dict[str, Any]:
    """Read a `tables.json`.

    Raises:
        ReuseError: if it is damaged.

    """
    try:
        stages = json.loads(path.read_text(encoding="utf-8"))
        whole = all(
            {"made_of", "files"} <= stage.keys() and isinstance(stage["files"], dict) for stage in stages.values()
        )
        # an experiment may come from elsewhere
        whole = whole and all(is_inside(name) for stage in stages.values() for name in stage["files"])
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ReuseError(f"{path}: cannot be read ({error}); delete it and run its experiment again") from None
    if not whole:
        raise ReuseError(f"{path}: no record of stages; delete it and run its experiment again")
    return dict(stages)


def reusable(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Decide which stages can be taken over.

    Args:
        mine: for each stage what its tables would be made of here.
        theirs: content of the other experiment's `tables.json`.

    Returns:
        names of the stages to take over, and for each other stage what differs, or "" if a stage before it does.

    """
    taken: list[str] = []
    reasons: dict[str, str] = {}
    for name in (name for name in DEPENDS_ON if name in mine):
        computed = [before for before in DEPENDS_ON[name] if before in reasons]
        if name not in theirs:
            reasons[name] = "not there"
        elif computed:
            reasons[name] = ""
        elif difference := _first_difference(mine[name], theirs[name]["made_of"]):
            reasons[name] = difference
        else:
            taken.append(name)
    return taken, reasons


def take_over(source: Path, target: Path, stages: Sequence[str]) -> int:
    """Copy the tables of some stages into another experiment; recordings are linked where that is possible.

    A link costs no room, and recordings are never changed in place. Tables are copied because Snakemake touches what a
    job made, and with links the other experiment would look newer than what follows from it.

    Args:
        source: `results/<other experiment>/<language>`.
        target: `results/<experiment>/<language>`.
        stages: which ones.

    Returns:
        the number of files.

    Raises:
        ReuseError: if a file is missing or no longer what `tables.json` says.

    """
    record = read_stages(source / "tables.json")
    count = 0
    for stage in stages:
        if stage not in record:
            raise ReuseError(f"{source / 'tables.json'}: has no stage {stage}; run its experiment again")
        for name, expected in record[stage]["files"].items():
            _bring(source / name, target / name, link=stage == "synthesise")
            if sha256(target / name) != expected:
                (target / name).unlink()
                raise ReuseError(f"{source / name}: not as its tables.json says; run its experiment again")
            count += 1
    return count


def _expand(folder: Path, paths: Sequence[str]) -> list[str]:
    """Replace folders by the files in them."""
    found: list[str] = []
    for path in paths:
        if (folder / path).is_dir():
            inside = sorted(one for one in (folder / path).rglob("*") if one.is_file() and one.name[0] != ".")
            found += [one.relative_to(folder).as_posix() for one in inside]
        else:
            found.append(path)
    return found


def _bring(source: Path, target: Path, link: bool) -> None:
    if not source.is_file():
        raise ReuseError(f"{source}: missing; run its experiment again, or remove the key reuse")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    if link:
        with contextlib.suppress(OSError):  # another file system, or one without hard links
            os.link(source, target)
            return
    shutil.copyfile(source, target)


def _first_difference(mine: Any, theirs: Any, key: str = "") -> str:
    """Name the first key with another value, options before code; "" if all are the same."""
    if not isinstance(mine, Mapping) or not isinstance(theirs, Mapping):
        return "" if mine == theirs else f"{key} is {_short(mine)}, there {_short(theirs)}"
    for name in sorted(mine.keys() | theirs.keys(), key=lambda name: (name in {"code", "command"}, name)):
        difference = _first_difference(mine.get(name), theirs.get(name), f"{key}.{name}".strip("."))
        if difference:
            return difference
    return ""


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
