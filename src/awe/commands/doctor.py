"""Say what is installed, what is missing for which stage, and what to do about it."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--results", type=Path, default=Path("results"), help="where results will come")


def run(arguments: argparse.Namespace) -> None:
    """Print a line for each thing looked at; the exit code is 1 if something that every run needs is missing."""
    from awe.doctor import examine
    from awe.errors import VerificationError

    findings = examine(arguments.results)
    for finding in findings:
        print(finding)
    missing = sum(finding.state == "missing" for finding in findings)
    if missing:
        raise VerificationError(f"{missing} things are missing; the lines above say what to do")
