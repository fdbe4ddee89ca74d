"""What all commands of the report are given."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from awe.options import Options
    from awe.report.plan import Plan
    from awe.report.results import Results


def add_results(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say where the results are and what they consist of."""
    parser.add_argument("--results", type=Path, required=True, help="results/<experiment>")
    parser.add_argument("--plan", required=True, help="JSON: experiment, languages, settings, seeds")


def add_plugin(parser: argparse.ArgumentParser, kind: str) -> None:
    """Add the flags of a command that writes one figure or one table (`kind`) in several formats."""
    parser.add_argument(f"--{kind}", dest="name", required=True, help=f"a module of awe.report.{kind}s")
    parser.add_argument("--options", default="{}", help=f"JSON: the {kind}'s options")
    add_results(parser)
    parser.add_argument("--output-stem", type=Path, required=True, help="path without suffix")


def load_plugin(arguments: argparse.Namespace, kind: str) -> "tuple[ModuleType, Options]":
    """Load the module that `add_plugin`'s flags name, and its options; raises ConfigError if either is unknown."""
    from awe import plugins
    from awe.options import parse_options

    module = plugins.load(f"report.{kind}s", arguments.name)
    return module, parse_options(module.Options, arguments.options)


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


def add_figures(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says which figures the experiment has, for their captions."""
    parser.add_argument(
        "--figure",
        action="append",
        nargs=2,
        default=[],
        metavar=("FIGURE", "OPTIONS"),
        help="a figure and the options that it is drawn with (JSON), for its caption; repeatable",
    )


def captions(arguments: argparse.Namespace, plan: "Plan") -> dict[str, str]:
    """Return the caption of each figure that `add_figures` took; raises ConfigError if it or an option is unknown."""
    from awe import plugins
    from awe.options import parse_options

    found = {}
    for name, text in arguments.figure:
        module = plugins.load("report.figures", name)
        found[name] = str(module.caption(plan, parse_options(module.Options, text, f"--figure {name}")))
    return found


def open_results(arguments: argparse.Namespace) -> "Results":
    """Open the results that the flags name; raises ConfigError if the plan is not one."""
    from awe.options import parse_options
    from awe.report.plan import Plan
    from awe.report.results import Results

    return Results(arguments.results, parse_options(Plan, arguments.plan, "--plan"))
