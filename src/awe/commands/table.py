"""Write one table of the report from stored results: CSV, Markdown, LaTeX and HTML."""

import argparse

from awe.report.arguments import add_plugin, load_plugin, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_plugin(parser, "table")


def run(arguments: argparse.Namespace) -> None:
    """Load the table, collect its rows, write them in every format."""
    from awe.report.tabular import write_all

    table, options = load_plugin(arguments, "table")
    results = open_results(arguments)
    collected = table.collect(results, options)
    write_all(collected, table.readable(collected, results.plan.languages), arguments.output_stem)
