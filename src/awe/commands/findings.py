"""Write what the analyses of all jobs found as CSV, Markdown and LaTeX."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")
    parser.add_argument("--output-stem", type=Path, required=True, help="path without suffix")


def run(arguments: argparse.Namespace) -> None:
    """Collect the findings, average them over seeds, write."""
    from awe.options import parse_options
    from awe.report.analyses import collect, readable
    from awe.report.results import Plan, Results
    from awe.report.tabular import write_all

    plan = parse_options(Plan, arguments.plan, "--plan")
    results = Results(arguments.results, plan)
    collected = collect(results)
    write_all(collected, readable(collected, plan.languages), arguments.output_stem)
