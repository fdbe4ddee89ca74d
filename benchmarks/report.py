"""The claim table and the listed confusions at the paper's sizes: 9,500 test tokens of 24 settings, from no real speech.

`python benchmarks/report.py`: CPU seconds of comparing one setting with 23 others over words and over speakers, all in one
pass and each alone; then rows, bytes and CPU seconds of the findings about confusions for better and worse embeddings.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from awe.evaluation.analyses import confusions
from awe.evaluation.subject import Subject
from awe.metrics.paired import compare
from awe.tables import table_from, write_table

TOKENS, WORDS, SPEAKERS, OTHERS, WIDTH = 9_500, 3_000, 10, 23, 64


def cpu_s(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def comparisons(random: np.random.Generator) -> None:
    words, speakers = random.integers(0, WORDS, TOKENS), random.integers(0, SPEAKERS, TOKENS)
    first, others = random.uniform(0, 1, TOKENS), list(random.uniform(0, 1, (OTHERS, TOKENS)))
    together = cpu_s(lambda: (compare(first, others, words), compare(first, others, speakers, permute=False)))
    alone = cpu_s(lambda: [compare(first, [one], clusters) for clusters in (words, speakers) for one in others])
    print(f"{OTHERS} comparisons: {together:.1f} s in one pass, {alone:.1f} s each alone; {alone / together:.0f} times")


def listed(random: np.random.Generator) -> None:
    frequency = 1 / np.arange(1, WORDS + 1)  # Zipf
    words = random.choice(WORDS, TOKENS, p=frequency / frequency.sum())
    centres, letters = random.normal(size=(WORDS, WIDTH)), random.choice(list("abdefgiklmnoprstu"), (WORDS, 7))
    row = {"utterance_id": "u", "speaker_id": "s", "start_s": 0.0, "end_s": 1.0, "split": "test"}
    tokens = table_from(
        "tokens",
        [
            {**row, "token_id": str(number), "word": "".join(letters[word]), "phones": letters[word].tolist()}
            for number, word in enumerate(words)
        ],
    )
    none = pd.Series([], dtype=object)
    job = {"language": "pol", "setting": "form", "candidate": "only", "seed": 1, "analysis": "confusions"}
    for noise in (1.0, 1.6, 4.0):
        vectors = centres[words] + noise * random.normal(size=(TOKENS, WIDTH))
        subject = Subject(tokens, vectors, none, none, none, none, None, 1)
        start = time.process_time()
        found = confusions.analyse(subject, confusions.Options())
        seconds = time.process_time() - start
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "findings.parquet"
            write_table(table_from("findings", [{**job, **one._asdict()} for one in found]), "findings", path)
            size = path.stat().st_size
        print(f"{found[0].value:.0%} of the tokens confused: {len(found)} rows, {size / 1000:.0f} kB, {seconds:.1f} s")


if __name__ == "__main__":
    comparisons(np.random.default_rng(0))
    listed(np.random.default_rng(1))
