"""Say what differs between two lexicons, such as those of two versions of eSpeak NG."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("old", type=Path, help="results/<experiment>/<language>/lexicon")
    parser.add_argument("new", type=Path, help="another such folder")


def run(arguments: argparse.Namespace) -> None:
    """Print versions, phones that came and went, and words with other phones; the exit code is 1 if there are any."""
    from awe.errors import VerificationError
    from awe.lexicon.comparison import compare
    from awe.tables import read_table

    for name, folder in (("old", arguments.old), ("new", arguments.new)):
        versions = folder / "versions.json"
        print(f"{name}: {' '.join(versions.read_text(encoding='utf-8').split()) if versions.is_file() else folder}")
    tables = [read_table("lexicon", folder / "lexicon.parquet") for folder in (arguments.old, arguments.new)]
    changes = compare(*tables)
    for kind, item, old, new in changes.itertuples(index=False, name=None):
        print(f"{kind} {item}: {old or 'not there'} -> {new or 'not there'}")
    if not changes.empty:
        counts = changes["kind"].value_counts()
        phones, words = counts.get("phone", 0), counts.get("word", 0)
        raise VerificationError(f"{phones} phones and {words} of {len(tables[0])} words differ")
