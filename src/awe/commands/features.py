"""Compute the acoustic features of one shard of tokens."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--options", required=True, help="JSON of FeatureOptions")
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--utterances", type=Path, required=True)
    parser.add_argument("--data-root", type=Path, required=True)
    parser.add_argument("--shard", type=int, required=True, help="number of this shard, from 0")
    parser.add_argument("--output", type=Path, required=True, help="table features")


def run(arguments: argparse.Namespace) -> None:
    """Write one shard of the table `features`."""
    from awe import plugins
    from awe.audio import SAMPLE_RATE_HZ, read_segment
    from awe.features.options import FeatureOptions
    from awe.features.shards import featurise, speakers_of_shard, to_arrow
    from awe.options import parse_options
    from awe.progress import track
    from awe.tables import read_table, write_arrow

    options = parse_options(FeatureOptions, arguments.options)
    kind = plugins.load("features", options.kind)
    tokens = read_table("tokens", arguments.tokens)
    utterances = read_table("utterances", arguments.utterances)
    speakers = speakers_of_shard(tokens, arguments.shard, options.shards)
    mine = tokens[tokens["speaker_id"].isin(speakers)]

    def read_audio(audio_path: str, start_s: float, duration_s: float) -> "np.ndarray":
        return read_segment(arguments.data_root / audio_path, start_s, duration_s)

    parts = featurise(mine, utterances, read_audio, SAMPLE_RATE_HZ, kind, options)
    ids, pieces = [], []
    for part_ids, part_pieces in track(parts, "speakers", len(speakers)):
        ids += part_ids
        pieces += part_pieces
    write_arrow(to_arrow(ids, pieces), "features", arguments.output, {"awe.features": options.model_dump_json()})
