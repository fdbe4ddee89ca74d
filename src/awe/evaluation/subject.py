"""What an analysis gets and gives."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd


class Finding(NamedTuple):
    """One number: `measure` of the `group` of tokens, pairs or words that the analysis is about; `n` of them."""

    group: str
    measure: str
    value: float
    n: int


@dataclass(frozen=True)
class Subject:
    """The test embeddings of one job and everything known about their tokens.

    Attributes:
        tokens: rows of table `tokens` of the split test.
        embeddings: `(N, D)`, in their order.
        train_counts: for every word that the job was trained on how many of its tokens, indexed by word.
        average_precision: of every token, indexed by token_id; tokens that are no query are missing.
        vectors: word vectors, indexed by word.
        lemmas: lemma of every test word that has one, indexed by word; empty where the corpus gives none.
        predicted: word vectors that the job's regressor reads from the embeddings `(N, K)`; None without a regressor.
        seed: of everything random.

    """

    tokens: pd.DataFrame
    embeddings: np.ndarray
    train_counts: "pd.Series[int]"
    average_precision: "pd.Series[float]"
    vectors: "pd.Series[Any]"
    lemmas: "pd.Series[str]"
    predicted: np.ndarray | None
    seed: int

    @cached_property
    def unit(self) -> np.ndarray:
        """Embeddings scaled to length 1 `(N, D)`; zero vectors stay zero."""
        norms = np.linalg.norm(self.embeddings, axis=1, keepdims=True)
        scaled: np.ndarray = self.embeddings / np.where(norms > 0, norms, 1.0)
        return scaled

    @cached_property
    def nearest(self) -> np.ndarray:
        """Row of the nearest other token of every token, by cosine `(N,)`; the first among equals."""
        nearest = np.empty(len(self.unit), dtype=int)
        for rows in np.array_split(np.arange(len(self.unit)), max(1, len(self.unit) ** 2 // 5_000_000)):
            similarity = self.unit[rows] @ self.unit.T
            similarity[np.arange(len(rows)), rows] = -np.inf
            nearest[rows] = similarity.argmax(axis=1)
        return nearest

    @cached_property
    def types(self) -> pd.DataFrame:
        """Word types of the test tokens, sorted, with columns word and phones (of the word's first token)."""
        return self.tokens.drop_duplicates("word").sort_values("word")[["word", "phones"]].reset_index(drop=True)

    @cached_property
    def type_similarity(self) -> np.ndarray:
        """Mean cosine similarity between the tokens of two types `(T, T)`, in the order of `types`."""
        type_of = np.searchsorted(self.types["word"].to_numpy(dtype=str), self.tokens["word"].to_numpy(dtype=str))
        counts = np.bincount(type_of, minlength=len(self.types))
        sums = np.zeros((len(self.types), self.unit.shape[1]))
        np.add.at(sums, type_of, self.unit)
        # the mean over pairs of a product is the product of the means
        means = sums / counts[:, None]
        similarity: np.ndarray = means @ means.T
        return similarity
