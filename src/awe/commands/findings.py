"""Write what the analyses of all jobs found as CSV, Markdown, LaTeX and HTML."""

import argparse

from awe.report.arguments import add_output_stem, add_results, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    add_output_stem(parser)


def run(arguments: argparse.Namespace) -> None:
    """Collect the findings, average them over seeds, write."""
    from awe.report.analyses import collect, readable
    from awe.report.tabular import write_all

    results = open_results(arguments)
    collected = collect(results)
    write_all(collected, readable(collected, results.plan.languages), arguments.output_stem)
