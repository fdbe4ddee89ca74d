"""How much of an experiment's test is known from training, and how alike its word vectors are.

Needs the tables `utterances`, `tokens` and `vectors` of each language, not the training:

    python benchmarks/known.py results/default --word cisza
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from awe.tables import read_table


def known_shares(tokens: pd.DataFrame, utterances: pd.DataFrame) -> tuple[float, float]:
    """Share of test utterances whose sentence is trained on, and of test tokens whose word is."""
    tokens = tokens.merge(utterances[["utterance_id", "text"]], on="utterance_id")
    train, test = tokens[tokens["split"] == "train"], tokens[tokens["split"] == "test"]
    read = test.drop_duplicates("utterance_id")["text"]
    return float(read.isin(set(train["text"])).mean()), float(test["word"].isin(set(train["word"])).mean())


def main() -> None:
    """Print a line a language, and the nearest words of those asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, help="results/<experiment>")
    parser.add_argument("--word", action="append", default=[], help="whose nearest words are printed; repeatable")
    arguments = parser.parse_args()
    print("| language | sentences known | test tokens of known words | mean cosine of two words |\n|---|---|---|---|")
    nearest = []
    for path in sorted(arguments.results.glob("*/tokens/tokens.parquet")):
        folder = path.parents[1]
        utterances = read_table("utterances", folder / "corpus" / "utterances.parquet")
        sentences, tokens = known_shares(read_table("tokens", path), utterances)
        frame = read_table("vectors", folder / "semantics" / "vectors.parquet")
        words, vectors = frame["word"].tolist(), np.stack(frame["vector"].tolist())
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        cosines = unit @ unit.T
        mean = cosines[np.triu_indices(len(words), 1)].mean()
        print(f"| {folder.name} | {sentences:.1%} | {tokens:.1%} | {mean:.2f} |")
        for word in set(arguments.word) & set(words):
            order = np.argsort(-cosines[words.index(word)])[1:4]
            nearest.append(f"{word}: " + ", ".join(f"{words[at]} {cosines[words.index(word), at]:.2f}" for at in order))
    print("\n".join(nearest))


if __name__ == "__main__":
    main()
