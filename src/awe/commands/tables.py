"""Write down what a language's tables were made of, so that another experiment can take them over."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--folder", type=Path, required=True, help="results/<experiment>/<language>")
    parser.add_argument("--stages", required=True, help="JSON: made_of, files and taken_from of each stage")
    parser.add_argument("--output", type=Path, required=True, help="tables.json")


def run(arguments: argparse.Namespace) -> None:
    """Write `tables.json`."""
    import json

    from awe.files import write_json
    from awe.reuse import describe_stages

    write_json(describe_stages(arguments.folder, json.loads(arguments.stages)), arguments.output)
