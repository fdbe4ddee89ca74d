"""Draw one figure from stored results: PDF, PNG, SVG and the CSV behind it."""

import argparse

from awe.report.arguments import add_output_stem, add_results, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--figure", required=True, help="a module of awe.report.figures")
    parser.add_argument("--options", default="{}", help="JSON: the figure's options")
    add_results(parser)
    add_output_stem(parser)


def run(arguments: argparse.Namespace) -> None:
    """Load the figure, draw it, save it in every format."""
    import matplotlib as mpl

    from awe import plugins
    from awe.files import write_text
    from awe.options import parse_options
    from awe.report.style import print_style, save

    mpl.use("agg")
    figure = plugins.load("report.figures", arguments.figure)
    options = parse_options(figure.Options, arguments.options)
    results = open_results(arguments)
    with print_style():
        drawn, frame = figure.draw(results, options)
        save(drawn, arguments.output_stem)
    stem = arguments.output_stem
    write_text(frame.to_csv(index=False, float_format="%.6g"), stem.with_name(f"{stem.name}.csv"))
