"""Validation mAP by epoch, one panel a language, one line a setting (the paper's Figure 2)."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from awe.report.plan import Plan
    from awe.report.results import Results

TITLE = "Figure 2: validation mAP after each epoch"


class Options(BaseOptions):
    """How the figure is drawn."""

    settings: list[str] = Field(default=[], description="which settings to draw; empty: all, in the plan's order")
    height_in: float = Field(default=2.1, gt=1)


def caption(plan: "Plan", options: Options) -> str:
    """Say what lines and bands are, and which candidates are shown."""
    from awe.report.style import label

    bands = ", bands reach from the lowest to the highest seed" if len(plan.seeds) > 1 else ""
    text = (
        "Word discrimination on the validation set (mean average precision per query) after each epoch of training, one"
        f" panel a language: {plan.names_of_languages()}. Lines are {plan.runs()}{bands}."
    )
    for setting in options.settings or plan.settings:
        for option, values in plan.candidates.get(setting, {}).items():
            among = ", ".join(map(str, values))
            text += f" Of {label(setting)} the {option} that validation chose among {among} is shown."
    return text


def draw(results: "Results", options: Options) -> "tuple[Figure, pd.DataFrame]":
    """Draw the mean over seeds as a line and the lowest to the highest seed as a band.

    A setting with candidates (contrastive margins) shows the one that validation chose.

    Returns:
        the figure, and a table with columns language, setting, candidate, epoch, mean, low, high, seeds.

    """
    import pandas as pd
    from matplotlib.figure import Figure

    from awe.report.style import DOUBLE_COLUMN_IN, SINGLE_COLUMN_IN, colours

    plan = results.plan
    settings = options.settings or plan.settings
    curves = pd.concat([_curve(results, language, setting) for language in plan.languages for setting in settings])
    # with one or two languages the panels keep their width and the figure gets narrower
    width = max(SINGLE_COLUMN_IN, DOUBLE_COLUMN_IN * min(1.0, (len(plan.languages) + 0.6) / 3.6))
    figure = Figure(figsize=(width, options.height_in))
    panels = figure.subplots(1, len(plan.languages), sharey=True, squeeze=False)[0]
    for panel, (language, name) in zip(panels, plan.languages.items(), strict=True):
        for setting, colour in colours(settings).items():
            curve = curves[(curves["language"] == language) & (curves["setting"] == setting)]
            panel.plot(curve["epoch"], curve["mean"], color=colour, marker="o" if len(curve) == 1 else "", markersize=3)
            panel.fill_between(curve["epoch"], curve["low"], curve["high"], color=colour, alpha=0.2, linewidth=0)
        panel.set(title=name, xlabel="epoch", xlim=(0, None), ylim=(0, None))
        panel.grid(axis="y")
    panels[0].set_ylabel("mAP (validation)")
    last = curves[curves["language"] == list(plan.languages)[-1]]
    _label_lines(panels[-1], last.groupby("setting")["mean"].last().to_dict(), settings)
    return figure, curves


def _curve(results: "Results", language: str, setting: str) -> "pd.DataFrame":
    import pandas as pd

    seeds = results.plan.seeds
    histories = pd.concat([results.history(language, setting, seed) for seed in seeds])
    by_epoch = histories.groupby("epoch")["validation_map"]
    curve = pd.DataFrame(
        {"mean": by_epoch.mean(), "low": by_epoch.min(), "high": by_epoch.max(), "seeds": by_epoch.count()}
    ).reset_index()
    curve.insert(0, "candidate", results.selection(language, setting)["chosen"])
    curve.insert(0, "setting", setting)
    curve.insert(0, "language", language)
    return curve


def _label_lines(panel: "Axes", ends: "dict[Any, float]", settings: list[str]) -> None:
    """Write each setting's name beside the end of its line in the last panel."""
    from awe.report.style import colours, darker, label, spread

    low, high = panel.get_ylim()
    last_epoch = panel.get_xlim()[1]
    heights = spread([ends[setting] for setting in settings], 0.075 * (high - low), low, high)
    for (setting, colour), height in zip(colours(settings).items(), heights, strict=True):
        name = label(setting)
        panel.text(last_epoch * 1.03, height, name, color=darker(colour), va="center", ha="left", fontsize=7.5)
