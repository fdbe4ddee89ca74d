"""Write the explorer, one self-contained HTML page with maps, neighbours and recordings of the tokens."""

import argparse
from pathlib import Path

from awe.report.arguments import add_results, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    parser.add_argument("--options", default="{}", help="JSON: splits, tokens, clips, neighbours, perplexity, seed")
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

    options = parse_options(ExplorerOptions, arguments.options)
    results = open_results(arguments)
    folders = {language: Path(folder) for language, folder in arguments.audio_folder}
    write_text(explorer_page(results, folders, options), arguments.output)
