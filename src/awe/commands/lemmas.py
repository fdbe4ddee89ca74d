"""Find the lemmas of the words that are used."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--options", default="{}", help="JSON of LemmaOptions; none: no lemmas")
    parser.add_argument("--text", default="{}", help="JSON of TextOptions, for the words of a table")
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--data-root", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="table lemmas")


def run(arguments: argparse.Namespace) -> None:
    """Write the table `lemmas`; words without a lemma are not in it."""
    import pandas as pd

    from awe import plugins
    from awe.lemmas.options import LemmaOptions
    from awe.options import check_options, parse_options
    from awe.progress import say
    from awe.tables import read_table, write_table
    from awe.text import TextOptions

    options = parse_options(LemmaOptions, arguments.options)
    source = plugins.load("lemmas", options.source)
    words = sorted(set(read_table("tokens", arguments.tokens)["word"]))
    own = check_options(source.Options, options.options, "lemmas.options")
    found = source.find_lemmas(words, own, arguments.data_root, parse_options(TextOptions, arguments.text))
    say(f"{len(found)} of {len(words)} words have a lemma")
    frame = pd.DataFrame({"word": sorted(found), "lemma": [found[word] for word in sorted(found)]}, dtype="str")
    write_table(frame, "lemmas", arguments.output)
