"""Write the explorer, one self-contained HTML page with maps, neighbours and recordings of the tokens."""

import argparse
from pathlib import Path

from awe.report.arguments import add_audio_folders, add_results, audio_folders, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    parser.add_argument("--options", default="{}", help="JSON: splits, tokens, clips, neighbours, perplexity, seed")
    add_audio_folders(parser)
    parser.add_argument("--output", type=Path, required=True, help="HTML")


def run(arguments: argparse.Namespace) -> None:
    """Read the results, build the page, write it."""
    from awe.files import write_text
    from awe.options import parse_options
    from awe.report.explorer import explorer_page
    from awe.report.options import ExplorerOptions

    options = parse_options(ExplorerOptions, arguments.options)
    results = open_results(arguments)
    write_text(explorer_page(results, audio_folders(arguments), options), arguments.output)
