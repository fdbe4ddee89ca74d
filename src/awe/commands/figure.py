"""Draw one figure from stored results: PDF, PNG, SVG and the CSV behind it."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--figure", required=True, help="a module of awe.report.figures")
    parser.add_argument("--options", default="{}", help="JSON: the figure's options")
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")
    parser.add_argument("--output-stem", type=Path, required=True, help="path without suffix")


def run(arguments: argparse.Namespace) -> None:
    """Load the figure, draw it, save it in every format."""
    import matplotlib as mpl

    from awe import plugins
    from awe.files import write_text
    from awe.options import parse_options
    from awe.report.results import Plan, Results
    from awe.report.style import print_style, save

    mpl.use("agg")
    figure = plugins.load("report.figures", arguments.figure)
    options = parse_options(figure.Options, arguments.options)
    results = Results(arguments.results, parse_options(Plan, arguments.plan, "--plan"))
    with print_style():
        drawn, frame = figure.draw(results, options)
        save(drawn, arguments.output_stem)
    stem = arguments.output_stem
    write_text(frame.to_csv(index=False, float_format="%.6g"), stem.with_name(f"{stem.name}.csv"))
