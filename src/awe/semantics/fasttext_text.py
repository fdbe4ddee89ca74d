"""fastText's text format: a header line, then a word and its numbers a line."""

import gzip
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
    number = 1
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as handle:
            count, dimensions = (int(part) for part in handle.readline().split())
            for number, line in enumerate(track(handle, f"vectors of {path.name}", count), 2):
                name, _, numbers = line.rstrip().partition(b" ")
                word = wanted.get(name)
                if word is None or word in found:
                    continue
                vector = np.array(numbers.split(), dtype=np.float32)
                if vector.shape != (dimensions,) or not np.isfinite(vector).all():
                    raise ValueError(f"need {dimensions} numbers, got {vector.size}")
                found[word] = vector
    except (ValueError, OSError, EOFError) as error:
        raise ConfigError(f"{path}:{number}: damaged fastText text file ({error}); fetch it again") from None
    return found
