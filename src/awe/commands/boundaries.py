"""Measure an alignment's word boundaries against the word times that the corpus ships."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--alignment", type=Path, required=True)
    parser.add_argument("--reference", type=Path, required=True)
    parser.add_argument("--utterances", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="CSV, a row for all words and one a speaker")


def run(arguments: argparse.Namespace) -> None:
    """Write the errors and print the row of all words."""
    from awe.alignment.boundary_errors import boundary_errors
    from awe.files import write_text
    from awe.progress import say
    from awe.tables import read_table

    alignment = read_table("alignment", arguments.alignment)
    # times that were taken over from the corpus cannot be measured against it
    found = alignment[alignment["aligner"] != "given"]
    reference = read_table("alignment", arguments.reference)
    known = reference if len(found) == len(alignment) else reference.iloc[:0]
    errors = boundary_errors(found, known, read_table("utterances", arguments.utterances))
    write_text(errors.to_csv(index=False, float_format="%.4g"), arguments.output)
    if not errors.empty:
        say(errors.head(1).to_string(index=False, float_format="%.3f"))
