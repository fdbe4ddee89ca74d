"""Write what every stage accepted and rejected, and why, as CSV, Markdown and LaTeX."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")
    parser.add_argument("--output-stem", type=Path, required=True, help="path without suffix")


def run(arguments: argparse.Namespace) -> None:
    """Count the accepted and rejected items, write."""
    from awe.options import parse_options
    from awe.report.funnel import funnel, readable
    from awe.report.results import Plan, Results
    from awe.report.tabular import write_all

    plan = parse_options(Plan, arguments.plan, "--plan")
    results = Results(arguments.results, plan)
    counts = funnel(results)
    write_all(counts, readable(counts, plan.languages), arguments.output_stem)
