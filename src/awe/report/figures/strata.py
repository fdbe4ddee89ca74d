"""Where a gain comes from: test mAP for seen and unseen, rare and frequent, short and long words."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from awe.report.plan import Plan
    from awe.report.results import Results

TITLE = "Where a gain comes from"


class Options(BaseOptions):
    """How the figure is drawn."""

    settings: list[str] = Field(default=[], description="which settings to draw; empty: all, in the plan's order")
    row_in: float = Field(default=0.19, gt=0.05, description="height of one part")


def caption(plan: "Plan", options: Options) -> str:
    """Say what parts, dots and lines are."""
    del options
    lines = ", lines run from the lowest to the highest seed" if len(plan.seeds) > 1 else ""
    return (
        "Mean average precision of parts of the test queries: words seen and not seen in training, with and without"
        " another form of their lemma among the test words, by number of training tokens and by length in phones; parts"
        f" without queries are left out. Dots are {plan.runs()}{lines}."
        " The numbers at the right count the queries. All parts rank the same competitors."
    )


def draw(results: "Results", options: Options) -> "tuple[Figure, pd.DataFrame]":
    """Draw one row a part of the queries, one dot a setting, the number of queries at the right; means over seeds.

    Returns:
        the figure, and a table with columns language, setting, group, mean, low, high (over seeds), n.

    """
    import pandas as pd
    from matplotlib.figure import Figure

    from awe.report.style import DOUBLE_COLUMN_IN, MARKERS, SINGLE_COLUMN_IN, colours, label

    plan = results.plan
    settings = options.settings or plan.settings
    findings = pd.concat([results.findings(language) for language in plan.languages])
    findings = findings[(findings["analysis"] == "strata") & findings["setting"].isin(settings)]
    by_part = findings.groupby(["language", "setting", "group"], sort=False)
    values = by_part["value"]
    table = pd.DataFrame(
        {"mean": values.mean(), "low": values.min(), "high": values.max(), "n": by_part["n"].max()}
    ).reset_index()
    groups: list[str] = []
    for language in plan.languages:
        _merge(groups, [str(group) for group in table.loc[table["language"] == language, "group"].unique()])
    width = DOUBLE_COLUMN_IN if len(plan.languages) > 1 else SINGLE_COLUMN_IN
    in_a_row = 4 if width > SINGLE_COLUMN_IN else 2  # of the legend
    legend_rows = -(-len(settings) // in_a_row)
    figure = Figure(figsize=(width, 0.75 + 0.15 * legend_rows + options.row_in * len(groups)))
    panels = figure.subplots(1, len(plan.languages), sharex=True, sharey=True, squeeze=False)[0]
    for panel, (language, name) in zip(panels, plan.languages.items(), strict=True):
        of_language = table[table["language"] == language]
        for place, (setting, colour) in enumerate(colours(settings).items()):
            of_setting = of_language[of_language["setting"] == setting].set_index("group").reindex(groups)
            panel.hlines(range(len(groups)), of_setting["low"], of_setting["high"], colors=colour, linewidth=1)
            marker = MARKERS[place % len(MARKERS)]
            style = {"color": colour, "markersize": 4, "clip_on": False, "zorder": 3}  # a marker at 1.0 stays whole
            panel.plot(of_setting["mean"], range(len(groups)), marker, label=label(setting), **style)
        panel.text(1.05, -0.75, "n", va="center", fontsize=6, color="#555555")  # heads the numbers of queries
        for group, count in of_language.groupby("group")["n"].first().items():
            panel.text(1.05, groups.index(str(group)), str(count), va="center", fontsize=6, color="#555555")
        panel.set_yticks(range(len(groups)), [group.replace("word ", "") for group in groups])
        panel.set(title=name, xlabel="mAP (test)", xlim=(0, 1), ylim=(len(groups) - 0.5, -0.5))
        panel.grid(axis="both")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=in_a_row, handletextpad=0.2)
    return figure, table


def _merge(groups: list[str], more: list[str]) -> None:
    """Add the groups that are missing, each after the one that it follows."""
    for place, group in enumerate(more):
        if group not in groups:
            groups.insert(groups.index(more[place - 1]) + 1 if place else 0, group)
