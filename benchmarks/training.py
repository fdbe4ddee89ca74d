"""Tokens per second of training, ours against the plain loop, on the same tokens, in the same run.

    python benchmarks/training.py --threads 2

The paper's network and random batches of 256, form + meaning, tokens of the paper's lengths (0.51 s on average), whole
epochs with their validation, ours once in float32 and once in bfloat16. Epochs take turns; medians are compared. Before
that, all get the same weights and must give the same embeddings and the same loss. With several seeds, the learning
curves in the output show whether ours lie within the plain loop's spread.
"""

import argparse
import json
import os
import platform
import random
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("GOMP_SPINCOUNT", "1000")

import numpy as np
import torch
from plain_loop import PlainNetwork, Token, read_batch, train_epoch, validate

from awe.training.batches import Batch
from awe.training.data import TokenSet
from awe.training.device import choose_device, device_name
from awe.training.job import build_network
from awe.training.loop import Training
from awe.training.network import DeviceTokens
from awe.training.options import JobOptions

COEFFICIENTS, PHONES, DIMENSIONS = 39, 45, 300
PRECISIONS = ("float32", "bfloat16")
Data = tuple[TokenSet, np.ndarray, dict[str, list[Token]]]


def make_tokens(counts: dict[str, int], words: int, folder: Path) -> Data:
    """Make standardised tokens of random words, as arrays for our loop and as files for the plain one."""
    chance = np.random.default_rng(1)
    prototypes = chance.standard_normal((PHONES, COEFFICIENTS))
    phones = [chance.choice(PHONES, size=chance.integers(4, 14)) for _ in range(words)]
    vectors = (0.1 * chance.standard_normal((words, DIMENSIONS))).astype(np.float32)
    frequency = 1 / np.arange(1, words + 1) ** 0.7
    drawn: list[int] = []
    frames: list[np.ndarray] = []
    splits: dict[str, np.ndarray] = {}
    files: dict[str, list[Token]] = {}
    for split, count in counts.items():
        splits[split] = np.arange(len(drawn), len(drawn) + count)
        files[split] = []
        for word in chance.choice(words, size=count, p=frequency / frequency.sum()):
            sound = np.repeat(prototypes[phones[word]], chance.integers(2, 11, size=len(phones[word])), axis=0)[:110]
            sound = sound + 2.0 * chance.standard_normal(sound.shape)
            frames.append(((sound - sound.mean(0)) / sound.std(0)).astype(np.float32))
            files[split].append(Token(folder / f"{len(drawn)}.npy", str(word), phones[word].tolist(), vectors[word]))
            np.save(files[split][-1].path, frames[-1])
            drawn.append(word)
    lengths = np.array([len(sound) for sound in frames])
    symbols = np.full((words, max(map(len, phones))), -1, dtype=np.int64)
    for word, spelled in enumerate(phones):
        symbols[word, : len(spelled)] = spelled
    tokens = TokenSet(
        token_ids=np.arange(len(drawn)).astype(str).astype(object),
        frames=np.concatenate([*frames, np.zeros((1, COEFFICIENTS), dtype=np.float32)]),
        starts=np.cumsum(lengths) - lengths,
        lengths=lengths,
        durations_s=lengths / 100,
        words=np.array(drawn),
        word_names=[str(word) for word in range(words)],
        forms=np.array(drawn),
        form_symbols=symbols,
        form_lengths=np.array([len(spelled) for spelled in phones]),
        symbols=[str(phone) for phone in range(PHONES)],
        splits=splits,
    )
    return tokens, vectors, files


def same_weights(plain: PlainNetwork, ours: torch.nn.Module) -> None:
    """Give our network the plain one's weights."""
    names = {
        "conv": "encoder.conv",
        "gru": "encoder.gru",
        "symbols": "objective.decoder.symbols",
        "cell": "objective.decoder.cell",
        "output": "objective.decoder.output",
        "regressor": "objective.regressor.layers.0",
    }
    plain_weights = plain.state_dict().items()
    ours.load_state_dict(
        {f"{names[name.partition('.')[0]]}.{name.partition('.')[2]}": value for name, value in plain_weights}
    )


def check_alike(plain: PlainNetwork, training: Training, files: list[Token], device: torch.device) -> None:
    """Compare embeddings and loss of the first training tokens."""
    members = training.data.host.splits["train"][:100]
    [placed] = training.data.upload([Batch(members, np.zeros_like(members))])
    plain.eval()
    network = training.network.eval()
    network.mixed_precision = False
    with torch.no_grad():
        embeddings = plain.embed(*read_batch(files[:100], device))
        torch.testing.assert_close(network.embed(training.data, placed), embeddings, atol=1e-4, rtol=1e-3)
        loss = network.losses(training.data, placed, None, 0).minimised
        torch.testing.assert_close(loss, plain.loss(embeddings, files[:100]), atol=1e-3, rtol=1e-3)


def contender(precision: str, seed: int, arguments: argparse.Namespace, data: Data) -> tuple[Training, torch.device]:
    """Our training, about to start its first epoch."""
    tokens, vectors, _ = data
    training = {
        "threads": arguments.threads,
        "device": arguments.device,
        "epochs": arguments.epochs,
        "precision": precision,
    }
    options = JobOptions.model_validate({"training": training, "setting": {"objective": "multitask"}, "seed": seed})
    device = choose_device(options.training)
    members = tokens.splits["train"]
    network = build_network(options, tokens, vectors, members, device)
    return Training(options, network, DeviceTokens(tokens, options.model, device), members), device


def race(seed: int, arguments: argparse.Namespace, data: Data) -> dict[str, dict[str, list[float]]]:
    """Train the plain loop and ours, from the same weights, epoch by epoch in turn: loss, mAP and tokens/s of each."""
    files = data[2]
    ours = {precision: contender(precision, seed, arguments, data) for precision in PRECISIONS}
    device = ours["float32"][1]
    torch.manual_seed(seed)
    random.seed(seed)
    plain = PlainNetwork(COEFFICIENTS, PHONES).to(device)
    optimizer = torch.optim.Adam(plain.parameters(), 1e-3)
    for training, _ in ours.values():
        same_weights(plain, training.network)
    check_alike(plain, ours["float32"][0], files["train"], device)
    results: dict[str, dict[str, list[float]]] = {
        name: {"train_loss": [], "validation_map": [], "tokens_per_s": []} for name in ("plain", *PRECISIONS)
    }
    for _ in range(arguments.epochs):
        started = time.monotonic()
        results["plain"]["train_loss"].append(train_epoch(plain, optimizer, files["train"], device))
        results["plain"]["validation_map"].append(validate(plain, files["valid"], device))
        results["plain"]["tokens_per_s"].append(arguments.train / (time.monotonic() - started))
        for precision, (training, _) in ours.items():
            training.run_epoch()
            for column, values in results[precision].items():
                values.append(training.progress.history[-1][column])
    return results


def main() -> None:
    """Run the benchmark and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=int, default=1536, help="training tokens; the paper has about 28,900")
    parser.add_argument("--valid", type=int, default=512, help="validation tokens; the paper has about 9,500")
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    arguments = parser.parse_args()
    counts = {"train": arguments.train, "valid": arguments.valid, "test": 2}
    with tempfile.TemporaryDirectory() as folder:
        data = make_tokens(counts, arguments.words, Path(folder))
        races = {seed: race(seed, arguments, data) for seed in arguments.seeds}
    speeds = {
        name: statistics.median(speed for results in races.values() for speed in results[name]["tokens_per_s"])
        for name in ("plain", *PRECISIONS)
    }
    report = {
        "ratio": {name: speeds[name] / speeds["plain"] for name in PRECISIONS},
        "tokens_per_s": speeds,
        "seeds": races,
        "mean_frames": float(data[0].lengths.mean()),
        "device": device_name(torch.device(arguments.device)),
        "machine": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "arguments": vars(arguments),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
