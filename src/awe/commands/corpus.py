"""Read a corpus: check its audio, normalise its transcripts, write what it has and what had to be left out."""

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from awe import plugins
from awe.errors import CorpusError
from awe.options import parse_options
from awe.progress import say

if TYPE_CHECKING:
    import pyarrow as pa

_MOST = 0.2  # share of a corpus that may be left out for one reason without a word
_FEW = 1  # so many may be a slip


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
    """Read, check, write.

    A corpus of which nothing is left is an error that counts the reasons. So is one of which much is not in the encoding:
    what would be left are the sentences without accents or umlauts, another language than the corpus's.
    """
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
    reasons = _weigh(
        ingested.rejects, ingested.utterances.num_rows, arguments.data_root / options.folder, options.encoding
    )
    write_arrow(ingested.utterances, "utterances", arguments.utterances)
    write_arrow(ingested.reference, "alignment", arguments.reference)
    if arguments.speakers:
        facts = reader.speaker_facts(options, arguments.data_root) if hasattr(reader, "speaker_facts") else {}
        write_text(describe(ingested.utterances, facts).to_csv(index=False), arguments.speakers)
    hours = sum(ingested.utterances["duration_s"].to_pylist()) / 3600
    speakers = len(ingested.utterances["speaker_id"].unique())
    say(f"{ingested.utterances.num_rows} utterances, {speakers} speakers, {hours:.2f} h; rejected: {reasons or 'none'}")


def _weigh(rejects: "pa.Table", num_kept: int, folder: Path, encoding: str) -> str:
    """Count the rejects by reason; say aloud what much of the corpus is left out for, or stop if that cannot be meant."""
    counted = Counter(rejects["reason"].to_pylist())
    reasons = ", ".join(f"{count} {reason}" for reason, count in counted.most_common())
    total = num_kept + rejects.num_rows
    for reason, count in counted.most_common():
        [first] = rejects.slice(rejects["reason"].index(reason).as_py(), 1).to_pylist()
        example = f"{first['item_id']} ({first['detail']})"
        if reason == "transcript_unreadable" and count > max(_FEW, _MOST * total):
            raise CorpusError(
                f"{folder}: {count} of {total} transcripts are not in the encoding {encoding}, such as {example};"
                " set corpus.options.encoding, for instance to iso-8859-1"
            )
        if not num_kept:
            raise CorpusError(f"{folder}: no utterance could be used ({reasons}), such as {example}")
        if count > _MOST * total:
            say(f"warning: {count} of {total} utterances are left out for {reason}, such as {example}")
    return reasons
