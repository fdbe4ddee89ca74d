"""Train one model: one language, one setting, one seed."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awe.training.options import JobOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--options", required=True, help="JSON of JobOptions: model, training, setting, seed")
    parser.add_argument("--tokens", type=Path, required=True, help="table tokens")
    parser.add_argument("--vectors", type=Path, required=True, help="table vectors")
    parser.add_argument("--features", type=Path, nargs="+", required=True, help="shards of table features")
    parser.add_argument("--output", type=Path, required=True, help="folder for the model and its tables")


def run(arguments: argparse.Namespace) -> None:
    """Write the model, its history, the words it was trained on, embeddings, job.json and TensorBoard events.

    While it runs, checkpoint/ in the output folder holds the state; after a stop of any kind the same command goes
    on from there. On SIGTERM it saves the state and ends with exit code 75.
    """
    import os

    # threads that wait for others spin only briefly, else jobs that share cores slow each other down tenfold;
    # the library looks at this once, when torch loads it
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")

    from filelock import FileLock, Timeout

    from awe.errors import TrainingError
    from awe.options import parse_options
    from awe.training.options import JobOptions

    options = parse_options(JobOptions, arguments.options)
    folder: Path = arguments.output / "checkpoint"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", timeout=0):
            _train(options, arguments, folder)
    except Timeout:
        raise TrainingError(f"{arguments.output}: another run is training this job; wait for it or stop it") from None


def _train(options: "JobOptions", arguments: argparse.Namespace, folder: Path) -> None:
    import signal

    from awe.files import write_json
    from awe.tables import read_arrow, read_shards, write_arrow, write_table
    from awe.training.checkpoint import Checkpoint
    from awe.training.data import embeddings_table, token_set, word_vectors
    from awe.training.job import fingerprint, train
    from awe.training.model_file import write_model

    asked: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    files = [arguments.tokens, arguments.vectors, *arguments.features]
    tokens = token_set(read_arrow("tokens", arguments.tokens), read_shards("features", arguments.features))
    vectors = word_vectors(read_arrow("vectors", arguments.vectors), tokens.word_names)
    checkpoint = Checkpoint(folder / "state.safetensors", fingerprint(options, files))
    label = " ".join([*arguments.output.parts[-3:]])
    try:
        trained = train(
            options,
            tokens,
            vectors,
            checkpoint=checkpoint,
            stop_asked=lambda: bool(asked),
            label=label,
            events_folder=arguments.output,
        )
    finally:
        signal.signal(signal.SIGTERM, before)

    write_model(arguments.output / "model.safetensors", trained.weights, trained.facts)
    write_table(trained.history, "history", arguments.output / "history.parquet")
    write_table(trained.trained_words, "trained_words", arguments.output / "trained_words.parquet")
    for split, embeddings in trained.embeddings.items():
        table = embeddings_table(tokens.token_ids[tokens.splits[split]], embeddings)
        write_arrow(table, "embeddings", arguments.output / f"{split}.parquet")
    write_json(trained.facts, arguments.output / "job.json")
    checkpoint.remove()
