"""Read a corpus: check its audio, normalise its transcripts, write what it has and what had to be left out."""

import argparse
from collections import Counter
from pathlib import Path

from awe import plugins
from awe.errors import CorpusError
from awe.options import parse_options
from awe.progress import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--reader", required=True, help="name of a module in awe.corpora, e.g. ljspeech")
    parser.add_argument("--options", default="{}", help="options of the reader, JSON")
    parser.add_argument("--text", default="{}", help="options of awe.text, JSON")
    parser.add_argument("--limits", default="{}", help="limits on audio, awe.corpora.base.IngestOptions, JSON")
    parser.add_argument("--data-root", type=Path, required=True, help="folder that all audio paths are relative to")
    parser.add_argument("--processes", type=int, default=1, help="processes that check audio")
    parser.add_argument("--utterances", type=Path, required=True, help="table to write")
    parser.add_argument("--reference", type=Path, required=True, help="table `alignment` to write: shipped word times")
    parser.add_argument("--rejects", type=Path, required=True, help="table to write")
    parser.add_argument(
        "--speakers", type=Path, help="CSV to write: utterances and hours of each speaker, and its facts"
    )


def run(arguments: argparse.Namespace) -> None:
    """Read, check, write; a corpus of which nothing is left is an error that counts the reasons."""
    from awe.corpora.base import IngestOptions
    from awe.corpora.ingest import ingest
    from awe.corpora.speakers import describe
    from awe.corpora.splits import with_speaker_lists
    from awe.files import write_text
    from awe.tables import write_arrow
    from awe.text import TextOptions

    reader = plugins.load("corpora", arguments.reader)
    options = parse_options(reader.Options, arguments.options)
    text_options = parse_options(TextOptions, arguments.text)
    limits = parse_options(IngestOptions, arguments.limits)
    if not arguments.data_root.is_dir():
        raise CorpusError(f"{arguments.data_root}: no such folder; set the data root to where the corpora are")
    items = with_speaker_lists(reader.read(options, arguments.data_root), options, arguments.data_root)
    ingested = ingest(items, arguments.data_root, text_options, limits, arguments.processes)
    write_arrow(ingested.rejects, "rejects", arguments.rejects)
    counted = Counter(ingested.rejects["reason"].to_pylist()).most_common()
    reasons = ", ".join(f"{count} {reason}" for reason, count in counted)
    if not ingested.utterances.num_rows:
        folder = arguments.data_root / options.folder
        raise CorpusError(f"{folder}: no utterance could be used ({reasons}); see {arguments.rejects} for each")
    write_arrow(ingested.utterances, "utterances", arguments.utterances)
    write_arrow(ingested.reference, "alignment", arguments.reference)
    if arguments.speakers:
        facts = reader.speaker_facts(options, arguments.data_root) if hasattr(reader, "speaker_facts") else {}
        write_text(describe(ingested.utterances, facts).to_csv(index=False), arguments.speakers)
    hours = sum(ingested.utterances["duration_s"].to_pylist()) / 3600
    speakers = len(ingested.utterances["speaker_id"].unique())
    say(f"{ingested.utterances.num_rows} utterances, {speakers} speakers, {hours:.2f} h; rejected: {reasons or 'none'}")
