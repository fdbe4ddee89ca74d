"""Every definition of average precision for the paper's test set: 9,500 tokens of 512 dimensions.

`python benchmarks/evaluation.py`: seconds and peak memory of a fresh process that computes all definitions, with and
without standardised dimensions, then all of them without each group of speakers, then the intervals over words (1,000
bootstrap samples) and speakers; and of `awe evaluate` on the same embeddings in a file.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TOKENS, WIDTH, WORDS, SPEAKERS, SAMPLES = 9_500, 512, 2_000, 10, 1_000


def make(path: Path) -> None:
    random = np.random.default_rng(0)
    frequency = 1 / np.arange(1, WORDS + 1)  # Zipf
    words = random.choice(WORDS, TOKENS, p=frequency / frequency.sum())
    speakers = random.integers(0, SPEAKERS, TOKENS)
    embeddings = random.normal(size=(WORDS, WIDTH))[words] + 2 * random.normal(size=(TOKENS, WIDTH))
    np.savez(path, embedding=embeddings.astype("float32"), word=words.astype(str), speaker=speakers.astype(str))


def measure(path: Path) -> None:
    """In a process of its own, so that its peak memory is that of the work."""
    from awe.evaluation.options import EvaluationOptions
    from awe.evaluation.outside import read_labelled
    from awe.evaluation.scoring import all_precisions, codes, score_rows, values_without_speakers

    data = read_labelled(path, "word", "speaker", "embedding")
    assert data.speakers is not None
    words, speakers = codes(data.words), codes(data.speakers)
    start = time.perf_counter()
    results = all_precisions(data.embeddings, words, speakers, normalised=True)
    scored = time.perf_counter()
    options = EvaluationOptions(bootstrap_samples=SAMPLES)
    without = values_without_speakers(data.embeddings, words, speakers, options)
    left_out = time.perf_counter()
    rows = score_rows(results, words, without, options, {})
    end = time.perf_counter()
    print(
        f"{len(rows)} rows; definitions {scored - start:.1f} s, without speakers {left_out - scored:.1f} s,"
        f" intervals {end - left_out:.1f} s"
    )
    print(f"CPU time of all cores {time.process_time():.1f} s, imports included; peak {peak_gib():.2f} GiB")


def peak_gib(who: int = resource.RUSAGE_SELF) -> float:
    return resource.getrusage(who).ru_maxrss / 2**20  # in KiB on Linux


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "embeddings.npz"
        make(path)
        subprocess.run([sys.executable, __file__, "--measure", str(path)], check=True)
        start = time.perf_counter()
        command = [str(Path(sys.executable).with_name("awe")), "evaluate", str(path), "--speaker", "speaker"]
        subprocess.run(
            [*command, "--options", json.dumps({"bootstrap_samples": SAMPLES})], check=True, capture_output=True
        )
        print(f"awe evaluate: {time.perf_counter() - start:.1f} s, peak {peak_gib(resource.RUSAGE_CHILDREN):.2f} GiB")


if __name__ == "__main__":
    measure(Path(sys.argv[2])) if sys.argv[1:2] == ["--measure"] else main()
