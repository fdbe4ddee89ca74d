"""One training job: from tokens, vectors and options to the best epoch's network, embeddings and history."""

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from awe import plugins
from awe.errors import TrainingError
from awe.training.checkpoint import Checkpoint
from awe.training.data import TokenSet, count_words, some_minutes
from awe.training.device import choose_device, device_name, use_bfloat16
from awe.training.encoder import AcousticEncoder
from awe.training.loop import Training
from awe.training.network import DeviceTokens, Network
from awe.training.objective import Task
from awe.training.options import JobOptions
from awe.training.reporting import Reporter


@dataclass(frozen=True)
class TrainedModel:
    """What a job leaves.

    Attributes:
        weights: the best epoch's network.
        history: table `history`, a row each epoch. Its losses are means per training token whatever the objective
            divides by (see `awe.training.objective.Losses`).
        trained_words: table `trained_words`, what the best epoch's network was trained on.
        embeddings: of the valid and the test split's tokens, with shape (tokens, D).
        facts: what `job.json` says of the run.

    """

    weights: dict[str, Tensor]
    history: pd.DataFrame
    trained_words: pd.DataFrame
    embeddings: dict[str, NDArray[np.float32]]
    facts: dict[str, Any]


def train(
    options: JobOptions,
    tokens: TokenSet,
    vectors: NDArray[np.float32],
    *,
    checkpoint: Checkpoint | None = None,
    stop_asked: Callable[[], bool] = lambda: False,
    label: str = "train",
    events_folder: Path | None = None,
) -> TrainedModel:
    """Train one model and embed the held-out tokens with its best epoch.

    On a CPU, options and tables decide every digit of the result, however often training was stopped and resumed. On
    a GPU cuDNN keeps the state of the dropout between recurrent layers outside PyTorch's generators, out of a
    checkpoint's reach: with `model.dropout` above 0 a resumed run draws other masks than an undisturbed one.

    Args:
        options: what to train and how.
        tokens: all splits' tokens.
        vectors: with shape (words, dimensions), rows in the order of `tokens.word_names`; NaN where there is none.
        checkpoint: where to keep the state; a state that is there is taken up.
        stop_asked: looked at after each step; if true, training saves a checkpoint and ends.
        label: starts the lines about progress.
        events_folder: where to write TensorBoard events; None: nowhere.

    Raises:
        TrainingError: if the loss is not finite, memory runs out or the checkpoint cannot be written.
        InterruptedTrainingError: if training was asked to stop.
        ConfigError: if the options do not fit the data.

    """
    started = time.monotonic()
    device = choose_device(options.training)
    members = some_minutes(tokens, options.training.train_minutes, options.seed)
    try:
        network = build_network(options, tokens, vectors, members, device)
        training = Training(options, network, DeviceTokens(tokens, options.model, device), members)
        state = checkpoint.load() if checkpoint else None
        if state is not None:
            training.restore(state)
        with closing(Reporter(label, options.training.epochs, events_folder)) as reporter:
            reporter.begin(training.progress)
            training.run(checkpoint, stop_asked, reporter)
        embeddings = {split: training.embed(split) for split in ("valid", "test")}
    except torch.OutOfMemoryError:
        raise TrainingError(
            f"{device_name(device)}: out of memory; lower training.batch_size or evaluation_batch_size, "
            "or run fewer jobs on this device"
        ) from None
    history = pd.DataFrame(training.progress.history).astype({"epoch": "int32", "pretraining": "bool"})
    trained = training.trained_tokens()
    facts = {
        "options": options.model_dump(mode="json"),
        "parameters": sum(parameter.numel() for parameter in training.network.parameters()),
        "best_epoch": training.progress.best_epoch,
        "best_validation_map": training.progress.best_map,
        "training_tokens": len(trained),
        "seconds": float(history["seconds"].sum()),
        "seconds_of_this_process": time.monotonic() - started,
        "tokens_per_s": float(history["tokens_per_s"].median()),
        "device": device_name(device),
        "precision": training.network.precision,
        "embedding_precision": "float32",
        "torch": torch.__version__,
        "phones": tokens.symbols,
        "coefficients": tokens.coefficients,
    }
    return TrainedModel(training.best, history, count_words(tokens, trained), embeddings, facts)


def build_network(
    options: JobOptions,
    tokens: TokenSet,
    vectors: NDArray[np.float32],
    members: NDArray[np.int64],
    device: torch.device,
) -> Network:
    """Make the network of a job with its seeded first weights; those of the encoder are the same for all objectives."""
    torch.manual_seed(options.seed)
    task = Task(
        model=options.model,
        forms=tokens.form_symbols,
        num_symbols=len(tokens.symbols),
        vectors=vectors,
        train_words=np.unique(tokens.words[members]),
        coefficients=tokens.coefficients,
        seed=options.seed,
    )
    # the encoder comes first, so that at one seed all settings start from the same one
    encoder = AcousticEncoder(tokens.coefficients, options.model)
    plugin = plugins.load("training.objectives", options.setting.objective)
    objective = plugin.build(plugin.Options.model_validate(options.setting.options), task)
    network = Network(encoder, objective, mixed_precision=use_bfloat16(options.training, device))
    if options.model.initialisation == "authors":
        for module in network.modules():
            if isinstance(module, nn.Linear):
                nn.init.uniform_(module.weight, -0.05, 0.05)
                nn.init.zeros_(module.bias)
    return network.to(device)


def fingerprint(options: JobOptions, files: list[Path]) -> str:
    """Name what a job computes: its options, the content of its input files, and the code of this package.

    Where it is computed, on how many threads and how often it is saved does not count; the checkpoint itself says which
    precision `auto` has become.
    """
    settings = options.model_dump(mode="json")
    for free in ("device", "threads", "checkpoint_interval_s"):
        del settings["training"][free]
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for path in [*files, *sorted(Path(__file__).parent.rglob("*.py"))]:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
