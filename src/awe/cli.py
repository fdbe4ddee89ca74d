"""The command `awe`: one subcommand per module in `awe.commands`."""

import argparse
import ast
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

from awe import __version__, commands, plugins
from awe.errors import AweError, one_line


def _summary(name: str) -> str:
    """First line of a command's docstring, read without importing its libraries."""
    source = Path(commands.__path__[0], f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def build_parser(chosen: str | None) -> argparse.ArgumentParser:
    """Build the parser; only the chosen command's module is imported, so that every command starts fast."""
    parser = argparse.ArgumentParser(prog="awe", description="Acoustic word embeddings of form and meaning.")
    parser.add_argument("--version", action="version", version=f"awe {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for found in pkgutil.iter_modules(commands.__path__):
        command = found.name.replace("_", "-")
        subparser = subparsers.add_parser(command, help=_summary(found.name), description=_summary(found.name))
        if command == chosen:
            module = plugins.load("commands", found.name)
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a user's error becomes one line and an exit code, never a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = build_parser(given[0] if given else None).parse_args(given)
    try:
        options.run(options)
    except AweError as error:
        print(f"awe {options.command}: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"awe {options.command}: {one_line(f'{where}{error.strerror or error}')}", file=sys.stderr)
        return 3
    return 0
