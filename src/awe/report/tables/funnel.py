"""How many items each stage accepted and rejected, and why."""

from typing import TYPE_CHECKING

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd

    from awe.report.results import Results

TITLE = "Accepted and rejected items"
UNITS = {
    "corpus": "utterances",
    "lexicon": "word types",
    "alignment": "utterances",
    "semantics": "word types",
    "tokens": "word segments",
}  # of every stage that rejects


class Options(BaseOptions):
    """No options."""


def collect(results: "Results", options: Options) -> "pd.DataFrame":
    """Count items by language, stage, unit, outcome (accepted or rejected) and reason, in the order of the stages."""
    import pandas as pd

    del options
    rows: list[tuple[str, str, str, str, str, int]] = []
    for language in results.plan.languages:
        accepted = {
            "corpus": len(results.utterances(language)),
            "lexicon": len(results.lexicon(language)),
            "alignment": results.alignment(language)["utterance_id"].nunique(),
            "semantics": len(results.vectors(language)),
            "tokens": len(results.tokens(language)),
        }
        for stage, unit in UNITS.items():
            reasons = results.rejects(language, stage)["reason"].value_counts()
            if not accepted[stage] and reasons.empty:
                continue  # nothing was asked for, as without vectors
            rows.append((language, stage, unit, "accepted", "", accepted[stage]))
            ordered = sorted(reasons.items(), key=lambda item: (-int(item[1]), str(item[0])))
            rows += [(language, stage, unit, "rejected", str(reason), int(count)) for reason, count in ordered]
    return pd.DataFrame(rows, columns=["language", "stage", "unit", "outcome", "reason", "count"])


def readable(collected: "pd.DataFrame", names: dict[str, str]) -> "pd.DataFrame":
    """Arrange the counts with one row per language and stage, the reasons in one cell."""
    import pandas as pd

    rows = []
    for (language, stage), group in collected.groupby(["language", "stage"], sort=False):
        rejected = group[group["outcome"] == "rejected"]
        reasons = [
            f"{str(reason).replace('_', ' ')} {count}"
            for reason, count in zip(rejected["reason"], rejected["count"], strict=True)
        ]
        rows.append(
            {
                "Language": names[str(language)],
                "stage": f"{stage} ({group['unit'].iloc[0]})",
                "accepted": str(group.loc[group["outcome"] == "accepted", "count"].sum()),
                "rejected": str(rejected["count"].sum()),
                "reasons": ", ".join(reasons) or "-",
            }
        )
    return pd.DataFrame(rows)
