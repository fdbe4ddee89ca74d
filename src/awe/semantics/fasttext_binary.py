"""fastText's binary format, read with bounded memory: the dictionary as a stream, single rows of the matrix."""

import struct
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from awe.errors import ConfigError
from awe.progress import say

_MAGIC, _VERSION = 793712314, 12
_SUBWORD_SEED, _SUBWORD_PRIME = 2166136261, 16777619


@dataclass(frozen=True)
class _Model:
    """What the file's head says, and where the rows of the matrix begin."""

    num_words: int
    buckets: int
    minimum_subword: int
    maximum_subword: int
    row_of: dict[str, int]  # of the wanted words only
    rows: np.ndarray  # memory-mapped, shape (num_words + buckets, dimensions)


def read_binary(path: Path, words: Collection[str], *, compose: bool = True) -> dict[str, np.ndarray]:
    """Read or compose the vectors of the given words from a `.bin` file, and say how many were composed.

    A word's vector is the mean of its own row, if it has one, and the rows of its subwords, as in fastText.

    Args:
        path: the file.
        words: word types.
        compose: also give vectors to words without a row of their own, of subwords alone.

    Returns:
        vectors of shape (dimensions,), float32; words without any row are missing, without `compose` all that are not
        in the model's vocabulary.

    Raises:
        ConfigError: if the file is damaged, of another version or quantised.

    """
    try:
        model = _open(path, set(words))
    except (struct.error, ValueError, OSError) as error:
        raise ConfigError(f"{path}: not a readable fastText model ({error}); fetch it again") from None
    found = {}
    for word in words if compose else model.row_of:
        rows = subword_rows(word, model.minimum_subword, model.maximum_subword, model.num_words, model.buckets)
        if word in model.row_of:
            rows = [model.row_of[word], *rows]
        if rows:
            found[word] = np.asarray(model.rows[rows].mean(axis=0), dtype=np.float32)
            if not np.isfinite(found[word]).all():
                raise ConfigError(f"{path}: not a readable fastText model (a value is not finite); fetch it again")
    composed = len(found.keys() - model.row_of.keys())
    say(
        f"{len(model.row_of)} of {len(set(words))} words are in the vocabulary of {path.name}, {composed} composed of subwords"
    )
    return found


def subword_rows(word: str, minimum: int, maximum: int, num_words: int, buckets: int) -> list[int]:
    """Rows of the character n-grams of `<word>`, in fastText's order and with its hash."""
    if maximum <= 0 or buckets <= 0:
        return []
    letters = [letter.encode() for letter in f"<{word}>"]
    rows = []
    for start in range(len(letters)):
        for length in range(1, maximum + 1):
            stop = start + length
            if stop > len(letters):
                break
            at_edge = length == 1 and (start == 0 or stop == len(letters))
            if length >= minimum and not at_edge:
                rows.append(num_words + _hash(b"".join(letters[start:stop])) % buckets)
    return rows


def _hash(text: bytes) -> int:
    """FNV-1a over signed bytes, which is what fastText computes."""
    value = _SUBWORD_SEED
    for byte in text:
        signed = byte - 256 if byte >= 128 else byte
        value = ((value ^ (signed & 0xFFFFFFFF)) * _SUBWORD_PRIME) & 0xFFFFFFFF
    return value


def _open(path: Path, wanted: set[str]) -> _Model:
    with path.open("rb") as handle:
        magic, version = _unpack(handle, "<ii")
        if (magic, version) != (_MAGIC, _VERSION):
            raise ValueError(f"magic {magic}, version {version}")
        # dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate, then t
        numbers = _unpack(handle, "<12i")
        _unpack(handle, "<d")
        dimensions, buckets, minimum, maximum = numbers[0], numbers[8], numbers[9], numbers[10]
        size, num_words, _, _, pruned = _unpack(handle, "<iiiqq")
        if pruned > 0:
            raise ValueError("pruned models are not supported")
        row_of = _read_dictionary(handle, size, wanted)
        (quantised,) = _unpack(handle, "<?")
        if quantised:
            raise ValueError("quantised models (.ftz) are not supported")
        num_rows, num_columns = _unpack(handle, "<qq")
        if num_columns != dimensions or num_rows != num_words + buckets or not 0 <= num_words <= size or buckets < 0:
            raise ValueError(f"matrix of {num_rows} x {num_columns}")
        rows = np.memmap(path, np.float32, "r", handle.tell(), (num_rows, num_columns))
    return _Model(num_words, buckets, minimum, maximum, row_of, rows)


def _read_dictionary(handle: BinaryIO, size: int, wanted: set[str]) -> dict[str, int]:
    """Rows of the wanted words; entries are text, 0, count (int64), type (int8)."""
    encoded = {word.encode(): word for word in wanted}
    row_of: dict[str, int] = {}
    pending = b""
    position = 0
    for row in range(size):
        end = pending.find(b"\0", position)
        while end < 0 or end + 10 > len(pending):
            block = handle.read(1 << 16)
            if not block:
                raise ValueError("the dictionary is cut short")
            pending, position = pending[position:] + block, 0
            end = pending.find(b"\0", position)
        word = encoded.get(pending[position:end])
        if word is not None:
            row_of[word] = row
        position = end + 10
    handle.seek(position - len(pending), 1)
    return row_of


def _unpack(handle: BinaryIO, form: str) -> tuple[int, ...]:
    return struct.unpack(form, handle.read(struct.calcsize(form)))
