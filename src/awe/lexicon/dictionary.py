"""The user's own pronunciations."""

from pathlib import Path

from awe.errors import ConfigError
from awe.text import TextOptions, normalise


def read_dictionary(path: Path, text_options: TextOptions) -> dict[str, list[str]]:
    """Read `word<TAB>phone phone ...` lines; empty lines and lines that start with # are skipped.

    Words are normalised as the transcripts are, so that `Haus` is found as `haus`.

    Raises:
        ConfigError: naming file and line if it cannot be read, or a line has no phones or not one word.

    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the dictionary cannot be read as UTF-8 text ({error})") from None
    pronunciations = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        word, _, phones = line.partition("\t")
        words = normalise(word, text_options)
        if len(words) != 1 or not phones.split():
            raise ConfigError(f"{path}:{number}: need `word<TAB>phone phone ...`, got {line!r}")
        pronunciations[words[0]] = phones.split()
    return pronunciations
