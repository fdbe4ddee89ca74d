"""The prose shipped with the package, original to this project."""

import re
from dataclasses import dataclass
from importlib import resources

from awe.errors import ConfigError
from awe.text import TextOptions, normalise


@dataclass(frozen=True)
class Sentence:
    """One sentence: as written, and its words with the punctuation that follows each."""

    text: str
    words: tuple[str, ...]
    pauses: tuple[str, ...]


def read_prose(name: str) -> list[str]:
    """Sentences of one language, in order.

    Raises:
        ConfigError: if the package ships no such prose.

    """
    folder = resources.files("awe") / "prose"
    if not (folder / f"{name}.txt").is_file():
        raise ConfigError(f"prose: {name!r} is not shipped; choose por, deu or pol")
    lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip()]


def analyse(text: str, options: TextOptions) -> Sentence:
    """Split a sentence into normalised words and the pauses after them."""
    words: list[str] = []
    pauses: list[str] = []
    for part in text.split():
        found = normalise(part, options)
        mark = re.search(r"[,.;:?!]$", part)
        words += found
        pauses += [""] * len(found)
        if found and mark:
            pauses[-1] = mark[0]
    return Sentence(text, tuple(words), tuple(pauses))
