"""What all commands of the report are given."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awe.report.results import Results


def add_results(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say where the results are and what they consist of."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")


def add_output_stem(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says where files of several formats go."""
    parser.add_argument("--output-stem", type=Path, required=True, help="path without suffix")


def add_audio_folders(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says where recordings are."""
    parser.add_argument(
        "--audio-folder",
        action="append",
        nargs=2,
        default=[],
        metavar=("LANGUAGE", "FOLDER"),
        help="what a language's audio paths are relative to; repeatable; a language without one cannot be played",
    )


def audio_folders(arguments: argparse.Namespace) -> dict[str, Path]:
    """Return the folder of each language that `add_audio_folders` took."""
    return {language: Path(folder) for language, folder in arguments.audio_folder}


def open_results(arguments: argparse.Namespace) -> "Results":
    """Open the results that the flags name; raises ConfigError if the plan is not one."""
    from awe.options import parse_options
    from awe.report.results import Plan, Results

    return Results(arguments.results, parse_options(Plan, arguments.plan, "--plan"))
