"""What the analyses found, averaged over seeds and arranged for readers."""

from typing import TYPE_CHECKING

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd

    from awe.report.results import Results

TITLE = "Where the scores come from"
KEYS = ["language", "analysis", "group", "measure", "setting"]


class Options(BaseOptions):
    """No options."""


def collect(results: "Results", options: Options) -> "pd.DataFrame":
    """Average the findings over seeds, but for single confused words, which have a table of their own.

    Returns:
        columns language, analysis, group, measure, setting, mean, sd (0 with one seed), seeds, n.

    """
    import pandas as pd

    from awe.evaluation.analyses.confusions import ARROW

    del options
    of_languages = [results.findings(language) for language in results.plan.languages]
    findings = pd.concat(
        [found[~found["group"].str.contains(ARROW, regex=False)] for found in of_languages], ignore_index=True
    )
    groups = findings.groupby(KEYS, sort=False)
    columns = {
        "mean": groups["value"].mean(),
        "sd": groups["value"].std().fillna(0.0),
        "seeds": groups.size(),
        "n": groups["n"].max(),
    }
    return pd.DataFrame(columns).reset_index()


def readable(collected: "pd.DataFrame", names: dict[str, str]) -> "pd.DataFrame":
    """Arrange the findings with one row per language and measure and one column per setting."""
    import pandas as pd

    from awe.report.style import label

    settings = [str(setting) for setting in collected["setting"].unique()]
    rows = []
    for key, group in collected.groupby(KEYS[:-1], sort=False):
        language, analysis, part, measure = (str(name) for name in key)
        means = dict(zip(group["setting"], group["mean"], strict=True))
        rows.append(
            {
                "Language": names[language],
                "analysis": analysis.replace("_", " "),
                "of": part,
                "measure": measure,
                **{label(name): f"{means[name]:.3f}" if name in means else "-" for name in settings},
                "n": str(group["n"].max()),
            }
        )
    return pd.DataFrame(rows)
