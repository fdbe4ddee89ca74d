"""Lemmas from the dictionaries that the package simplemma ships for some fifty languages.

A word is looked up by itself, without its sentence, so a form of two lemmas gets the likelier one.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from awe import options
from awe.errors import ConfigError


class Options(options.Options):
    """Which dictionary."""

    language: str = Field(pattern="^[a-z]{2,3}$", description="the language's code in simplemma, such as pl")


def find_lemmas(words: Sequence[str], options: Options, data_root: Path) -> dict[str, str]:
    """Look the words up, as they are written and capitalised (German nouns); unknown words have no lemma.

    Raises:
        ConfigError: if there is no dictionary of the language.

    """
    from simplemma import is_known, lemmatize

    del data_root
    try:
        known = [word for word in words if is_known(word, lang=options.language, low_memory=True)]
        return {word: lemmatize(word, lang=options.language, low_memory=True).lower() for word in known}
    except ValueError:
        raise ConfigError(
            f"lemmas.options.language: simplemma has no dictionary of {options.language!r}; choose another source"
        ) from None
