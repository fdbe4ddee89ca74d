"""How alike the settings' embedding spaces are."""

from itertools import combinations
from statistics import fmean
from typing import TYPE_CHECKING

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd

    from awe.report.results import Results

TITLE = "How alike the settings are"
RSA_TOKENS = 1000  # half a million pairs of tokens
MEASURES = {"cka": "CKA", "rsa": "RSA"}

Spaces = dict[tuple[str, int], "np.ndarray"]


class Options(BaseOptions):
    """No options."""


def collect(results: "Results", options: Options) -> "pd.DataFrame":
    """Compute linear CKA and RSA of the test embeddings of every two settings, and of every two seeds of one setting.

    CKA is over all test tokens, RSA over all pairs of a random sample of `RSA_TOKENS`.

    Returns:
        columns language, setting, other, cka, rsa: means over seeds for two settings, over pairs of seeds for one
        setting with itself, which says how alike two trainings of the same setting are.

    """
    import numpy as np
    import pandas as pd

    from awe.metrics.similarity import correlation, distance_ranks, linear_cka

    del options
    plan = results.plan
    rows = []
    for language in plan.languages:
        spaces: Spaces = {
            (setting, seed): _vectors(results, language, setting, seed)
            for setting in plan.settings
            for seed in plan.seeds
        }
        tokens = len(next(iter(spaces.values())))
        sample = np.random.default_rng(1).permutation(tokens)[:RSA_TOKENS]
        ranks: Spaces = {job: distance_ranks(space[sample]) for job, space in spaces.items()}
        pairs = [*combinations(plan.settings, 2), *((setting, setting) for setting in plan.settings)]
        for setting, other in pairs:
            cka = _mean(linear_cka, spaces, setting, other, plan.seeds)
            if cka is not None:
                rows.append((language, setting, other, cka, _mean(correlation, ranks, setting, other, plan.seeds)))
    return pd.DataFrame(rows, columns=["language", "setting", "other", *MEASURES])


def readable(collected: "pd.DataFrame", names: dict[str, str]) -> "pd.DataFrame":
    """Arrange with one row per pair and, for each measure, one column per language."""
    import pandas as pd

    from awe.report.style import label

    rows: dict[tuple[str, str], dict[str, str]] = {}
    for row in collected.to_dict("records"):
        pair = (label(str(row["setting"])), label(str(row["other"])))
        for measure, name in MEASURES.items():
            rows.setdefault(pair, {})[f"{name} {names[str(row['language'])]}"] = f"{row[measure]:.3f}"
    order = [f"{name} {language}" for name in MEASURES.values() for language in names.values()]
    frame = pd.DataFrame([{"setting": pair[0], "other": pair[1], **cells} for pair, cells in rows.items()])
    return frame[["setting", "other", *[column for column in order if column in frame]]] if len(frame) else frame


def _mean(
    measure: "Callable[[np.ndarray, np.ndarray], float]", spaces: Spaces, setting: str, other: str, seeds: list[int]
) -> float | None:
    """Mean over seeds, or over pairs of seeds for a setting with itself; None if it has one seed only."""
    runs = combinations(seeds, 2) if setting == other else zip(seeds, seeds, strict=True)
    values = [measure(spaces[setting, one], spaces[other, two]) for one, two in runs]
    return fmean(values) if values else None


def _vectors(results: "Results", language: str, setting: str, seed: int) -> "np.ndarray":
    import numpy as np

    table = results.embeddings(language, setting, seed, "test").sort_values("token_id")
    return np.stack(list(table["embedding"]))
