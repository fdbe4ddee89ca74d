"""Take over another experiment's tables."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--source", type=Path, required=True, help="results/<other experiment>/<language>")
    parser.add_argument("--target", type=Path, required=True, help="results/<experiment>/<language>")
    parser.add_argument("--stages", nargs="+", required=True, help="names of stages in the source's tables.json")


def run(arguments: argparse.Namespace) -> None:
    """Link or copy the files of the stages."""
    from awe.progress import say
    from awe.reuse import take_over

    count = take_over(arguments.source, arguments.target, arguments.stages)
    say(f"{count} files taken over from {arguments.source}: {', '.join(arguments.stages)}")
