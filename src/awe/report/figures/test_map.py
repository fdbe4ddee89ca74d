"""Word discrimination on the test set, a group of bars a language (the paper's Figure 3)."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from awe.report.plan import Plan
    from awe.report.results import Results

TITLE = "Figure 3: word discrimination on the test set"


_INTERVALS = {"words": "bootstrap intervals over the words sought", "speakers": "jackknife intervals over the speakers"}
_LINES = {
    "downsampled_mfcc": "what the features give without any training, each token down-sampled to a few frames",
    "mean_mfcc": "what the features give without any training, each token averaged over its frames",
    "dtw_mfcc": "what the features give without any training, by dynamic time warping, for a sample of the queries",
}


class Options(BaseOptions):
    """How the figure is drawn."""

    settings: list[str] = Field(default=[], description="which settings to draw; empty: all, in the plan's order")
    definition: str = Field(default="per_query", description="which average precision")
    baseline: str | None = Field(default="downsampled_mfcc", description="untrained baseline drawn as a line, or null")
    error_bars: Literal["auto", "seeds", "words", "speakers"] = Field(
        default="auto", description="auto: one deviation over seeds if there are several, else words"
    )
    height_in: float = Field(default=2.4, gt=1)


def caption(plan: "Plan", options: Options) -> str:
    """Say which average precision is drawn, what the error bars stand for and what the line is."""
    from awe.report.error_bars import error_bars_over
    from awe.report.style import label

    over = error_bars_over(options.error_bars, len(plan.seeds))
    interval = f"error bars are {100 * plan.confidence_level:g} % {_INTERVALS.get(over, over)}"
    if over == "seeds":
        bars = f"Bars are {plan.runs()}, error bars reach one standard deviation over the seeds up and down."
    elif len(plan.seeds) > 1:
        bars = f"Bars are {plan.runs()}; {interval}, averaged over the seeds."
    else:
        bars = f"Bars are {plan.runs()}; {interval}."
    return f"{_name(options.definition)} on the test set, of the epoch with the best validation score. {bars}" + (
        f" The dotted line is {_LINES.get(options.baseline, label(options.baseline))}." if options.baseline else ""
    )


def _name(definition: str) -> str:
    """Name a definition of average precision for readers."""
    base = definition.removesuffix("_normalised")
    name = (
        "Mean average precision per query" if base == "per_query" else f"Average precision ({base.replace('_', ' ')})"
    )
    return name + (", every dimension standardised," if base != definition else "")


def draw(results: "Results", options: Options) -> "tuple[Figure, pd.DataFrame]":
    """Draw the mean over seeds as a bar with an error bar: over seeds, or a bootstrap interval over words or speakers.

    Returns:
        the figure, and a table with columns language, setting, candidate, mean, low, high, error, seeds.

    """
    import numpy as np
    from matplotlib.figure import Figure

    from awe.report.scores import summarise
    from awe.report.style import DOUBLE_COLUMN_IN, SINGLE_COLUMN_IN, colours, label

    plan = results.plan
    settings = options.settings or plan.settings
    summary = summarise(results, [*settings, *([options.baseline] if options.baseline else [])], options)
    groups = np.arange(len(plan.languages))
    bars = len(groups) * len(settings)
    figure = Figure(figsize=(SINGLE_COLUMN_IN if bars <= 12 else DOUBLE_COLUMN_IN, options.height_in))
    axes = figure.subplots()
    width = 0.84 / len(settings)
    for place, (setting, colour) in enumerate(colours(settings).items()):
        rows = summary[summary["setting"] == setting].set_index("language").loc[list(plan.languages)]
        x = groups + (place - (len(settings) - 1) / 2) * width
        errors = [rows["mean"] - rows["low"], rows["high"] - rows["mean"]]
        axes.bar(x, rows["mean"], 0.92 * width, color=colour, label=label(setting))
        axes.errorbar(x, rows["mean"], errors, fmt="none", ecolor="black", elinewidth=0.8, capsize=1.5)
        for at, value, top in zip(x, rows["mean"], rows["high"], strict=True):
            text = f"{value:.2f}".removeprefix("0")
            axes.annotate(text, (at, top), (0, 1.5), textcoords="offset points", ha="center", fontsize=6.5)
    handles, names = axes.get_legend_handles_labels()
    if options.baseline:
        rows = summary[summary["setting"] == options.baseline].set_index("language").loc[list(plan.languages)]
        line = axes.hlines(rows["mean"], groups - 0.46, groups + 0.46, colors="black", linestyles="dotted", linewidth=1)
        handles, names = [*handles, line], [*names, "untrained"]
    axes.set_xticks(groups, list(plan.languages.values()), fontsize=8)
    axes.tick_params(axis="x", length=0)
    axes.set(ylabel="mAP (test)", ylim=(0, 1.08 * float(summary["high"].max())))
    axes.grid(axis="y")
    figure.legend(
        handles, names, loc="outside upper center", ncols=3 if bars <= 12 else 5, fontsize=7.5,
        handlelength=1.2, columnspacing=1.2,
    )  # fmt: skip
    return figure, summary
