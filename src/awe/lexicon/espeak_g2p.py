"""Grapheme to phoneme with eSpeak NG through phonemizer (paper section 4.1)."""

import functools
from collections.abc import Sequence

import espeakng_loader
from phonemizer.backend import EspeakBackend
from phonemizer.backend.espeak.wrapper import EspeakWrapper
from phonemizer.separator import Separator

from awe.errors import ConfigError

_NEXT_WORD = "ma"  # before which no sound of a letter is assimilated
_PHONES = Separator(phone=" ", word="|", syllable="")


@functools.cache
def _backend(voice: str, with_stress: bool) -> EspeakBackend:
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    if not EspeakBackend.is_supported_language(voice):
        raise ConfigError(f"lexicon.voice: eSpeak NG has no voice {voice!r}; {_voices_like(voice)}")
    return EspeakBackend(voice, with_stress=with_stress, language_switch="keep-flags", words_mismatch="ignore")


def _voices_like(voice: str) -> str:
    """Name the voices that may be meant, by the first letters of their codes (de for deu) or names (Polish for pol); and all."""
    known = dict(sorted(EspeakBackend.supported_languages().items()))
    asked = voice.lower()
    near = [
        f"{code} ({name.strip()})"
        for code, name in known.items()
        if code.partition("-")[0] == asked[:2] or name.lower().startswith(asked[:3])
    ]
    perhaps = f"perhaps {', '.join(near)}; " if near else ""
    return f"{perhaps}choose one of {', '.join(known)}"


def transcribe(
    words: Sequence[str], voice: str, with_stress: bool = False, *, letters_by_name: bool = False
) -> list[str]:
    """Transcribe word types in one call.

    A word of one letter is read within a phrase, because alone eSpeak says how the letter is called: Portuguese `é` would
    be "e agudo", Polish `z` "zy"; with `letters_by_name` it does.

    Returns:
        eSpeak's output for each word as it came: phones separated by blanks, `|` after each word it saw,
        language flags such as `(en)` kept.

    Raises:
        ConfigError: if eSpeak NG does not know the voice.

    """
    backend = _backend(voice, with_stress)
    raw: list[str] = backend.phonemize(list(words), separator=_PHONES, strip=False)
    letters = {} if letters_by_name else {at: word for at, word in enumerate(words) if len(word) == 1}
    phrases = backend.phonemize([f"{letter} {_NEXT_WORD}" for letter in letters.values()], _PHONES, strip=False)
    for at, phrase in zip(letters, phrases, strict=True):
        if phrase.count("|") == 2:  # the letter is a word of its own, not joined to the next
            raw[at] = phrase[: phrase.find("|") + 1]
    return raw


def version() -> str:
    """Version of the bundled eSpeak NG, e.g. `1.52.0`."""
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    return ".".join(str(part) for part in EspeakBackend.version())
