"""Write how alike the settings are (linear CKA and RSA) as CSV, Markdown, LaTeX and HTML."""

import argparse

from awe.report.arguments import add_output_stem, add_results, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    add_output_stem(parser)


def run(arguments: argparse.Namespace) -> None:
    """Compare the settings, write."""
    from awe.report.similarity import compare_spaces, readable
    from awe.report.tabular import write_all

    results = open_results(arguments)
    compared = compare_spaces(results)
    write_all(compared, readable(compared, results.plan.languages), arguments.output_stem)
