"""Write the configuration's reference page and JSON schema from the options models."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--page", type=Path, default=Path("docs/configuration.md"))
    parser.add_argument("--schema", type=Path, default=Path("workflow/schemas/config.schema.json"))


def run(arguments: argparse.Namespace) -> None:
    """Write both files."""
    from awe.documentation import reference, schema
    from awe.files import write_text

    write_text(reference(), arguments.page)
    write_text(schema(), arguments.schema)
