"""Score untrained baselines on the validation and test tokens: down-sampled and averaged features, and DTW."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--language", required=True)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--features", type=Path, nargs="+", required=True, help="all shards of the language")
    parser.add_argument(
        "--options", default="{}", help="JSON: downsampled_frames, dtw_queries and the options of `awe score`"
    )
    parser.add_argument("--output", type=Path, required=True, help="table scores")


def run(arguments: argparse.Namespace) -> None:
    """Read the tokens' features, embed them without training, score, write the scores."""
    import numpy as np

    from awe.evaluation.baselines import BASELINES
    from awe.evaluation.dtw import DTW, compare_queries
    from awe.evaluation.features import read_segments
    from awe.evaluation.options import BaselineOptions
    from awe.evaluation.scoring import all_precisions, codes, score_rows, values_without_speakers
    from awe.options import parse_options
    from awe.progress import say
    from awe.tables import read_table, table_from, write_table

    options = parse_options(BaselineOptions, arguments.options)
    tokens = read_table("tokens", arguments.tokens)
    identity = {"language": arguments.language, "candidate": "only", "seed": 0}
    rows = []
    for split in ("valid", "test"):
        chosen = tokens[tokens["split"] == split]
        segments = read_segments(arguments.features, list(chosen["token_id"]))
        words, speakers = codes(chosen["word"]), codes(chosen["speaker_id"])
        for setting, embed in BASELINES.items():
            embeddings = embed(segments, options.downsampled_frames)
            results = all_precisions(embeddings, words, speakers, normalised=options.normalised)
            without = values_without_speakers(embeddings, words, speakers, options) if split == "test" else None
            rows += score_rows(results, words, without, options, {**identity, "split": split, "setting": setting})
            say(f"{arguments.language} {setting} {split}: mAP {results['per_query'].value:.4f}")
        if split == "test" and options.dtw_queries:  # too slow for both splits
            compared = compare_queries(segments, words, options.dtw_queries, options.seed)
            per_query = compared.score(np.arange(len(words)))
            without = compared.values_without_speakers(speakers, options.seed)
            row = {**identity, "split": split, "setting": DTW}
            rows += score_rows({"per_query": per_query}, words, without, options, row)
            say(f"{arguments.language} {DTW} {split}: mAP {per_query.value:.4f} of {len(per_query.precisions)} queries")
    write_table(table_from("scores", rows), "scores", arguments.output)
