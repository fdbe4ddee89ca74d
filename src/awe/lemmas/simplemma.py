"""Lemmas from the dictionaries that the package simplemma ships for some fifty languages.

A word is looked up by itself, without its sentence, so a form of two lemmas gets the likelier one.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, field_validator

from awe import options
from awe.text import TextOptions


class Options(options.Options):
    """Which dictionary."""

    language: str = Field(description="the language's code in simplemma, such as pl")

    @field_validator("language")
    @classmethod
    def _known_to_simplemma(cls, language: str) -> str:
        from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

        if language not in SUPPORTED_LANGUAGES:
            raise ValueError(
                f"simplemma has no dictionary of {language!r}; choose one of {', '.join(sorted(SUPPORTED_LANGUAGES))}"
                " or another source"
            )
        return language


def find_lemmas(words: Sequence[str], options: Options, data_root: Path, text: TextOptions) -> dict[str, str]:
    """Look the words up, as they are written and capitalised (German nouns); unknown words have no lemma."""
    from simplemma import is_known, lemmatize

    del data_root, text
    known = [word for word in words if is_known(word, lang=options.language, low_memory=True)]
    return {word: lemmatize(word, lang=options.language, low_memory=True).lower() for word in known}
