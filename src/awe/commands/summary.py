"""Write the summary page, the table of all test scores and the comparison of settings."""

import argparse
from pathlib import Path

from awe.report.arguments import add_figures, add_results, captions, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    add_figures(parser)
    parser.add_argument("--options", default="{}", help="JSON: reference, samples and the options of `awe score`")
    parser.add_argument(
        "--note", action="append", default=[], help="a sentence about the experiment's limits; repeatable"
    )
    parser.add_argument(
        "--output-folder",
        type=Path,
        required=True,
        help="gets summary.md, scores.*, claims.* and answers.* (CSV, Markdown, LaTeX, HTML)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Read the results, aggregate, compare, write."""
    from awe.files import write_text
    from awe.options import parse_options
    from awe.report import answers, claims, scores
    from awe.report.options import ClaimOptions
    from awe.report.summary import summarise
    from awe.report.tabular import write_all

    options = parse_options(ClaimOptions, arguments.options)
    results = open_results(arguments)
    folder = arguments.output_folder
    collected, compared = scores.collect(results), claims.compare_settings(results, options)
    write_all(collected, scores.readable(collected, results.plan.languages), folder / "scores")
    write_all(compared, claims.readable(compared, results.plan.languages), folder / "claims")
    answered = answers.answers(compared, results.plan.languages)
    write_all(answered, answers.readable(answered, results.plan.languages), folder / "answers")
    page = summarise(results, compared, arguments.note, captions(arguments, results.plan))
    write_text(page, folder / "summary.md")
