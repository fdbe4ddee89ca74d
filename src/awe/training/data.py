"""From tables to flat arrays: all tokens of a language, ready to be put on a device."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from awe.errors import TableError
from awe.tables import SCHEMAS

Column: TypeAlias = "pa.ChunkedArray[Any]"
SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class TokenSet:
    """Spoken word tokens of one language.

    Attributes:
        token_ids: with shape (N,).
        frames: features of all tokens, one after the other, and a last row of zeros for padding to point to, with
            shape (frames + 1, coefficients).
        starts: first frame of each token, with shape (N,).
        lengths: frames of each token, with shape (N,).
        durations_s: seconds of each token, with shape (N,).
        words: word id of each token, with shape (N,).
        word_names: the word of each id, sorted.
        forms: pronunciation id of each token, with shape (N,).
        form_symbols: symbol ids of each pronunciation, padded with -1, with shape (forms, phones).
        form_lengths: phones of each pronunciation, with shape (forms,).
        symbols: the phone inventory: all phones of training tokens, sorted; a phone that only
            other splits have counts as padding, for no loss is computed there.
        splits: indices of the tokens of each split.

    """

    token_ids: NDArray[np.object_]
    frames: NDArray[np.float32]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    durations_s: NDArray[np.float64]
    words: NDArray[np.int64]
    word_names: list[str]
    forms: NDArray[np.int64]
    form_symbols: NDArray[np.int64]
    form_lengths: NDArray[np.int64]
    symbols: list[str]
    splits: dict[str, NDArray[np.int64]]

    @property
    def coefficients(self) -> int:
        """Features of one frame."""
        return int(self.frames.shape[1])


def token_set(tokens: pa.Table, features: Sequence[pa.Table]) -> TokenSet:
    """Put together the tokens of table `tokens` and their features from the shards of table `features`.

    Raises:
        TableError: if a token has no features, a split is empty, or a shard is not what it says.

    """
    features = [shard for shard in features if shard.num_rows]
    if not features:
        raise TableError("features: the shards are empty; run the features stage on a corpus with tokens")
    frames, starts, lengths = _flat([(shard["num_frames"], shard["features"]) for shard in features])
    shard_ids = pa.concat_tables([shard.select(["token_id"]) for shard in features])["token_id"]
    rows = pc.index_in(tokens["token_id"], value_set=shard_ids)
    if rows.null_count:
        missing = tokens["token_id"].filter(pc.is_null(rows))[0].as_py()
        raise TableError(
            f"features: {rows.null_count} tokens have none, {missing} for one; run the features stage again"
        )
    row = rows.to_numpy().astype(np.int64)
    frame = tokens.select(["token_id", "word", "phones", "start_s", "end_s", "split"]).to_pandas()
    splits = {name: np.flatnonzero(frame["split"] == name) for name in SPLITS}
    for name, members in splits.items():
        if not len(members):
            raise TableError(f"tokens: split {name} is empty; give it speakers in the tokens stage")
    words, word_names = pd.factorize(frame["word"], sort=True)
    form_of_token, form_list = pd.factorize(frame["phones"].map(tuple))
    symbols = sorted({phone for form in set(form_of_token[splits["train"]]) for phone in form_list[form]})
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    form_lengths = np.array([len(form) for form in form_list], dtype=np.int64)
    form_symbols = np.full((len(form_list), int(form_lengths.max())), -1, dtype=np.int64)
    for position, form in enumerate(form_list):
        form_symbols[position, : len(form)] = [numbers.get(phone, -1) for phone in form]
    return TokenSet(
        token_ids=frame["token_id"].to_numpy(dtype=object),
        frames=frames,
        starts=starts[row],
        lengths=lengths[row],
        durations_s=(frame["end_s"] - frame["start_s"]).to_numpy(dtype=np.float64),
        words=words.astype(np.int64),
        word_names=[str(word) for word in word_names],
        forms=form_of_token.astype(np.int64),
        form_symbols=form_symbols,
        form_lengths=form_lengths,
        symbols=symbols,
        splits=splits,
    )


def word_vectors(vectors: pa.Table, word_names: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of `word_names` from table `vectors`, with shape (words, dimensions); NaN where there is none.

    Raises:
        TableError: if the vectors differ in length.

    """
    if not vectors.num_rows:
        return np.full((len(word_names), 1), np.nan, dtype=np.float32)
    sizes = np.unique(pc.list_value_length(vectors["vector"]).to_numpy())
    if len(sizes) != 1:
        raise TableError(f"vectors: lengths differ ({sizes.min()} to {sizes.max()}); run the semantics stage again")
    matrix = np.concatenate(_parts(vectors["vector"])).reshape(-1, int(sizes[0]))
    rows = pc.index_in(pa.array(word_names, pa.string()), value_set=vectors["word"])
    result = np.full((len(word_names), matrix.shape[1]), np.nan, dtype=np.float32)
    known = rows.is_valid().to_numpy(zero_copy_only=False)
    result[known] = matrix[rows.drop_null().to_numpy()]
    return result


def embeddings_table(token_ids: NDArray[np.object_], embeddings: NDArray[np.float32]) -> pa.Table:
    """Make table `embeddings` of token ids with shape (N,) and embeddings with shape (N, D)."""
    starts = np.arange(len(embeddings) + 1, dtype=np.int32) * embeddings.shape[1]
    values = pa.array(np.ascontiguousarray(embeddings, dtype=np.float32).ravel())
    lists = pa.ListArray.from_arrays(pa.array(starts), values)
    return pa.table([pa.array(token_ids, pa.string()), lists], schema=SCHEMAS["embeddings"])


def count_words(tokens: TokenSet, members: NDArray[np.int64]) -> pd.DataFrame:
    """Make table `trained_words` of the tokens `members`: each of their words, sorted, and how many of them are of it."""
    words, counts = np.unique(tokens.words[members], return_counts=True)
    return pd.DataFrame({"word": [tokens.word_names[word] for word in words], "tokens": counts.astype(np.int32)})


def some_minutes(tokens: TokenSet, minutes: float | None, seed: int) -> NDArray[np.int64]:
    """Training tokens that add up to at most `minutes` of speech (all for None), drawn with the seed.

    A smaller amount is always part of a larger one of the same seed.
    """
    train = tokens.splits["train"]
    if minutes is None:
        return train
    drawn = np.random.default_rng([seed, 3]).permutation(train)
    enough = np.cumsum(tokens.durations_s[drawn]) <= minutes * 60
    return np.sort(drawn[enough])


def _flat(
    columns: list[tuple[Column, Column]],
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Join list columns to one array of frames, with the start and the length of each row."""
    lengths = np.concatenate([counts.to_numpy() for counts, _ in columns]).astype(np.int64)
    sizes = np.concatenate([pc.list_value_length(lists).to_numpy() for _, lists in columns])
    coefficients = int(sizes[0] // max(lengths[0], 1))
    if coefficients < 1 or (lengths < 1).any() or (sizes != lengths * coefficients).any():
        raise TableError("features: a row's values are not num_frames x coefficients; run the features stage again")
    parts = [part for _, lists in columns for part in _parts(lists)]
    values = np.zeros(int(sizes.sum()) + coefficients, dtype=np.float32)  # the last row is silence
    ends = np.cumsum([len(part) for part in parts])
    places = [values[end - len(part) : end] for part, end in zip(parts, ends, strict=True)]
    with ThreadPoolExecutor() as threads:
        list(threads.map(np.copyto, places, parts))
        if not all(np.isfinite(list(threads.map(np.sum, places)))):  # one pass without a mask as large as the features
            raise TableError("features: a value is not finite; run the features stage again")
    return values.reshape(-1, coefficients), np.cumsum(lengths) - lengths, lengths


def _parts(lists: Column) -> list[NDArray[np.float32]]:
    """Give the values of each chunk of a list column, without a copy; NaN for values that are missing."""
    return [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in lists.chunks]
