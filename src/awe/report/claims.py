"""The paper's claim, language by language: form + meaning against the contrastive baseline and all others."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from awe.metrics.paired import compare, holm
from awe.options import Options
from awe.report.style import label

if TYPE_CHECKING:
    from awe.report.results import Results

PAPER_GAIN = {"pol": 0.0506}  # section 4.3; the paper states no other number


class ClaimOptions(Options):
    """How settings are compared."""

    reference: str = Field(default="form_meaning", description="the setting that all others are compared with")
    samples: int = Field(default=10_000, ge=1000, description="bootstrap samples and permutations")
    confidence_level: float = Field(default=0.95, gt=0, lt=1)
    seed: int = Field(default=1, ge=0)


def compare_settings(results: "Results", options: ClaimOptions) -> pd.DataFrame:
    """Compare the reference setting with every other one on the same test queries, paired by query.

    Average precisions are first averaged over seeds. Chance is over word types; p values are corrected by Holm's method
    over all languages and settings of the table.

    Returns:
        columns language, setting, reference, map, reference_map, difference, ci_low, ci_high, relative_gain, gain_low,
        gain_high, p_value, p_corrected, seeds, seeds_better (in how many seeds the reference scores higher).
        Empty if the reference was not run.

    """
    plan = results.plan
    rows = []
    if options.reference in plan.settings:
        for language in plan.languages:
            word_of = results.tokens(language).set_index("token_id")["word"]
            reference = _queries(results, language, options.reference)
            clusters = np.unique(word_of.loc[reference.index].to_numpy(dtype=str), return_inverse=True)[1]
            for setting in [name for name in plan.settings if name != options.reference]:
                other = _queries(results, language, setting)
                rows.append(_row(reference, other, clusters, options) | {"language": language, "setting": setting})
    columns = [
        "language", "setting", "reference", "map", "reference_map", "difference", "ci_low", "ci_high", "relative_gain",
        "gain_low", "gain_high", "p_value", "p_corrected", "seeds", "seeds_better",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).assign(reference=options.reference)
    frame["p_corrected"] = holm(frame["p_value"].tolist())
    return frame


def _queries(results: "Results", language: str, setting: str) -> pd.DataFrame:
    """Average precision of every test query (rows: token ids) in every seed (columns)."""
    return pd.DataFrame(
        {
            seed: results.queries(language, setting, seed).set_index("token_id")["average_precision"]
            for seed in results.plan.seeds
        }
    ).sort_index()


def _row(
    reference: pd.DataFrame, other: pd.DataFrame, clusters: np.ndarray, options: ClaimOptions
) -> dict[str, float | int]:
    other = other.loc[reference.index]
    first, second = reference.mean(axis=1).to_numpy(), other.mean(axis=1).to_numpy()
    paired = compare(
        first, second, clusters, samples=options.samples, level=options.confidence_level, seed=options.seed
    )
    return {
        "map": float(second.mean()),
        "reference_map": float(first.mean()),
        "difference": paired.difference,
        "ci_low": paired.ci_low,
        "ci_high": paired.ci_high,
        "relative_gain": float(first.mean() / second.mean() - 1),
        "gain_low": paired.gain_low,
        "gain_high": paired.gain_high,
        "p_value": paired.p_value,
        "seeds": reference.shape[1],
        "seeds_better": int((reference.mean() > other.mean()).sum()),
    }


def sentences(claims: pd.DataFrame, names: dict[str, str], baseline: str = "contrastive") -> list[str]:
    """Answer the claim in one sentence a language."""
    answers = []
    for claim in claims[claims["setting"] == baseline].to_dict("records"):
        gain, significant = claim["relative_gain"], claim["p_corrected"] < 0.05
        verdict = "beats" if gain > 0 else "loses to"
        if not significant:
            verdict = "is not reliably different from"
        paper = PAPER_GAIN.get(str(claim["language"]))
        answers.append(
            f"{names[str(claim['language'])]}: {label(str(claim['reference']))} ({claim['reference_map']:.3f}) {verdict}"
            f" {label(baseline)} ({claim['map']:.3f}), a relative difference of {100 * gain:+.1f} %"
            f" (interval {100 * claim['gain_low']:+.1f} to {100 * claim['gain_high']:+.1f} %,"
            f" p = {claim['p_corrected']:.2g} corrected; better in {claim['seeds_better']} of {claim['seeds']} seeds)"
            + (f"; the paper reports {100 * paper:+.2f} %." if paper else ".")
        )
    return answers


def readable(claims: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Arrange the comparisons for readers."""
    return pd.DataFrame(
        [
            {
                "Language": names[str(claim["language"])],
                "setting": label(str(claim["setting"])),
                "mAP": f"{claim['map']:.3f}",
                label(str(claim["reference"])): f"{claim['reference_map']:.3f}",
                "difference": f"{claim['difference']:+.3f} [{claim['ci_low']:+.3f}, {claim['ci_high']:+.3f}]",
                "relative gain": f"{100 * claim['relative_gain']:+.1f} %",
                "p (corrected)": f"{claim['p_corrected']:.2g}",
                "better seeds": f"{claim['seeds_better']} of {claim['seeds']}",
            }
            for claim in claims.to_dict("records")
        ]
    )
