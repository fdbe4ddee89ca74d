"""Write the explorer, one self-contained HTML page with maps, neighbours and recordings of the test tokens."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")
    parser.add_argument("--options", default="{}", help="JSON: tokens, clips, neighbours, perplexity, seed")
    parser.add_argument(
        "--audio-folder",
        action="append",
        nargs=2,
        default=[],
        metavar=("LANGUAGE", "FOLDER"),
        help="what a language's audio paths are relative to; repeatable; a language without one cannot be played",
    )
    parser.add_argument("--output", type=Path, required=True, help="HTML")


def run(arguments: argparse.Namespace) -> None:
    """Read the results, build the page, write it."""
    from awe.files import write_text
    from awe.options import parse_options
    from awe.report.explorer import explorer_page
    from awe.report.options import ExplorerOptions
    from awe.report.results import Plan, Results

    options = parse_options(ExplorerOptions, arguments.options)
    results = Results(arguments.results, parse_options(Plan, arguments.plan, "--plan"))
    folders = {language: Path(folder) for language, folder in arguments.audio_folder}
    write_text(explorer_page(results, folders, options), arguments.output)
