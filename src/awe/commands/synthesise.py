"""Speak the embedded corpus with eSpeak NG: audio, transcripts and the true word times."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--options", required=True, help="JSON of SynthesisOptions")
    parser.add_argument("--text", required=True, help="JSON of TextOptions")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="folder for manifest.parquet and the FLAC files")


def run(arguments: argparse.Namespace) -> None:
    """Write one FLAC file a speaker, and `manifest.parquet` last, so that it stands for a complete corpus."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from awe.options import parse_options
    from awe.progress import track
    from awe.synthesis.corpus import plan, speak_all
    from awe.synthesis.options import SynthesisOptions
    from awe.synthesis.prose import analyse, read_prose
    from awe.text import TextOptions

    options = parse_options(SynthesisOptions, arguments.options)
    text_options = parse_options(TextOptions, arguments.text)
    sentences = [analyse(text, text_options) for text in read_prose(options.prose)]
    readings = plan(sentences, options, arguments.seed)
    arguments.output.mkdir(parents=True, exist_ok=True)
    speakers = track(speak_all(readings, arguments.output, arguments.threads), "speakers", len(readings))
    rows = [row for speaker in speakers for row in speaker]
    pq.write_table(pa.Table.from_pylist(rows), arguments.output / "manifest.parquet")
