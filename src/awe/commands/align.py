"""Find the times of all words with the chosen aligner."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--aligner", required=True, help="name of a module in awe.alignment")
    parser.add_argument("--options", default="{}", help="JSON of the aligner's options")
    parser.add_argument("--utterances", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path, required=True)
    parser.add_argument("--reference", type=Path, required=True, help="word times that the corpus ships")
    parser.add_argument("--audio", type=Path, required=True, help="folder that audio paths are relative to")
    parser.add_argument("--data-root", type=Path, required=True, help="folder of files named in the options")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="table alignment")
    parser.add_argument("--rejects", type=Path, required=True)
    parser.add_argument("--versions", type=Path, required=True, help="JSON naming programs and models")


def run(arguments: argparse.Namespace) -> None:
    """Write the tables `alignment` and `rejects`."""
    import tempfile

    from awe import plugins
    from awe.alignment.base import AlignmentTask
    from awe.files import write_json
    from awe.options import parse_options
    from awe.tables import read_table, table_from, write_table

    aligner = plugins.load("alignment", arguments.aligner)
    options = parse_options(aligner.Options, arguments.options)
    with tempfile.TemporaryDirectory() as folder:
        task = AlignmentTask(
            utterances=read_table("utterances", arguments.utterances),
            lexicon=read_table("lexicon", arguments.lexicon),
            reference=read_table("alignment", arguments.reference),
            audio_folder=arguments.audio,
            data_root=arguments.data_root,
            work_folder=Path(folder),
            seed=arguments.seed,
            threads=arguments.threads,
        )
        result = aligner.align(task, options)
    write_table(table_from("rejects", result.rejects), "rejects", arguments.rejects)
    write_json(result.versions, arguments.versions)
    write_table(result.alignment, "alignment", arguments.output)
