"""Write the summary page, the table of all test scores and the comparison of settings."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")
    parser.add_argument("--options", default="{}", help="JSON: reference, samples, confidence_level, seed")
    parser.add_argument(
        "--note", action="append", default=[], help="a sentence about the experiment's limits; repeatable"
    )
    parser.add_argument(
        "--output-folder",
        type=Path,
        required=True,
        help="gets summary.md, scores.* and claims.* (CSV, Markdown, LaTeX)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Read the results, aggregate, compare, write."""
    from awe.files import write_text
    from awe.options import parse_options
    from awe.report import claims, scores
    from awe.report.results import Plan, Results
    from awe.report.summary import summarise
    from awe.report.tabular import write_all

    options = parse_options(claims.ClaimOptions, arguments.options)
    plan = parse_options(Plan, arguments.plan, "--plan")
    results = Results(arguments.results, plan)
    folder = arguments.output_folder
    collected, compared = scores.collect(results), claims.compare_settings(results, options)
    write_all(collected, scores.readable(collected, plan.languages), folder / "scores")
    write_all(compared, claims.readable(compared, plan.languages), folder / "claims")
    write_text(summarise(results, compared, arguments.note), folder / "summary.md")
