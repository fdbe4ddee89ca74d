"""Spoken words made of noise around phone prototypes: small, and separable by a network that learns."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from awe.tables import read_arrow, write_table
from awe.training.data import TokenSet, token_set, word_vectors

COEFFICIENTS, PHONES, DIMENSIONS = 6, 8, 5
TINY_MODEL = {"conv_filters": 8, "gru_layers": 2, "gru_width": 16, "symbol_embedding": 4}
TINY_TRAINING = {"epochs": 2, "batch_size": 16, "precision": "float32", "device": "cpu"}


def write_tokens(
    folder: Path, counts: tuple[int, int, int] = (96, 40, 40), words: int = 8, noise: float = 1.0, shards: int = 2
) -> Path:
    """Write the tables tokens, vectors and features (shards) of random words."""
    random = np.random.default_rng(7)
    prototypes = random.standard_normal((PHONES, COEFFICIENTS))
    spelled = [random.choice(PHONES, size=random.integers(4, 8)) for _ in range(words)]
    tokens: list[tuple[Any, ...]] = []
    features: list[tuple[Any, ...]] = []
    for split, count in zip(("train", "valid", "test"), counts, strict=True):
        for number in range(count):
            word = int(random.integers(words))
            frames = np.repeat(prototypes[spelled[word]], random.integers(2, 6, size=len(spelled[word])), axis=0)
            frames = frames + noise * random.standard_normal(frames.shape)
            name = f"{split}-{number}"
            phones = [f"p{phone}" for phone in spelled[word]]
            tokens.append((name, "u", split, f"word{word}", phones, 0.0, len(frames) / 100, split))
            features.append((name, len(frames), frames.astype(np.float32).ravel()))
    columns = ["token_id", "utterance_id", "speaker_id", "word", "phones", "start_s", "end_s", "split"]
    write_table(pd.DataFrame(tokens, columns=columns), "tokens", folder / "tokens.parquet")
    for shard in range(shards):  # rows come in another order than in the tokens table
        part = pd.DataFrame(features[shard::shards], columns=["token_id", "num_frames", "features"])
        write_table(part.astype({"num_frames": "int32"}), "features", folder / f"shard-{shard}.parquet")
    vectors = [0.5 * random.standard_normal(DIMENSIONS).astype(np.float32) for _ in range(words)]
    spellings = [f"word{word}" for word in range(words)]
    write_table(pd.DataFrame({"word": spellings, "vector": vectors}), "vectors", folder / "vectors.parquet")
    return folder


def read_tokens(folder: Path) -> tuple[TokenSet, np.ndarray]:
    """Read what `write_tokens` wrote."""
    shards = [read_arrow("features", path) for path in sorted(folder.glob("shard-*"))]
    tokens = token_set(read_arrow("tokens", folder / "tokens.parquet"), shards)
    return tokens, word_vectors(read_arrow("vectors", folder / "vectors.parquet"), tokens.word_names)


def job_json(objective: str, options: dict[str, Any] | None = None, **changes: dict[str, Any]) -> str:
    """Options of a tiny job as the workflow passes them; `changes` are entries of `model` and `training`."""
    return json.dumps(
        {
            "model": {**TINY_MODEL, **changes.get("model", {})},
            "training": {**TINY_TRAINING, **changes.get("training", {})},
            "setting": {"objective": objective, "options": options or {}},
            "seed": 3,
        }
    )


def arguments(folder: Path, options: str, output: Path) -> list[str]:
    """Command line of a job on the tables in `folder`."""
    shards = [str(path) for path in sorted(folder.glob("shard-*"))]
    paths = ["--tokens", str(folder / "tokens.parquet"), "--vectors", str(folder / "vectors.parquet")]
    return ["train", "--options", options, *paths, "--features", *shards, "--output", str(output)]
