"""The files below the data root that a language's configuration names one by one, and what to do where one is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awe.config import LanguageConfig

_VECTORS = "fetch it from https://fasttext.cc/docs/en/crawl-vectors.html, unpack a .bin.gz,"


@dataclass(frozen=True)
class NamedFile:
    """A file of the user's.

    Attributes:
        rule: the rule that reads it.
        key: the key that names it, seen from the language.
        path: relative to the data root.

    """

    rule: str
    key: str
    path: str

    def missing(self, language: str, data_root: str) -> str:
        """Say in one line that it is not there."""
        fetch = f"{_VECTORS} and " if self.key == "semantics.options.path" else ""
        return (
            f"config.languages.{language}.{self.key}: {data_root}/{self.path} is missing;"
            f" {fetch}put it there, or correct the key"
        )


def named_files(language: "LanguageConfig") -> Iterator[NamedFile]:
    """Name the files that the sections of a language name; models of aligners may be names that MFA knows, and are not here."""
    sources = {
        ("lexicon", "lexicon.dictionary"): language.lexicon.dictionary,
        ("vectors", "semantics.options.path"): language.semantics.options.get("path"),
        ("vectors", "semantics.options.file"): language.semantics.options.get("file"),
        ("lemmas", "lemmas.options.path"): language.lemmas.options.get("path"),
        **{("tokens", f"tokens.speakers.{split}"): value for split, value in language.tokens.speakers},
    }
    for (rule, key), value in sources.items():
        if value and isinstance(value, str):
            yield NamedFile(rule, key, value)
