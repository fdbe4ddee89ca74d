"""Score any table of embeddings and words, also one made elsewhere (Parquet, CSV, .npz)."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("input", type=Path, help=".parquet, .csv or .npz with words, embeddings and maybe speakers")
    parser.add_argument("--word", default="word", help="column or array with the words (default: %(default)s)")
    parser.add_argument("--speaker", help="column or array with the speakers; without it no definition about speakers")
    parser.add_argument(
        "--embedding",
        default="embedding",
        help="column of lists or array with the embeddings (default: %(default)s); a table without that column"
        " gives one numeric column per dimension",
    )
    parser.add_argument(
        "--tokens", type=Path, help="table tokens: words and speakers come from it, and the input is a table embeddings"
    )
    parser.add_argument("--split", default="test", help="which tokens of --tokens (default: %(default)s)")
    parser.add_argument("--options", default="{}", help="JSON: normalised, bootstrap_samples, confidence_level, seed")
    parser.add_argument("--output", type=Path, help="CSV to write; the scores are printed in any case")


def run(arguments: argparse.Namespace) -> None:
    """Read, score, print, maybe write."""
    import pandas as pd

    from awe.evaluation.options import EvaluationOptions
    from awe.evaluation.outside import InputError, read_embeddings, read_labelled
    from awe.evaluation.scoring import all_precisions, codes, score_rows, values_without_speakers
    from awe.files import write_text
    from awe.metrics.same_different import NoQueriesError
    from awe.options import parse_options

    options = parse_options(EvaluationOptions, arguments.options)
    if arguments.tokens:
        data = read_embeddings(arguments.input, arguments.tokens, arguments.split)
    else:
        data = read_labelled(arguments.input, arguments.word, arguments.speaker, arguments.embedding)
    words = codes(data.words)
    speakers = None if data.speakers is None else codes(data.speakers)
    try:
        results = all_precisions(data.embeddings, words, speakers, normalised=options.normalised)
    except NoQueriesError as error:
        raise InputError(f"{arguments.input}: {error}") from None
    if speakers is not None and "cross_speaker" not in results:
        raise InputError(
            f"{arguments.input}: no word is spoken by two speakers ({speakers.max() + 1} in all); leave out --speaker or --tokens"
        )
    without = None if speakers is None else values_without_speakers(data.embeddings, words, speakers, options)
    scores = pd.DataFrame(score_rows(results, words, without, options, {}))
    print(scores.to_string(index=False, float_format="%.4f"))
    if arguments.output:
        write_text(scores.to_csv(index=False), arguments.output)
