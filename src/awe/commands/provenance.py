"""Write down what an experiment's results rest on: config, code, versions, hashes, machine."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--config", required=True, help="JSON of the checked configuration")
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--output", type=Path, required=True, help="JSON")


def run(arguments: argparse.Namespace) -> None:
    """Collect and write `provenance.json`."""
    import json

    from awe.files import write_json
    from awe.provenance import collect

    write_json(collect(json.loads(arguments.config), arguments.results), arguments.output)
