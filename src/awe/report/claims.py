"""The paper's claim, language by language: form + meaning against the contrastive baseline and all others."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from awe.errors import TableError
from awe.metrics.jackknife import GROUPS, jackknife_interval
from awe.metrics.paired import PairedResult, compare, holm, log_ratio
from awe.metrics.seeds import over_words_and_seeds
from awe.report.options import ClaimOptions
from awe.report.scores import interval
from awe.report.style import label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from awe.report.results import Results

COLUMNS = [
    "language", "setting", "reference", "map", "reference_map", "difference", "ci_low", "ci_high", "speakers_low",
    "speakers_high", "relative_gain", "gain_low", "gain_high", "p_value", "p_corrected", "chance", "seeds",
    "seeds_better",
]  # fmt: skip
_BOUNDS = ["ci_low", "ci_high", "gain_low", "gain_high", "p_value"]


def compare_settings(results: "Results", options: ClaimOptions) -> pd.DataFrame:
    """Compare the reference setting with every other one on the same test queries, paired by query.

    Average precisions are first averaged over seeds. With one seed, chance is over word types: bounds and p values are about
    these trained networks, and another seed may give others. With several, it is over word types and seeds.
    `speakers_low` and `speakers_high` bound the difference over speakers (jackknife). p values are corrected by Holm's
    method over all languages and settings of the table.

    Returns:
        columns `COLUMNS`; chance is `words` or `words and seeds`, seeds_better says in how many seeds the reference scores
        higher. Empty if the reference was not run.

    """
    plan = results.plan
    rows = []
    settings = [name for name in plan.settings if name != options.reference]
    for language in plan.languages if len(settings) < len(plan.settings) else ():
        reference = _queries(results, language, options.reference)
        others = [_queries(results, language, setting).loc[reference.index] for setting in settings]
        asked = results.tokens(language).set_index("token_id").loc[reference.index]
        clusters = np.unique(asked["word"].to_numpy(dtype=str), return_inverse=True)[1]
        for setting, row in zip(settings, _compare(reference, others, clusters, options), strict=True):
            speakers = _over_speakers(results, language, options.reference, setting, row["difference"], options)
            rows.append({"language": language, "setting": setting, **row, **speakers})
    frame = pd.DataFrame(rows, columns=COLUMNS).assign(reference=options.reference)
    frame["p_corrected"] = holm(frame["p_value"].tolist())
    return frame


def read_comparisons(path: "Path") -> pd.DataFrame:
    """Read what `compare_settings` returned from the CSV file that `awe summary` wrote.

    Raises:
        TableError: if it is missing or damaged.

    """
    try:
        return pd.read_csv(path, usecols=COLUMNS, keep_default_na=False)[COLUMNS]
    except (ValueError, OSError) as error:
        raise TableError(f"{path}: cannot be read ({error}); delete it and run again") from None


def _queries(results: "Results", language: str, setting: str) -> pd.DataFrame:
    """Average precision of every test query (rows: token ids) in every seed (columns)."""
    return pd.DataFrame(
        {
            seed: results.queries(language, setting, seed).set_index("token_id")["average_precision"]
            for seed in results.plan.seeds
        }
    ).sort_index()


def _compare(
    reference: pd.DataFrame, others: list[pd.DataFrame], word_of: np.ndarray, options: ClaimOptions
) -> list[dict[str, Any]]:
    """Compare the reference with each of the others; all with the same queries (rows), whose words are `word_of`."""
    first, means = reference.mean(axis=1).to_numpy(), [other.mean(axis=1).to_numpy() for other in others]
    found = compare(first, means, word_of, samples=options.samples, level=options.confidence_level, seed=options.seed)
    words = len(np.unique(word_of))
    return [
        {
            "map": float(mean.mean()),
            "reference_map": float(first.mean()),
            "difference": paired.difference,
            "relative_gain": float(first.mean() / mean.mean() - 1),
            **_chance(reference, other, paired, words, options.confidence_level),
            "seeds": reference.shape[1],
            "seeds_better": int((reference.mean() > other.mean()).sum()),
        }
        for other, mean, paired in zip(others, means, found, strict=True)
    ]


def _chance(
    reference: pd.DataFrame, other: pd.DataFrame, paired: PairedResult, words: int, level: float
) -> dict[str, Any]:
    """Bounds of the difference and the gain, and a p value: over words, and over seeds where there are several."""
    if reference.shape[1] == 1:
        bounds = (paired.ci_low, paired.ci_high, paired.gain_low, paired.gain_high, paired.p_value)
        return dict(zip(_BOUNDS, bounds, strict=True)) | {"chance": "words"}
    ours, theirs = reference.mean().to_numpy(), other.mean().to_numpy()
    difference = over_words_and_seeds(ours - theirs, paired.deviation, words, level)
    gain = over_words_and_seeds(log_ratio(ours, theirs), paired.log_ratio_deviation, words, level)
    bounds = (difference.low, difference.high, np.expm1(gain.low), np.expm1(gain.high), difference.p_value)
    return dict(zip(_BOUNDS, map(float, bounds), strict=True)) | {"chance": "words and seeds"}


def _over_speakers(
    results: "Results", language: str, reference: str, other: str, difference: float, options: ClaimOptions
) -> dict[str, float]:
    """Bounds of the difference over speakers, averaged over seeds; both settings leave out the same speakers."""
    of_test = results.tokens(language).query("split == 'test'")
    groups = range(min(GROUPS, of_test["speaker_id"].nunique()))

    def without(setting: str) -> "pd.Series[float]":
        tables = [results.left_out(language, setting, seed) for seed in results.plan.seeds]
        chosen = pd.concat([table[table["definition"] == "per_query"] for table in tables])
        return chosen.groupby("group")["value"].mean().reindex(groups)  # NaN where no query is left

    differences = (without(reference) - without(other)).to_numpy()
    low, high = jackknife_interval(difference, differences.tolist(), options.confidence_level, bounds=(-1.0, 1.0))
    return {"speakers_low": low, "speakers_high": high}


def nothing_compared(settings: "Sequence[str]", reference: str) -> str:
    """Say why the comparisons of an experiment with these settings are empty."""
    if reference in settings:
        return f"There is nothing to compare: {label(reference)} is the only setting."
    return f"There is nothing to compare: {label(reference)} is not among the settings ({', '.join(map(label, settings))})."


def readable(claims: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Arrange the comparisons for readers."""
    reference = label(str(claims["reference"].iloc[0])) if len(claims) else "reference"
    chance = str(claims["chance"].iloc[0]) if len(claims) else "words"
    columns = ["Language", "setting", "mAP", reference, f"difference, over {chance}", "over speakers", "relative gain",
               "p (corrected)", "better seeds"]  # fmt: skip
    return pd.DataFrame(
        [
            {
                "Language": names[str(claim["language"])],
                "setting": label(str(claim["setting"])),
                "mAP": f"{claim['map']:.3f}",
                reference: f"{claim['reference_map']:.3f}",
                f"difference, over {chance}": f"{claim['difference']:+.3f} "
                + interval(claim["ci_low"], claim["ci_high"], (-1.0, 1.0), "+.3f"),
                "over speakers": interval(claim["speakers_low"], claim["speakers_high"], (-1.0, 1.0), "+.3f"),
                "relative gain": percent(claim["relative_gain"]),
                "p (corrected)": f"{claim['p_corrected']:.2g}",
                "better seeds": f"{claim['seeds_better']} of {claim['seeds']}",
            }
            for claim in claims.to_dict("records")
        ],
        columns=columns,
    )


def percent(share: float, digits: int = 1) -> str:
    """Write a share as a signed percentage."""
    return f"{100 * share:+.{digits}f} %"
