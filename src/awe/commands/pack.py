"""Put an experiment's results into one archive."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("results", type=Path, help="results/<experiment>")
    parser.add_argument("archive", type=Path, help="the .tar.gz to write")


def run(arguments: argparse.Namespace) -> None:
    """Write the archive."""
    from awe.archive import pack

    count = pack(arguments.results, arguments.archive)
    print(f"{arguments.archive}: {count} files of {arguments.results}")
