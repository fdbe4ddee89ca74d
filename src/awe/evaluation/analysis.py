"""Runs the analyses in `awe.evaluation.analyses`."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from awe import plugins
from awe.options import Options, check_options
from awe.progress import say

if TYPE_CHECKING:
    from awe.evaluation.subject import Subject

PACKAGE = "evaluation.analyses"


class AnalysisOptions(Options):
    """Which analyses run."""

    analyses: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="names of analyses and their options; none: all with their defaults"
    )
    seed: int = Field(default=1, ge=0, description="seed of everything random in them")


def run_analyses(subject: "Subject", options: AnalysisOptions) -> list[dict[str, Any]]:
    """Run the chosen analyses; one row with analysis, group, measure, value and n for everything found.

    Raises:
        awe.errors.ConfigError: if an analysis or one of its options is unknown.

    """
    chosen = options.analyses or {name: {} for name in plugins.names(PACKAGE)}
    rows = []
    for name, own in chosen.items():
        say(f"analysis {name}")
        module = plugins.load(PACKAGE, name)
        checked = check_options(module.Options, own, f"analyses.{name}")
        rows += [{"analysis": name, **finding._asdict()} for finding in module.analyse(subject, checked)]
    return rows
