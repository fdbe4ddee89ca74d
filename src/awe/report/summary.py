"""One page about an experiment: what was run, on what, with which result."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from awe.evaluation.selection import is_tied
from awe.report import answers, scores
from awe.report.captions import title
from awe.report.style import label
from awe.report.tables import aligner_errors, funnel, table1
from awe.report.tabular import markdown, shown

if TYPE_CHECKING:
    from awe.report.results import Results

FEW_SEEDS = 5
FEW_QUERIES = 100
NO_TIMES = "There are no word times to compare with: the corpus ships none, or they were taken over as they are."


def summarise(
    results: "Results", compared: pd.DataFrame, notes: Sequence[str] = (), captions: Mapping[str, str] | None = None
) -> str:
    """Write the summary as Markdown.

    Args:
        results: of the experiment.
        compared: settings compared, as from `awe.report.claims.compare_settings`.
        notes: sentences about this experiment's limits, from its configuration.
        captions: of the experiment's figures.

    """
    plan = results.plan
    statistics = table1.collect(results, table1.Options())
    parts = [
        f"# Experiment {plan.experiment}",
        what_was_run(results, statistics),
        "## Result",
        *[f"- {sentence}" for sentence in _answers(results, compared)],
        "### Word discrimination on the test set",
        markdown(scores.readable(scores.collect(results), plan.languages)),
        about_scores(results),
        *_figures(captions or {}),
        "## Data",
        "### Table 1",
        markdown(table1.readable(statistics, plan.languages)),
        "### What each stage accepted and rejected",
        markdown(shown(funnel, results)),
        "### Word boundaries found by the aligner against known ones",
        _boundaries(results),
        "## Read this before you quote a number",
        *[f"- {note}" for note in [*notes, *limits(results, statistics)]],
    ]
    # items of a list follow each other, everything else has an empty line before it
    page = ""
    for part in (part.strip("\n") for part in parts):
        page += "\n" if not (part.startswith("- ") and page.rpartition("\n\n")[2].startswith("- ")) and page else ""
        page += part + "\n"
    return page.replace("<", "&lt;")  # names and notes are text, not HTML


def _figures(captions: Mapping[str, str]) -> list[str]:
    """Name the files of the figures and say what each shows."""
    lines = [f"- {title('figures', name)} (`{name}.png`). {caption}" for name, caption in captions.items()]
    return ["## Figures", *lines] if lines else []


def what_was_run(results: "Results", statistics: pd.DataFrame) -> str:
    """Say what was trained, on how much, and how it was scored."""
    plan = results.plan
    settings = ", ".join(label(setting) for setting in plan.settings)
    sizes = "; ".join(
        f"{plan.languages[row['language']]}: {row['train']} / {row['valid']} / {row['test']} word segments by"
        f" {row['speakers_train']} / {row['speakers_valid']} / {row['speakers_test']} speakers"
        for row in statistics.to_dict("records")
    )
    return (
        f"Acoustic word embeddings were trained in {_count(plan.settings, 'setting')} ({settings}) with"
        f" {_count(plan.seeds, 'seed')}, on {_count(plan.languages, 'language')}, and scored by same-different word discrimination{_on_whom(results)}."
        f" Train / validation / test: {sizes}.\n"
    )


def about_scores(results: "Results") -> str:
    """Explain the columns of the table of scores."""
    return (
        "mAP: mean average precision per query, the paper's definition"
        + (", mean ± deviation over seeds" if len(results.plan.seeds) > 1 else "")
        + "; then its intervals over words (bootstrap) and over speakers (jackknife); then the other definitions in use. The last rows are"
        " untrained; a dash stands where nothing can be said; DTW ranks all tokens for a sample of queries, and averaged features hold nothing where the features"
        " are normalised within each token."
    )


def _on_whom(results: "Results") -> str:
    """Say whether the test speakers are new to the models."""
    known = []
    for language, name in results.plan.languages.items():
        speakers = results.tokens(language).groupby("split")["speaker_id"].agg(set)
        if speakers["train"] & speakers["test"]:
            known.append(name)
    if not known:
        return " on speakers not trained on"
    return f" (in {', '.join(known)} on speakers who are in the training data too)"


def _count(items: Collection[object], noun: str) -> str:
    return f"{len(items)} {noun}" + ("s" if len(items) > 1 else "")


def _answers(results: "Results", compared: pd.DataFrame) -> list[str]:
    plan = results.plan
    found = answers.answers(compared, plan.languages)["answer"].tolist() or [answers.NO_BASELINE]
    return found + scores.untrained_ahead(scores.collect(results), plan.settings, plan.languages)


def _boundaries(results: "Results") -> str:
    errors = shown(aligner_errors, results)
    return markdown(errors) if len(errors) else f"{NO_TIMES}\n"


def limits(results: "Results", statistics: pd.DataFrame) -> list[str]:
    """State what the numbers cannot say, as far as the tables tell."""
    seeds, fewest = len(results.plan.seeds), int(statistics["speakers_test"].min())
    collected = scores.collect(results)
    queries = int(
        collected.loc[
            collected["setting"].isin(results.plan.settings) & (collected["definition"] == "per_query"), "n"
        ].min()
    )
    limits = [
        "The interval over words says how the score moves with the words sought, not how it would on another corpus.",
        "The definition of average precision moves the number more than most models do: compare only equal columns.",
    ]
    if seeds == 1:
        limits.append(
            "One seed: the spread between training runs is unknown, and small differences may be its work; p values are"
            " about these trained networks."
        )
    elif seeds < FEW_SEEDS:
        limits.append(f"Only {seeds} seeds: intervals and p values over seeds are wide; five say much more than three.")
    if queries < FEW_QUERIES:
        limits.append(f"Only {queries} test queries in the smallest language: any order of the settings may be chance.")
    limits += [
        f"{results.plan.languages[language]}: several candidates of {label(setting)} score the same on the validation"
        " set, and the first of them was taken."
        for language in results.plan.languages
        for setting in results.plan.settings
        if is_tied(results.selection(language, setting))
    ]
    if fewest == 1:
        limits.append("Only one test speaker in the smallest language: its intervals over speakers say nothing.")
    elif fewest < 10:
        limits.append(
            f"Only {fewest} test speakers in the smallest language: the interval over speakers is wide and rough."
        )
    return limits
