"""Score one trained job's validation and test embeddings."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--language", required=True)
    parser.add_argument("--setting", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--selection", type=Path, required=True, help="JSON written by `awe select`")
    parser.add_argument("--training-folder", type=Path, required=True, help="holds <candidate>/seed-<n>/test.parquet")
    parser.add_argument("--options", default="{}", help="JSON: normalised, bootstrap_samples, confidence_level, seed")
    parser.add_argument("--output", type=Path, required=True, help="table scores")
    parser.add_argument(
        "--queries-output", type=Path, required=True, help="table queries: the test queries' precisions"
    )
    parser.add_argument(
        "--left-out-output", type=Path, required=True, help="table left_out: test scores without each group of speakers"
    )


def run(arguments: argparse.Namespace) -> None:
    """Read the embeddings of the chosen candidate, score both splits, write the scores and the test queries."""
    import pandas as pd

    from awe.errors import TableError
    from awe.evaluation.options import EvaluationOptions
    from awe.evaluation.scoring import all_precisions, codes, match_tokens, score_rows, values_without_speakers
    from awe.evaluation.selection import read_selection
    from awe.metrics.same_different import NoQueriesError
    from awe.options import parse_options
    from awe.progress import say
    from awe.tables import read_table, table_from, write_table

    options = parse_options(EvaluationOptions, arguments.options)
    candidate = read_selection(arguments.selection)["chosen"]
    folder = arguments.training_folder / candidate / f"seed-{arguments.seed}"
    tokens = read_table("tokens", arguments.tokens)
    identity = {
        "language": arguments.language,
        "setting": arguments.setting,
        "candidate": candidate,
        "seed": arguments.seed,
    }
    rows = []
    of_split = {split: tokens[tokens["split"] == split] for split in ("valid", "test")}
    per_query = {}
    for split, own in of_split.items():
        path = folder / f"{split}.parquet"
        embeddings = match_tokens(read_table("embeddings", path), own, str(path))
        words, speakers = codes(own["word"]), codes(own["speaker_id"])
        try:
            results = all_precisions(embeddings, words, speakers, normalised=options.normalised)
        except NoQueriesError as error:
            raise TableError(f"{arguments.tokens}, split {split}: {error}") from None
        without = values_without_speakers(embeddings, words, speakers, options) if split == "test" else None
        rows += score_rows(results, words, without, options, {**identity, "split": split})
        per_query[split] = results["per_query"]
        say(f"{arguments.language} {arguments.setting} {split}: mAP {per_query[split].value:.4f}")
    asked = of_split["test"]["token_id"].to_numpy()[per_query["test"].first]
    queries = pd.DataFrame({"token_id": asked, "average_precision": per_query["test"].precisions})
    write_table(table_from("scores", rows), "scores", arguments.output)
    left_out = [
        {"group": group, "definition": definition, "value": value}
        for group, values in enumerate(without or ())
        for definition, value in values.items()
    ]
    write_table(queries, "queries", arguments.queries_output)
    write_table(table_from("left_out", left_out), "left_out", arguments.left_out_output)
