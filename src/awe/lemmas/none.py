"""No lemmas: the analyses that need them are left out."""

from collections.abc import Sequence
from pathlib import Path

from awe import options
from awe.text import TextOptions


class Options(options.Options):
    """Nothing to choose."""


def find_lemmas(words: Sequence[str], options: Options, data_root: Path, text: TextOptions) -> dict[str, str]:
    """Find no lemma for any word; the arguments are those of every source."""
    del words, options, data_root, text
    return {}
