"""How alike the settings' embedding spaces are."""

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from awe.metrics.similarity import linear_cka
from awe.report.style import label

if TYPE_CHECKING:
    from awe.report.results import Results


def compare_spaces(results: "Results") -> pd.DataFrame:
    """Linear CKA of the test embeddings of every two settings, and of every two seeds of one setting.

    Returns:
        columns language, setting, other, cka: mean over seeds for two settings, over pairs of seeds for one setting
        with itself, which says how alike two trainings of the same setting are.

    """
    plan = results.plan
    rows = []
    for language in plan.languages:
        spaces = {
            (setting, seed): _vectors(results, language, setting, seed)
            for setting in plan.settings
            for seed in plan.seeds
        }
        for setting, other in combinations(plan.settings, 2):
            values = [linear_cka(spaces[setting, seed], spaces[other, seed]) for seed in plan.seeds]
            rows.append((language, setting, other, float(np.mean(values))))
        for setting in plan.settings:
            values = [
                linear_cka(spaces[setting, one], spaces[setting, two]) for one, two in combinations(plan.seeds, 2)
            ]
            rows += [(language, setting, setting, float(np.mean(values)))] if values else []
    return pd.DataFrame(rows, columns=["language", "setting", "other", "cka"])


def readable(compared: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Arrange with one row per pair and one column per language."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for row in compared.to_dict("records"):
        pair = (label(str(row["setting"])), label(str(row["other"])))
        rows.setdefault(pair, {})[names[str(row["language"])]] = f"{row['cka']:.3f}"
    return pd.DataFrame([{"setting": pair[0], "other": pair[1], **cells} for pair, cells in rows.items()])


def _vectors(results: "Results", language: str, setting: str, seed: int) -> np.ndarray:
    table = results.embeddings(language, setting, seed, "test").sort_values("token_id")
    return np.stack(list(table["embedding"])).astype(np.float64)
