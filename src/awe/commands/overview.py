"""Write the landing page of a report: claim, figures, scores, data and provenance in one HTML file."""

import argparse
from pathlib import Path

from awe.report.arguments import add_figures, add_results, captions, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    add_figures(parser)
    parser.add_argument("--claims", type=Path, required=True, help="claims.csv of `awe summary`")
    parser.add_argument("--reference", default="form_meaning", help="setting that the others are compared with")
    parser.add_argument("--note", action="append", default=[], help="a sentence about limits; repeatable")
    parser.add_argument("--pictures", type=Path, nargs="*", default=[], help="PNG files of the figures")
    parser.add_argument("--output", type=Path, required=True, help="HTML")


def run(arguments: argparse.Namespace) -> None:
    """Read the results, the comparisons, the pictures and `provenance.json`, write the page."""
    from awe.files import write_text
    from awe.provenance import read_record
    from awe.report.claims import read_comparisons
    from awe.report.overview import overview_page

    results = open_results(arguments)
    compared = read_comparisons(arguments.claims)
    record = read_record(arguments.results)
    below = captions(arguments, results.plan)
    pictures = {path: below.get(path.stem, "") for path in arguments.pictures}
    page = overview_page(results, compared, arguments.reference, arguments.note, pictures, record)
    write_text(page, arguments.output)
