"""Lemmas from a table of the user's: delimited text with the columns `word` and `lemma`."""

import csv
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from awe import options
from awe.delimited import find_delimiter
from awe.errors import ConfigError
from awe.text import TextOptions, normalise

_COLUMNS = {"word", "lemma"}


class Options(options.Options):
    """Which file."""

    path: options.DataPath = Field(
        description="path from the data root; UTF-8, a header with word and lemma; comma, semicolon or tab between them"
    )


def find_lemmas(words: Sequence[str], options: Options, data_root: Path, text: TextOptions) -> dict[str, str]:
    """Take the lemmas of the given words; words and lemmas are normalised as the transcripts are.

    Raises:
        ConfigError: if the file is missing or is no such table, or a word has two lemmas.

    """
    path = data_root / str(options.path)
    wanted, found = set(words), dict[str, str]()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            delimiter = find_delimiter(lines.readline(), _COLUMNS)
            lines.seek(0)
            rows = csv.DictReader(lines, delimiter=delimiter)
            if not set(rows.fieldnames or []) >= _COLUMNS:
                raise ConfigError(f"{path}: needs a header with the columns word and lemma, found {rows.fieldnames}")
            for row in rows:
                word = " ".join(normalise(row["word"] or "", text))
                if word not in wanted:
                    continue
                lemma = " ".join(normalise(row["lemma"] or "", text))
                if lemma and found.setdefault(word, lemma) != lemma:
                    raise ConfigError(f"{path}: line {rows.line_num}: {word!r} has two lemmas; keep one")
    except OSError:
        raise ConfigError(f"{path}: there is no such file; lemmas.options.path names it") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: cannot be read as CSV in UTF-8 ({error})") from None
    return found
