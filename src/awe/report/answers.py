"""The paper's claim, form + meaning against the contrastive baseline, answered in sentences."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from awe.report.claims import percent
from awe.report.style import label

if TYPE_CHECKING:
    from collections.abc import Hashable

PAPER_GAIN = {"pol": 0.0506}  # section 4.3; the paper states no other number
NO_BASELINE = "This experiment does not compare form + meaning with the contrastive baseline."
SIGNIFICANT = 0.05  # corrected p values below it


def answers(claims: pd.DataFrame, names: dict[str, str], baseline: str = "contrastive") -> pd.DataFrame:
    """Answer the claim language by language: against the baseline, then against every other setting.

    Returns:
        columns language, answer (sentences), relative_gain, gain_low, gain_high, p_corrected and paper_gain (missing
        where the paper states none); no row for a language without the baseline.

    """
    rows = []
    for language, group in claims.groupby("language", sort=False):
        against = group[group["setting"] == baseline].to_dict("records")
        if not against:
            continue
        claim = against[0]
        paper = PAPER_GAIN.get(str(language))
        answer = (
            f"{names[str(language)]}: {label(str(claim['reference']))} ({claim['reference_map']:.3f}) {_verdict(claim)}"
            f" {label(baseline)} ({claim['map']:.3f}), a relative {'gain' if claim['relative_gain'] > 0 else 'difference'} of {percent(claim['relative_gain'])}"
            f" (interval {percent(claim['gain_low'])} to {percent(claim['gain_high'])},"
            f" p = {claim['p_corrected']:.2g} corrected; {_support(claim)})"
            + (f"; the paper reports {percent(paper, 2)}." if paper else ".")
        )
        others = [
            f"{_verdict(other)} {label(str(other['setting']))} ({percent(other['relative_gain'])}, p = {other['p_corrected']:.2g})"
            for other in group[group["setting"] != baseline].to_dict("records")
        ]
        answer += f" It {', '.join(others)}." if others else ""
        kept = {key: claim[key] for key in ("relative_gain", "gain_low", "gain_high", "p_corrected")}
        rows.append({"language": str(language), "answer": answer, **kept, "paper_gain": paper})
    columns = ["language", "answer", "relative_gain", "gain_low", "gain_high", "p_corrected", "paper_gain"]
    return pd.DataFrame(rows, columns=columns)


def readable(answered: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Arrange the answers for readers."""
    return pd.DataFrame(
        [
            {
                "Language": names[str(row["language"])],
                "answer": str(row["answer"]).partition(": ")[2],
                "relative gain": percent(row["relative_gain"]),
                "in the paper": "-" if pd.isna(row["paper_gain"]) else percent(row["paper_gain"], 2),
            }
            for row in answered.to_dict("records")
        ],
        columns=["Language", "answer", "relative gain", "in the paper"],
    )


def _verdict(claim: "dict[Hashable, Any]") -> str:
    if claim["p_corrected"] >= SIGNIFICANT:
        return "is not reliably different from"
    if claim["seeds"] == 1:  # nothing is known about another run
        return "scores above" if claim["relative_gain"] > 0 else "scores below"
    return "beats" if claim["relative_gain"] > 0 else "loses to"


def _support(claim: "dict[Hashable, Any]") -> str:
    """Say on what the verdict rests besides the words: seeds and speakers."""
    one_seed = "one seed, another one may differ"
    seeds = one_seed if claim["seeds"] == 1 else f"better in {claim['seeds_better']} of {claim['seeds']} seeds"
    if claim["speakers_low"] <= 0 <= claim["speakers_high"]:
        return f"{seeds}; over speakers the difference may be none"
    return seeds
