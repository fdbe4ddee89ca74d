"""Grapheme to phoneme with eSpeak NG through phonemizer (paper section 4.1)."""

import functools
from collections.abc import Sequence

import espeakng_loader
from phonemizer.backend import EspeakBackend
from phonemizer.backend.espeak.wrapper import EspeakWrapper
from phonemizer.separator import Separator

from awe.errors import ConfigError

_PHONES = Separator(phone=" ", word="|", syllable="")


@functools.cache
def _backend(voice: str, with_stress: bool) -> EspeakBackend:
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    if not EspeakBackend.is_supported_language(voice):
        raise ConfigError(f"lexicon.voice: eSpeak NG has no voice {voice!r}; see `espeak-ng --voices` for the names")
    return EspeakBackend(voice, with_stress=with_stress, language_switch="keep-flags", words_mismatch="ignore")


def transcribe(words: Sequence[str], voice: str, with_stress: bool = False) -> list[str]:
    """Transcribe word types in one call.

    Returns:
        eSpeak's output for each word as it came: phones separated by blanks, `|` after each word it saw,
        language flags such as `(en)` kept.

    Raises:
        ConfigError: if eSpeak NG does not know the voice.

    """
    backend = _backend(voice, with_stress)
    return list(backend.phonemize(list(words), separator=_PHONES, strip=False))


def version() -> str:
    """Version of the bundled eSpeak NG, e.g. `1.52.0`."""
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    return ".".join(str(part) for part in EspeakBackend.version())
