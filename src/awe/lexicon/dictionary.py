"""The user's own pronunciations."""

from pathlib import Path

from awe.errors import ConfigError
from awe.lexicon.segments import segment
from awe.text import TextOptions, normalise


def read_dictionary(path: Path, text_options: TextOptions) -> dict[str, list[str]]:
    """Read `word<TAB>phone phone ...` lines; empty lines and lines that start with # are skipped.

    Words are normalised as the transcripts are, so that `Haus` is found as `haus`. A pronunciation without any blank is
    one phone if other lines have that phone, else it is taken for IPA and segmented, see `awe.lexicon.segments.segment`.

    Raises:
        ConfigError: naming file and line if it cannot be read, a line has no phones or not one word, or a word has two
            pronunciations: a word type has one.

    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the dictionary cannot be read as UTF-8 text ({error})") from None
    entries: dict[int, tuple[str, list[str]]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        word, _, phones = line.partition("\t")
        words = normalise(word, text_options)
        if len(words) != 1 or not phones.split():
            raise ConfigError(f"{path}:{number}: need `word<TAB>phone phone ...`, got {line!r}")
        entries[number] = words[0], phones.split()
    known = {phone for _, phones in entries.values() if len(phones) > 1 for phone in phones}
    pronunciations: dict[str, list[str]] = {}
    for number, (word, given) in entries.items():
        try:
            found = given if len(given) > 1 or given[0] in known else segment(given[0])
        except ValueError as error:
            raise ConfigError(f"{path}:{number}: {error}; put a blank between the phones") from None
        if pronunciations.setdefault(word, found) != found:
            raise ConfigError(f"{path}:{number}: {word!r} has another pronunciation above; keep one of them")
    return pronunciations
