"""Which candidate of a setting is tested: the one with the best validation mAP (paper, section 4.2)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from awe.checksum import PLACEHOLDER, check, seal
from awe.errors import TableError
from awe.files import write_bytes


def select_candidate(setting: str, histories: Mapping[str, Mapping[int, pd.DataFrame]]) -> dict[str, Any]:
    """Pick the candidate whose best epoch's validation mAP, averaged over seeds, is highest.

    Epochs of pretraining are no candidate's best. Among equals the one named first wins.

    Args:
        setting: name of the setting.
        histories: for every candidate and seed the table `history`.

    Returns:
        `{"setting", "chosen", "candidates": [{"candidate", "mean_validation_map", "seeds": [{"seed",
        "validation_map", "epoch"}]}]}`, all of it plain JSON.

    Raises:
        TableError: if a history has no epoch.

    """
    candidates = []
    means: dict[str, float] = {}
    for candidate, of_seed in histories.items():
        seeds = []
        for seed, whole in of_seed.items():
            history = whole[~whole["pretraining"]]
            if history.empty:
                raise TableError(f"{setting}/{candidate}/seed-{seed}: the history has no epoch; train it again")
            best = int(history["validation_map"].to_numpy().argmax())
            value, epoch = float(history["validation_map"].iloc[best]), int(history["epoch"].iloc[best])
            seeds.append({"seed": seed, "validation_map": value, "epoch": epoch})
        means[candidate] = float(np.mean([found["validation_map"] for found in seeds]))
        candidates.append({"candidate": candidate, "mean_validation_map": means[candidate], "seeds": seeds})
    chosen = max(means, key=means.__getitem__)
    return {"setting": setting, "chosen": chosen, "candidates": candidates}


def is_tied(selection: Mapping[str, Any]) -> bool:
    """Tell whether another candidate was as good as the chosen one."""
    scores = sorted(found["mean_validation_map"] for found in selection["candidates"])
    return len(scores) > 1 and scores[-1] == scores[-2]


def write_selection(selection: Mapping[str, Any], path: Path) -> None:
    """Write what `select_candidate` chose as readable JSON, under a checksum: it decides which scores are reported."""
    content = json.dumps({**selection, "checksum": PLACEHOLDER}, indent=2, ensure_ascii=False) + "\n"
    write_bytes(seal(content.encode()), path)


def read_selection(path: Path) -> dict[str, Any]:
    """Read what `write_selection` wrote.

    Raises:
        TableError: if the file is missing or damaged.

    """
    try:
        content = path.read_bytes()
        check(content)
        selection: dict[str, Any] = json.loads(content)
    except (OSError, ValueError) as error:
        raise TableError(f"{path}: cannot be read ({error}); delete it and run again") from None
    return selection
