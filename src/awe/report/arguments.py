"""What all commands of the report are given."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awe.report.results import Results


def add_results(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say where the results are and what they consist of."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")


def add_output_stem(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says where files of several formats go."""
    parser.add_argument("--output-stem", type=Path, required=True, help="path without suffix")


def open_results(arguments: argparse.Namespace) -> "Results":
    """Open the results that the flags name; raises ConfigError if the plan is not one."""
    from awe.options import parse_options
    from awe.report.results import Plan, Results

    return Results(arguments.results, parse_options(Plan, arguments.plan, "--plan"))
