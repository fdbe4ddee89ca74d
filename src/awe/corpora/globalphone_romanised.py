"""Back from the ASCII of GlobalPhone's `.rmn` transcripts to letters: a sign beside a letter stands for its mark."""

import re
import unicodedata
from typing import Literal

Language = Literal["german", "polish", "portuguese"]

_GRAVE, _ACUTE, _CIRCUMFLEX, _TILDE = "\u0300", "\u0301", "\u0302", "\u0303"
_DOT, _DIAERESIS, _CEDILLA, _OGONEK = "\u0307", "\u0308", "\u0327", "\u0328"

# letters and sign as written, then the combining mark or, where there is none, the letter itself
_WRITTEN: dict[Language, tuple[tuple[str, str], ...]] = {
    "german": (("~[aou]", _DIAERESIS), ("~s", "ß")),
    "polish": (
        ("[ae]~", _OGONEK),
        ("z0", _DOT),
        ("[cnosz]1", _ACUTE),
        ("l1", "ł"),
        ("[ou]2", _DIAERESIS),
        ("c2", _CEDILLA),
    ),
    "portuguese": (
        ("a:", _GRAVE),
        ("c:", _CEDILLA),
        (r"[aeiou]\+", _ACUTE),
        (r"[aeo]\^", _CIRCUMFLEX),
        (r"u\^", _DIAERESIS),
        ("[ano]~", _TILDE),
    ),
}


def from_romanised(text: str, language: Language) -> str:
    """Return the text with the letters of the language: `na~o` becomes `não`, `~uber` becomes `über`."""
    for written, mark in _WRITTEN[language]:

        def letter(match: re.Match[str], mark: str = mark) -> str:
            base = match[0].strip("~:+^012")
            if mark.isalpha():
                return mark.upper() if base.isupper() and mark != "ß" else mark
            return unicodedata.normalize("NFC", base + mark)

        text = re.sub(written, letter, text, flags=re.IGNORECASE)
    return text
