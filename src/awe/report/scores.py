"""Test scores of all settings and languages, aggregated over seeds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from awe.errors import ConfigError
from awe.metrics.same_different import DEFINITIONS
from awe.report.error_bars import error_bars_over
from awe.report.style import label

if TYPE_CHECKING:
    from awe.report.results import Results


class Choice(Protocol):
    """Which scores, and what their error bars stand for."""

    @property
    def definition(self) -> str:
        """Definition of average precision."""

    @property
    def error_bars(self) -> str:
        """`seeds`, `words`, `speakers`, or `auto`: seeds if there are several, else words."""


def summarise(results: "Results", settings: Sequence[str], choice: Choice) -> pd.DataFrame:
    """Summarise the test scores: one row per language and setting.

    `mean` is over seeds. `low` and `high` are one standard deviation over seeds, or the interval over words
    or speakers averaged over seeds; `error` says which. A baseline has no seeds and always gets an interval.

    Returns:
        columns language, setting, candidate, mean, low, high, error, seeds.

    Raises:
        ConfigError: if a setting has no score of that definition.

    """
    rows = []
    for language in results.plan.languages:
        scores = results.scores(language)
        scores = scores[(scores["split"] == "test") & (scores["definition"] == choice.definition)]
        for setting in settings:
            of_setting = scores[scores["setting"] == setting]
            if of_setting.empty:
                raise ConfigError(
                    f"{language}: {setting!r} has no score of the definition {choice.definition!r};"
                    " report/scores.csv has those there are"
                )
            seeds = int((of_setting["ci_over"] == "words").sum())
            error = error_bars_over(choice.error_bars, seeds)
            chosen = of_setting[of_setting["ci_over"] == ("words" if error == "seeds" else error)]
            mean = float(chosen["value"].mean())
            if error == "seeds":
                deviation = float(chosen["value"].std())
                low, high = mean - deviation, mean + deviation
            else:
                low, high = float(chosen["ci_low"].mean()), float(chosen["ci_high"].mean())
            candidate = str(chosen["candidate"].iloc[0])
            rows.append((language, setting, candidate, mean, low, high, error, seeds))
    return pd.DataFrame(rows, columns=["language", "setting", "candidate", "mean", "low", "high", "error", "seeds"])


def collect(results: "Results") -> pd.DataFrame:
    """Collect the test scores of every language, setting and definition, baselines included, averaged over seeds.

    Returns:
        columns language, setting, candidate, definition, mean, sd (over seeds; 0 with one), seeds, words_low, words_high,
        speakers_low, speakers_high (intervals, averaged over seeds), n.

    """
    keys = ["language", "setting", "candidate", "definition"]
    scores = pd.concat([results.scores(language) for language in results.plan.languages], ignore_index=True)
    scores = scores[scores["split"] == "test"]
    over = {name: scores[scores["ci_over"] == name].groupby(keys, sort=False) for name in ("words", "speakers")}
    of_words = over["words"]
    columns = {
        "mean": of_words["value"].mean(),
        "sd": of_words["value"].std().fillna(0.0),
        "seeds": of_words.size(),
        "words_low": of_words["ci_low"].mean(),
        "words_high": of_words["ci_high"].mean(),
        "speakers_low": over["speakers"]["ci_low"].mean(),
        "speakers_high": over["speakers"]["ci_high"].mean(),
        "n": of_words["n"].max(),
    }
    return pd.DataFrame(columns).reset_index()


def interval(low: float, high: float, bounds: tuple[float, float], form: str = ".3f") -> str:
    """Write an interval; one that says nothing, from bound to bound, is a dash."""
    return "-" if (low, high) == bounds else f"[{low:{form}}, {high:{form}}]"


def untrained_ahead(collected: pd.DataFrame, trained: Sequence[str], names: dict[str, str]) -> list[str]:
    """Say in which languages an untrained baseline scores above every trained setting, per query."""
    sentences = []
    paper = collected[collected["definition"] == "per_query"]
    for language, group in paper.groupby("language", sort=False):
        is_trained = group["setting"].isin(trained)
        best, other = (rows.nlargest(1, "mean").to_dict("records") for rows in (group[is_trained], group[~is_trained]))
        if best and other and other[0]["mean"] > best[0]["mean"]:
            sentences.append(
                f"{names[str(language)]}: {label(str(other[0]['setting']))} ({other[0]['mean']:.3f}) score above every"
                f" trained setting (the best is {label(str(best[0]['setting']))}, {best[0]['mean']:.3f}): training has"
                " not paid here."
            )
    return sentences


def readable(collected: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Arrange the scores for readers: a row per language and setting, a column per definition."""
    rows = []
    for key, group in collected.groupby(["language", "setting", "candidate"], sort=False):
        language, setting, candidate = (str(part) for part in key)
        by_definition = group.set_index("definition")
        paper, means = by_definition.loc["per_query"].to_dict(), by_definition["mean"]
        others = {
            definition.replace("swdp", "SWDP").replace("_", " "): f"{means[definition]:.3f}"
            for definition in DEFINITIONS[1:]
            if definition in means
        }
        rows.append(
            {
                "Language": names[language],
                "setting": label(setting) + ("" if candidate == "only" else f" ({candidate})"),
                "mAP": f"{paper['mean']:.3f}" + (f" ± {paper['sd']:.3f}" if paper["seeds"] > 1 else ""),
                "over words": interval(paper["words_low"], paper["words_high"], (0.0, 1.0)),
                "over speakers": interval(paper["speakers_low"], paper["speakers_high"], (0.0, 1.0)),
                "queries": str(int(paper["n"])),
                **others,
            }
        )
    return pd.DataFrame(rows).fillna("-")
