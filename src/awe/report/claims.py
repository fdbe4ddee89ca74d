"""The paper's claim, language by language: form + meaning against the contrastive baseline and all others."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import Field

from awe.errors import TableError
from awe.metrics.paired import compare, holm
from awe.options import Options
from awe.report.style import label

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from pathlib import Path

    from awe.report.results import Results

COLUMNS = [
    "language", "setting", "reference", "map", "reference_map", "difference", "ci_low", "ci_high", "speakers_low",
    "speakers_high", "relative_gain", "gain_low", "gain_high", "p_value", "p_corrected", "seeds", "seeds_better",
]  # fmt: skip


class ClaimOptions(Options):
    """How settings are compared."""

    reference: str = Field(default="form_meaning", description="the setting that all others are compared with")
    samples: int = Field(default=10_000, ge=1000, description="bootstrap samples and permutations")
    confidence_level: float = Field(default=0.95, gt=0, lt=1)
    seed: int = Field(default=1, ge=0)


def compare_settings(results: "Results", options: ClaimOptions) -> pd.DataFrame:
    """Compare the reference setting with every other one on the same test queries, paired by query.

    Average precisions are first averaged over seeds. Chance is over word types; `speakers_low` and `speakers_high` bound
    the difference if the speakers of the queries are drawn instead. p values are corrected by Holm's method over all
    languages and settings of the table.

    Returns:
        columns `COLUMNS`; seeds_better says in how many seeds the reference scores higher. Empty if the reference was not run.

    """
    plan = results.plan
    rows = []
    settings = [name for name in plan.settings if name != options.reference]
    for language in plan.languages if len(settings) < len(plan.settings) else ():
        reference = _queries(results, language, options.reference)
        others = [_queries(results, language, setting).loc[reference.index] for setting in settings]
        asked = results.tokens(language).set_index("token_id").loc[reference.index]
        rows += [
            {"language": language, "setting": setting, **row}
            for setting, row in zip(settings, _compare(reference, others, asked, options), strict=True)
        ]
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
    reference: pd.DataFrame, others: list[pd.DataFrame], asked: pd.DataFrame, options: ClaimOptions
) -> list[dict[str, float | int]]:
    """Compare the reference with each of the others; all with the same queries (rows), whose tokens are `asked`."""
    first, means = reference.mean(axis=1).to_numpy(), [other.mean(axis=1).to_numpy() for other in others]
    over_words, over_speakers = (
        compare(
            first,
            means,
            np.unique(asked[column].to_numpy(dtype=str), return_inverse=True)[1],
            samples=options.samples,
            level=options.confidence_level,
            seed=options.seed,
            permute=column == "word",  # the test is over words
        )
        for column in ("word", "speaker_id")
    )
    return [
        {
            "map": float(mean.mean()),
            "reference_map": float(first.mean()),
            "difference": of_words.difference,
            "ci_low": of_words.ci_low,
            "ci_high": of_words.ci_high,
            "speakers_low": of_speakers.ci_low,
            "speakers_high": of_speakers.ci_high,
            "relative_gain": float(first.mean() / mean.mean() - 1),
            "gain_low": of_words.gain_low,
            "gain_high": of_words.gain_high,
            "p_value": of_words.p_value,
            "seeds": reference.shape[1],
            "seeds_better": int((reference.mean() > other.mean()).sum()),
        }
        for other, mean, of_words, of_speakers in zip(others, means, over_words, over_speakers, strict=True)
    ]


def nothing_compared(settings: "Sequence[str]", reference: str) -> str:
    """Say why the comparisons of an experiment with these settings are empty."""
    if reference in settings:
        return f"There is nothing to compare: {label(reference)} is the only setting."
    return f"There is nothing to compare: {label(reference)} is not among the settings ({', '.join(map(label, settings))})."


def readable(claims: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Arrange the comparisons for readers."""
    reference = label(str(claims["reference"].iloc[0])) if len(claims) else "reference"
    columns = ["Language", "setting", "mAP", reference, "difference, over words", "over speakers", "relative gain",
               "p (corrected)", "better seeds"]  # fmt: skip
    return pd.DataFrame(
        [
            {
                "Language": names[str(claim["language"])],
                "setting": label(str(claim["setting"])),
                "mAP": f"{claim['map']:.3f}",
                reference: f"{claim['reference_map']:.3f}",
                "difference, over words": _interval(claim, "difference", "ci_low", "ci_high"),
                "over speakers": _interval(claim, None, "speakers_low", "speakers_high"),
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


def _interval(claim: "dict[Hashable, Any]", centre: str | None, low: str, high: str) -> str:
    return (f"{claim[centre]:+.3f} " if centre else "") + f"[{claim[low]:+.3f}, {claim[high]:+.3f}]"
