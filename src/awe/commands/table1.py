"""Write Table 1, the word-level statistics of the data, as CSV, Markdown, LaTeX and HTML."""

import argparse

from awe.report.arguments import add_output_stem, add_results, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    add_output_stem(parser)


def run(arguments: argparse.Namespace) -> None:
    """Read every language's tokens, count, write."""
    from awe.report.table1 import readable, word_statistics
    from awe.report.tabular import write_all

    results = open_results(arguments)
    statistics = word_statistics({language: results.tokens(language) for language in results.plan.languages})
    write_all(statistics, readable(statistics, results.plan.languages), arguments.output_stem)
