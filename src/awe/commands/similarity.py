"""Write how alike the settings are (linear CKA) as CSV, Markdown and LaTeX."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")
    parser.add_argument("--output-stem", type=Path, required=True, help="path without suffix")


def run(arguments: argparse.Namespace) -> None:
    """Compare the settings, write."""
    from awe.options import parse_options
    from awe.report.results import Plan, Results
    from awe.report.similarity import compare_spaces, readable
    from awe.report.tabular import write_all

    plan = parse_options(Plan, arguments.plan, "--plan")
    results = Results(arguments.results, plan)
    compared = compare_spaces(results)
    write_all(compared, readable(compared, plan.languages), arguments.output_stem)
