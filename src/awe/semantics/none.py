"""No vectors at all, for settings without a meaning objective (with `tokens.require_vector: false`)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from awe import options

if TYPE_CHECKING:
    import numpy as np

    from awe.text import TextOptions


class Options(options.Options):
    """Nothing to choose."""


def find_vectors(
    words: Sequence[str], options: Options, data_root: Path, text_options: "TextOptions", seed: int
) -> "dict[str, np.ndarray]":
    """Find no vector for any word; the arguments are those of every source."""
    del words, options, data_root, text_options, seed
    return {}
