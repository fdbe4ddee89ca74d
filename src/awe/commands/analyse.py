"""Analyse one trained job's test embeddings: where the score comes from and what the embeddings hold."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--language", required=True)
    parser.add_argument("--setting", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--lemmas", type=Path, required=True, help="table lemmas; empty where none are known")
    parser.add_argument("--selection", type=Path, required=True, help="JSON written by `awe select`")
    parser.add_argument(
        "--training-folder", type=Path, required=True, help="holds the jobs' folders, <candidate>/seed-<n>"
    )
    parser.add_argument("--queries", type=Path, required=True, help="table queries, written by `awe score`")
    parser.add_argument("--options", default="{}", help="JSON: seed, analyses: {name: its options}; none named: all")
    parser.add_argument("--output", type=Path, required=True, help="table findings")


def run(arguments: argparse.Namespace) -> None:
    """Read what is known about the test tokens, run the analyses, write what they found."""
    from awe.evaluation.analysis import AnalysisOptions, run_analyses
    from awe.evaluation.regressor import predict_vectors
    from awe.evaluation.scoring import match_tokens
    from awe.evaluation.selection import read_selection
    from awe.evaluation.subject import Subject
    from awe.options import parse_options
    from awe.tables import read_table, table_from, write_table

    options = parse_options(AnalysisOptions, arguments.options)
    candidate = read_selection(arguments.selection)["chosen"]
    folder = arguments.training_folder / candidate / f"seed-{arguments.seed}"
    tokens = read_table("tokens", arguments.tokens)
    test = tokens[tokens["split"] == "test"]
    embeddings = match_tokens(read_table("embeddings", folder / "test.parquet"), test, str(folder / "test.parquet"))
    subject = Subject(
        tokens=test,
        embeddings=embeddings,
        train_counts=read_table("trained_words", folder / "trained_words.parquet").set_index("word")["tokens"],
        average_precision=read_table("queries", arguments.queries).set_index("token_id")["average_precision"],
        vectors=read_table("vectors", arguments.vectors).set_index("word")["vector"],
        lemmas=read_table("lemmas", arguments.lemmas).set_index("word")["lemma"],
        predicted=predict_vectors(folder / "model.safetensors", embeddings),
        seed=options.seed,
    )
    identity = {
        "language": arguments.language, "setting": arguments.setting, "candidate": candidate, "seed": arguments.seed,
    }  # fmt: skip
    rows = [identity | row for row in run_analyses(subject, options)]
    write_table(table_from("findings", rows), "findings", arguments.output)
