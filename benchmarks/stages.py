"""Speed of single stages against stated targets: `python benchmarks/stages.py`.

Prints a Markdown table; each figure is the median of three runs. With `--large`, which takes some minutes, average
precision of 100,000 tokens too, with the memory that the whole process has used by then.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from awe.features import mfcc
from awe.features.shards import to_arrow
from awe.lexicon.espeak_g2p import transcribe
from awe.metrics.same_different import per_query_average_precision, same_different
from awe.tables import read_arrow, read_shards, write_arrow, write_table
from awe.training.data import token_set


def seconds(action: Callable[[], object], repeats: int = 3) -> float:
    """Median duration of an action."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def plain_mean_average_precision(embeddings: np.ndarray, labels: np.ndarray, queries: int) -> float:
    """Mean average precision by Python loops over the ranking of each query, the way such code is often written."""
    normed = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    precisions = []
    for query in range(queries):
        similarity = [float(np.dot(normed[query], other)) for other in normed]
        ranking = sorted((other for other in range(len(normed)) if other != query), key=lambda o: -similarity[o])
        hits, total = 0, 0.0
        for rank, other in enumerate(ranking, 1):
            if labels[other] == labels[query]:
                hits += 1
                total += hits / rank
        if hits:
            precisions.append(total / hits)
    return float(np.mean(precisions))


def noisy_clusters(tokens: int, dimensions: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Noisy clusters of Zipf-distributed sizes with labels and speakers."""
    random = np.random.default_rng(1)
    labels = np.minimum(random.zipf(1.4, tokens), tokens // 5)
    centres = random.standard_normal((labels.max() + 1, dimensions))
    embeddings = centres[labels] + 3 * random.standard_normal((tokens, dimensions))
    return embeddings.astype(np.float32), labels, random.integers(0, 10, tokens)


def write_language(folder: Path, count: int, shards: int) -> Path:
    """Write a table `tokens` as large as a language of the paper, and its features in shards."""
    random = np.random.default_rng(3)
    words = [f"word{number}" for number in np.minimum(random.zipf(1.3, count), count // 5)]
    tokens = pd.DataFrame(
        {
            "token_id": [f"token-{number}" for number in range(count)],
            "utterance_id": "utterance",
            "speaker_id": "speaker",
            "word": words,
            "phones": [list(word) for word in words],
            "start_s": 0.0,
            "end_s": 0.5,
            "split": random.choice(["train", "valid", "test"], count, p=[0.6, 0.2, 0.2]),
        }
    )
    write_table(tokens, "tokens", folder / "tokens.parquet")
    pieces = [random.standard_normal((50, 39)).astype(np.float32) for _ in range(count // shards)]
    for shard in range(shards):
        ids = tokens["token_id"].iloc[shard::shards].tolist()
        write_arrow(to_arrow(ids, pieces), "features", folder / f"shard-{shard}.parquet")
    return folder / "tokens.parquet"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    rows = []
    speech = np.random.default_rng(1).standard_normal(16_000 * 60).astype(np.float32)
    taken = seconds(lambda: mfcc.extract(speech, 16_000, mfcc.Options()))
    rows.append(("MFCC of 60 s of speech, one core", f"{60 / taken:.0f} times real time"))

    letters = np.random.default_rng(2).choice(list("abdefgiklmnorstu"), (50_000, 8))
    words = sorted({"".join(word) for word in letters})
    rows.append((f"G2P of {len(words)} word types", f"{seconds(lambda: transcribe(words, 'de')):.1f} s"))

    embeddings, labels, speakers = noisy_clusters(9500, 512)
    ours = seconds(lambda: per_query_average_precision(embeddings, labels))
    sample = 20
    plain = seconds(lambda: plain_mean_average_precision(embeddings, labels, sample), 1) * len(labels) / sample
    rows.append(
        (
            "per-query mAP, 9,500 x 512",
            f"{ours:.2f} s; plain loops {plain:.0f} s (from {sample} queries): {plain / ours:.0f} times",
        )
    )
    everything = seconds(lambda: same_different(embeddings, labels, speakers), 1)
    rows.append(("all definitions of mAP, 9,500 x 512", f"{everything:.1f} s"))

    with TemporaryDirectory() as folder:
        tokens = write_language(Path(folder), 48_000, 8)
        shards = sorted(Path(folder).glob("shard-*.parquet"))
        taken = seconds(lambda: token_set(read_arrow("tokens", tokens), read_shards("features", shards)))
    rows.append(("loading a language's 48,000 tokens of 50 frames for training", f"{taken:.1f} s"))
    if arguments.large:
        embeddings, labels, _ = noisy_clusters(100_000, 512)
        taken = seconds(lambda: per_query_average_precision(embeddings, labels), 1)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        rows.append(("per-query mAP, 100,000 x 512", f"{taken:.0f} s; peak memory of the process {peak:.1f} GiB"))
    print("| what | measured |\n|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
