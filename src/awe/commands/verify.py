"""Recompute the hashes of an experiment's provenance and say what changed."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("results", type=Path, help="results/<experiment>")


def run(arguments: argparse.Namespace) -> None:
    """Print a line for each difference; the exit code is 1 if there is any."""
    from awe.errors import VerificationError
    from awe.provenance import read_record
    from awe.verification import differences

    found = differences(arguments.results)
    for line in found:
        print(line)
    if found:
        raise VerificationError(f"{arguments.results}: {len(found)} differences from provenance.json")
    print(f"{arguments.results}: {len(read_record(arguments.results)['files'])} files as provenance.json says")
