"""Speed of single stages against stated targets: `python benchmarks/stages.py`.

Prints a Markdown table; each figure is the median of three runs.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from awe.features import mfcc
from awe.features.shards import to_arrow
from awe.lexicon.espeak_g2p import transcribe
from awe.metrics.same_different import per_query_average_precision, same_different
from awe.tables import read_arrow, write_arrow


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


def main() -> None:
    """Measure and print."""
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

    pieces = [np.zeros((50, 39), np.float32) for _ in range(6000)]
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"shard-{shard}.parquet" for shard in range(8)]
        for shard, path in enumerate(paths):
            write_arrow(to_arrow([f"{shard}-{n}" for n in range(6000)], pieces), "features", path)
        taken = seconds(lambda: [read_arrow("features", path) for path in paths])
    rows.append(("reading 8 shards of 48,000 tokens", f"{taken:.1f} s"))
    print("| what | measured |\n|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
