"""From eSpeak's raw output to the table `lexicon`: flags, unknown symbols and empty outputs sorted out."""

import collections
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pandas as pd

from awe.tables import reject, table_from

_FLAG = re.compile(r"\(([a-z][a-z0-9-]*)\)")
_NOT_IPA = re.compile(r"[^\w\u0250-\u02ff\u0300-\u036f\u1d00-\u1dbf\u2070-\u209f'-]|\d")

_VOWELS = frozenset("aeiouyøœæɐɑɒɔəɛɜɪʊʏɨʉɯɤʌɵ")


class RefusedError(ValueError):
    """A raw transcription that is no pronunciation; `reason` is one of `awe.tables.REASONS`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def build_lexicon(
    words: Sequence[str],
    transcriptions: Sequence[str],
    foreign_words: bool = True,
    dictionary: Mapping[str, Sequence[str]] | None = None,
    letters: Mapping[str, Sequence[str]] | None = None,
    spelt_words: bool = True,
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """Make the tables `lexicon` and `rejects` from eSpeak's output for each word type.

    Args:
        words: word types, each once.
        transcriptions: raw output for each, as `awe.lexicon.espeak_g2p.transcribe` gives it.
        foreign_words: keep words that eSpeak read by another language's rules.
        dictionary: own pronunciations, which replace eSpeak's.
        letters: phones of the name of each letter, by which words read letter by letter are found; see `letter_names`.
        spelt_words: keep words that eSpeak read letter by letter.

    Returns:
        table `lexicon`, sorted by word, and rows of table `rejects`; `source` is "dictionary", "espeak", "espeak-en"
        for a word read as English, "espeak-spelt" for one read letter by letter.

    """
    dictionary = dictionary or {}
    script = _main_script(words)
    rows: list[dict[str, Any]] = []
    rejects: list[dict[str, str]] = []
    for word, raw in sorted(zip(words, transcriptions, strict=True)):
        if word in dictionary:
            rows.append({"word": word, "phones": list(dictionary[word]), "source": "dictionary"})
            continue
        try:
            phones, languages = _pronounce(word, raw, script, foreign_words)
        except RefusedError as refusal:
            rejects.append(reject("lexicon", word, refusal.reason, str(refusal)))
            continue
        spelt = not languages and is_spelt(word, phones, letters or {})
        if spelt and not spelt_words:
            rejects.append(reject("lexicon", word, "g2p_failed", f"read letter by letter: {' '.join(phones)}"))
        else:
            source = "-".join(["espeak", *languages, *(["spelt"] if spelt else [])])
            rows.append({"word": word, "phones": phones, "source": source})
    return table_from("lexicon", rows), rejects


def _pronounce(word: str, raw: str, script: str, foreign_words: bool) -> tuple[list[str], list[str]]:
    """Phones of one word and the foreign languages it was read in; raises RefusedError with what is wrong."""
    if _main_script([word]) not in {script, ""}:
        raise RefusedError("g2p_failed", f"script {_main_script([word])}, the corpus has {script}")
    phones, languages = parse_transcription(raw)
    if languages and not foreign_words:
        raise RefusedError("g2p_failed", f"read as {', '.join(languages)}")
    return phones, languages


def parse_transcription(raw: str) -> tuple[list[str], list[str]]:
    """Split eSpeak's output for one word.

    Returns:
        its phones, and the foreign languages whose rules eSpeak applied, usually none.

    Raises:
        RefusedError: for `?`, an empty output, several words (eSpeak named or spelt a character), other symbols.

    """
    flags = _FLAG.findall(raw)
    spoken = [part for part in _FLAG.sub(" ", raw).split("|") if part.strip()]
    if not spoken:
        raise RefusedError("g2p_empty", "eSpeak returned nothing")
    if len(spoken) > 1:
        raise RefusedError("g2p_failed", f"eSpeak read several words: {raw.strip()}")
    phones = [unicodedata.normalize("NFC", phone) for phone in spoken[0].split()]
    unknown = [phone for phone in phones if _NOT_IPA.search(phone) or not any(map(str.isalpha, phone))]
    if unknown:
        raise RefusedError("g2p_unknown_symbol", f"{' '.join(unknown)} in {raw.strip()}")
    # the last flag only leads back to the corpus language
    foreign = sorted(set(flags[:-1])) if len(flags) > 1 else sorted(set(flags))
    return phones, foreign


def letter_names(letters: Sequence[str], transcriptions: Sequence[str]) -> dict[str, list[str]]:
    """Phones of the names of letters, from eSpeak's output for each; letters that it cannot name are left out."""
    names = {}
    for letter, raw in zip(letters, transcriptions, strict=True):
        with suppress(RefusedError):
            names[letter] = parse_transcription(raw)[0]
    return names


def is_spelt(word: str, phones: Sequence[str], letters: Mapping[str, Sequence[str]]) -> bool:
    """Whether the phones are the names of the word's letters, one after the other; also of a single letter.

    Vowels count as equal, and so do kinds of r, since eSpeak weakens them within a word. Letters whose name is the sound
    itself do not make a word spelt: `ai` is one.
    """
    names = [letters.get(letter, ()) for letter in word.lower()]
    spoken = [phone for name in names for phone in name]
    return all(names) and max(map(len, names), default=0) > 1 and list(map(_kind, spoken)) == list(map(_kind, phones))


def _kind(phone: str) -> str:
    unstressed = phone.lstrip("ˈˌ")
    if unstressed[:1] in _VOWELS:
        return "vowel"
    return "r" if unstressed in {"r", "ɾ"} else unstressed


def inventory(lexicon: pd.DataFrame) -> pd.DataFrame:
    """Phones of the lexicon with the number of word types that use each and an example, most frequent first."""
    counts: collections.Counter[str] = collections.Counter()
    examples: dict[str, str] = {}
    for word, phones in zip(lexicon["word"], lexicon["phones"], strict=True):
        counts.update(set(phones))
        for phone in phones:
            examples.setdefault(phone, word)
    rows = sorted(((phone, count, examples[phone]) for phone, count in counts.items()), key=lambda r: (-r[1], r[0]))
    return pd.DataFrame(rows, columns=["phone", "word_types", "example"])


def _main_script(words: Sequence[str]) -> str:
    """Name of the script that most letters have, e.g. `LATIN`; "" without letters."""
    scripts = collections.Counter(
        unicodedata.name(letter, "UNKNOWN").split()[0] for word in words for letter in word if letter.isalpha()
    )
    return min(scripts, key=lambda name: (-scripts[name], name)) if scripts else ""
