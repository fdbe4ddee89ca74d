"""Write what every stage accepted and rejected, and why, as CSV, Markdown, LaTeX and HTML."""

import argparse

from awe.report.arguments import add_output_stem, add_results, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    add_output_stem(parser)


def run(arguments: argparse.Namespace) -> None:
    """Count the accepted and rejected items, write."""
    from awe.report.funnel import funnel, readable
    from awe.report.tabular import write_all

    results = open_results(arguments)
    counts = funnel(results)
    write_all(counts, readable(counts, results.plan.languages), arguments.output_stem)
