"""Draw one figure from stored results: PDF, PNG, SVG and the CSV behind it."""

import argparse

from awe.report.arguments import add_plugin, load_plugin, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_plugin(parser, "figure")


def run(arguments: argparse.Namespace) -> None:
    """Load the figure, draw it, save it in every format."""
    import matplotlib as mpl

    from awe.files import write_text
    from awe.report.style import print_style, save

    mpl.use("agg")
    figure, options = load_plugin(arguments, "figure")
    results = open_results(arguments)
    with print_style():
        drawn, frame = figure.draw(results, options)
        save(drawn, arguments.output_stem)
    stem = arguments.output_stem
    write_text(frame.to_csv(index=False, float_format="%.6g"), stem.with_name(f"{stem.name}.csv"))
