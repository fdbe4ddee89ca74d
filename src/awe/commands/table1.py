"""Write Table 1, the word-level statistics of the data, as CSV, Markdown and LaTeX."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")
    parser.add_argument("--output-stem", type=Path, required=True, help="path without suffix")


def run(arguments: argparse.Namespace) -> None:
    """Read every language's tokens, count, write."""
    from awe.options import parse_options
    from awe.report.results import Plan, Results
    from awe.report.table1 import readable, word_statistics
    from awe.report.tabular import write_all

    plan = parse_options(Plan, arguments.plan, "--plan")
    results = Results(arguments.results, plan)
    statistics = word_statistics({language: results.tokens(language) for language in plan.languages})
    write_all(statistics, readable(statistics, plan.languages), arguments.output_stem)
