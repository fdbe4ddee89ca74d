"""fastText's text format: a header line, then a word and its numbers a line."""

import gzip
import zlib
from collections.abc import Collection
from pathlib import Path

import numpy as np

from awe.errors import ConfigError
from awe.progress import track


def read_text(path: Path, words: Collection[str]) -> dict[str, np.ndarray]:
    """Read the vectors of the given words from a `.vec` or `.vec.gz` file, line by line.

    Returns:
        vectors of shape (dimensions,), float32; of doubled words the first.

    Raises:
        ConfigError: naming file and line if it is damaged.

    """
    wanted = {word.encode(): word for word in words}
    found: dict[str, np.ndarray] = {}
    lines_read = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as handle:
            count, dimensions = (int(part) for part in handle.readline().split())
            for line in track(handle, f"vectors of {path.name}", count):
                lines_read += 1
                name, _, numbers = line.rstrip().partition(b" ")
                word = wanted.get(name)
                if word is not None and word not in found:
                    found[word] = _parse(numbers, dimensions)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        where = f"{path}:{lines_read + 1}"
        raise ConfigError(f"{where}: damaged fastText text file ({error}); fetch it again") from None
    return found


def _parse(numbers: bytes, dimensions: int) -> np.ndarray:
    vector = np.array(numbers.split(), dtype=np.float32)
    if vector.shape != (dimensions,) or not np.isfinite(vector).all():
        raise ValueError(f"need {dimensions} numbers, got {vector.size}")
    return vector
