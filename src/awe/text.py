"""Normalise transcripts to words; the string that results is the word type everywhere downstream."""

import re
import unicodedata
from contextlib import suppress
from functools import cache
from typing import Literal

from pydantic import field_validator

from awe.options import Options

_APOSTROPHES = "'’‘‛ʼʹ´`′＇"
_HYPHENS = "-‐‑﹣－"
# a sign between two letters that belongs to the word, by what is done with it
_SIGN = {"keep": None, "split": " ", "join": ""}
# languages that write 1,000.5; all others write 1.000,5
_POINT_LANGUAGES = ("en", "he", "ja", "ko", "th", "zh")
_NO_BREAK_SPACES = "\u00a0\u2009\u202f"

Sign = Literal["keep", "split", "join"]


class TextOptions(Options):
    """How transcripts become words.

    Attributes:
        lower_case: lower-case all words; False keeps the capitals, e.g. of German nouns.
        numbers: language of num2words in which digits are read ("pt_BR", "de", "pl", "en"); None leaves digits
            as they are.
        hyphens: what happens to the hyphen of "quinta-feira": two words, one word with it, or one without.
        apostrophes: the same for the apostrophe of "geht's"; apostrophes around words always go.

    """

    lower_case: bool = True
    numbers: str | None = None
    hyphens: Sign = "split"
    apostrophes: Sign = "keep"

    @field_validator("numbers")
    @classmethod
    def _known_to_num2words(cls, language: str | None) -> str | None:
        if language is not None:
            from num2words import CONVERTER_CLASSES

            if language not in CONVERTER_CLASSES:
                raise ValueError(f"num2words has no such language; choose one of {', '.join(CONVERTER_CLASSES)}")
        return language


def normalise(text: str, options: TextOptions) -> list[str]:
    """Turn a transcript into its words, in order; an empty list if nothing is left.

    Words are in Unicode NFC and made of letters, combining marks and digits, with hyphens and apostrophes between
    them where the options keep these. Punctuation, symbols and emoji separate words; soft hyphens, zero-width and
    direction characters vanish. Every script passes. Normalising the joined result again changes nothing.

    Digits are read as cardinal numbers, with the thousands and decimal signs of the language; "1st" and "1º" are
    ordinals. "3." is read as a cardinal, since its full stop may end the sentence and its ending depends on the
    grammar. Numbers with leading zeros and very long ones are read digit by digit; signs such as % or € are not
    read: where a corpus has many, give it spelt-out transcripts.
    """
    text = unicodedata.normalize("NFC", text.translate(_VANISHING))
    if options.numbers is not None:
        text = _read_numbers(text.translate(_DIGITS), options.numbers)
    if options.lower_case:
        text = text.lower()
    text = text.translate(_CHARACTERS)
    for sign, action in (("-", options.hyphens), ("'", options.apostrophes)):
        text = text if action == "keep" else text.replace(sign, str(_SIGN[action]))
    return [word for chunk in text.split() if (word := _trim(chunk))]


def _trim(chunk: str) -> str:
    """Keep hyphens and apostrophes only between letters, and marks only after one."""
    first, *rest = re.split(r"([-']+)", chunk)
    word = _strip_marks(first)
    for sign, part in zip(rest[::2], rest[1::2], strict=True):
        bare = _strip_marks(part)
        word += sign[0] + bare if word and bare else bare
    return unicodedata.normalize("NFC", word)


def _strip_marks(part: str) -> str:
    start = next((i for i, char in enumerate(part) if not unicodedata.category(char).startswith("M")), len(part))
    return part[start:]


def _read_numbers(text: str, language: str) -> str:
    return _number_pattern(language).sub(lambda match: f" {_read_number(match, language)} ", text)


@cache
def _number_pattern(language: str) -> re.Pattern[str]:
    decimal, thousands = (".", ",") if language.startswith(_POINT_LANGUAGES) else (",", ".")
    grouped = rf"\d{{1,3}}(?:[{thousands}{_NO_BREAK_SPACES}]\d{{3}})+(?:[{decimal}]\d+)?(?![.,]?\d)"
    # the other sign is taken for a decimal sign too where no group of three follows; dates such as 1.2.2020 are not
    return re.compile(
        rf"(?<!\d)(?<!\d[.,])(?:(?P<grouped>{grouped})|(?P<decimal>\d+[.,]\d+(?![.,]?\d)))"
        r"|(?P<ordinal>\d+)(?P<suffix>º|ª|(?:st|nd|rd|th)\b)|\d+",
        re.IGNORECASE,
    )


def _read_number(match: re.Match[str], language: str) -> str:
    from num2words import num2words

    digits = match[0]
    if match["grouped"]:
        sign = "." if language.startswith(_POINT_LANGUAGES) else ","
        digits = "".join("." if char == sign else char for char in digits if char.isdigit() or char == sign)
    elif match["decimal"]:
        digits = digits.replace(",", ".")
    elif match["ordinal"]:
        digits = match["ordinal"]
    whole = digits.partition(".")[0]
    if len(whole) > 15 or len(digits) > 32 or (len(whole) > 2 and whole[0] == "0"):
        return " ".join(str(num2words(int(digit), lang=language)) for digit in digits if digit != ".")
    if match["ordinal"]:
        # not every language of num2words has ordinals, and Polish has none of 0
        with suppress(NotImplementedError, IndexError):
            words = str(num2words(int(digits), lang=language, to="ordinal"))
            return re.sub(r"o\b", "a", words) if match["suffix"] == "ª" else words
    return str(num2words(digits, lang=language))


class _ByCharacter(dict[int, str]):
    """A table for `str.translate` that is filled as characters turn up."""

    def __missing__(self, code: int) -> str:
        self[code] = result = self.translate_character(chr(code))
        return result

    def translate_character(self, char: str) -> str:
        raise NotImplementedError


class _Vanishing(_ByCharacter):
    """Drop format characters (soft hyphen, zero-width, direction, byte order mark) and variation selectors."""

    def translate_character(self, char: str) -> str:
        vanishes = unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"
        return "" if vanishes else char


class _Digits(_ByCharacter):
    """Turn the decimal digits of every script to 0-9."""

    def translate_character(self, char: str) -> str:
        digit = unicodedata.decimal(char, None)
        return char if digit is None else str(digit)


class _Characters(_ByCharacter):
    """Unify hyphens and apostrophes; turn all that belongs to no word to a space."""

    def translate_character(self, char: str) -> str:
        if char in _HYPHENS:
            return "-"
        if char in _APOSTROPHES:
            return "'"
        category = unicodedata.category(char)
        return char if category[0] in "LM" or category == "Nd" else " "


_VANISHING, _DIGITS, _CHARACTERS = _Vanishing(), _Digits(), _Characters()
