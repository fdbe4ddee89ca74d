"""Find or train the vectors of all word types."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--options", required=True, help="JSON of SemanticsOptions")
    parser.add_argument("--text", required=True, help="JSON of TextOptions")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--lexicon", type=Path, required=True)
    parser.add_argument("--data-root", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="table vectors")
    parser.add_argument("--rejects", type=Path, required=True)


def run(arguments: argparse.Namespace) -> None:
    """Write the table `vectors`; words without a vector become rejects."""
    import pandas as pd

    from awe import plugins
    from awe.options import check_options, parse_options
    from awe.semantics.options import SemanticsOptions
    from awe.tables import read_table, reject, table_from, write_table
    from awe.text import TextOptions

    options = parse_options(SemanticsOptions, arguments.options)
    text_options = parse_options(TextOptions, arguments.text)
    source = plugins.load("semantics", options.source)
    words = read_table("lexicon", arguments.lexicon)["word"].tolist()
    source_options = check_options(source.Options, options.options, "semantics.options")
    found = source.find_vectors(words, source_options, arguments.data_root, text_options, arguments.seed)
    present = sorted(found)
    missing = set(words) - set(found) if options.source != "none" else set()
    rejects = [reject("semantics", word, "vector_missing") for word in sorted(missing)]
    write_table(table_from("rejects", rejects), "rejects", arguments.rejects)
    frame = pd.DataFrame({"word": present, "vector": [found[word] for word in present]})
    write_table(frame, "vectors", arguments.output)
