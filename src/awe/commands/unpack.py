"""Restore an experiment's results from an archive and verify them."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("archive", type=Path, help="a .tar.gz written by awe pack")
    parser.add_argument("--into", type=Path, default=Path("results"), help="folder that the experiment comes into")


def run(arguments: argparse.Namespace) -> None:
    """Check the archive and write the experiment's folder."""
    from awe.archive import unpack

    print(f"{unpack(arguments.archive, arguments.into)}: restored and as its provenance says")
