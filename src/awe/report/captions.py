"""Titles of figures and tables, and what stands below each figure: in every report the same, from its own module."""

from collections.abc import Mapping
from typing import Any, Literal

from awe import plugins
from awe.options import check_options
from awe.report.plan import Plan


def title(kind: Literal["figures", "tables"], name: str) -> str:
    """Return the title of a figure or table for readers: the TITLE of its module, or its name."""
    return str(getattr(plugins.load(f"report.{kind}", name), "TITLE", name.replace("_", " ")))


def caption(figure: str, options: Mapping[str, Any], plan: Plan) -> str:
    """Return what a figure shows as plain sentences, true for these options and this experiment.

    Raises:
        ConfigError: if there is no such figure, or an option of it is unknown.

    """
    module = plugins.load("report.figures", figure)
    text: str = module.caption(plan, check_options(module.Options, dict(options), f"figures.{figure}"))
    return text
