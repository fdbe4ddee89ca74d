"""Write one table of the report from stored results: CSV, Markdown, LaTeX and HTML."""

import argparse

from awe.report.arguments import add_output_stem, add_results, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--table", required=True, help="a module of awe.report.tables")
    parser.add_argument("--options", default="{}", help="JSON: the table's options")
    add_results(parser)
    add_output_stem(parser)


def run(arguments: argparse.Namespace) -> None:
    """Load the table, collect its rows, write them in every format."""
    from awe import plugins
    from awe.options import parse_options
    from awe.report.tabular import write_all

    table = plugins.load("report.tables", arguments.table)
    options = parse_options(table.Options, arguments.options)
    results = open_results(arguments)
    collected = table.collect(results, options)
    write_all(collected, table.readable(collected, results.plan.languages), arguments.output_stem)
