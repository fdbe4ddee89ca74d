"""eSpeak NG in this process, through its C interface: samples and the synthesizer's own word times."""

import ctypes
import functools
from collections.abc import Sequence
from dataclasses import dataclass

import espeakng_loader
import numpy as np

from awe.errors import ToolError

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS
_PHONEME_EVENTS_IN_IPA = 0x3
_UTF8 = 1
_RATE, _PITCH, _PITCH_RANGE = 1, 3, 4
_LIST_END, _WORD, _END, _PHONEME = 0, 1, 5, 7


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


@dataclass(frozen=True)
class Speech:
    """Synthesised speech.

    Attributes:
        samples: shape (num_samples,), int16.
        sample_rate_hz: 22,050 for eSpeak's own voices.
        word_times_s: (start, end) of each word; None for a word that eSpeak joined to its neighbour.

    """

    samples: np.ndarray
    sample_rate_hz: int
    word_times_s: tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True)
class Manner:
    """How a sentence is spoken: full voice name (`de+f3`), rate, and eSpeak's pitch and pitch range (0 to 100)."""

    voice: str
    rate_words_per_minute: int
    pitch: int
    pitch_range: int


@functools.cache
def _library() -> tuple[ctypes.CDLL, int]:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data_path = str(espeakng_loader.get_data_path()).encode()
    sample_rate_hz = library.espeak_Initialize(_SYNCHRONOUS, 0, data_path, _PHONEME_EVENTS_IN_IPA)
    if sample_rate_hz <= 0:
        raise ToolError("eSpeak NG: cannot start from espeakng-loader; reinstall that package")
    return library, sample_rate_hz


def version() -> str:
    """Version of the bundled eSpeak NG, e.g. `1.52.0`."""
    library, _ = _library()
    library.espeak_Info.restype = ctypes.c_char_p
    return str(library.espeak_Info(None).decode())


def speak(words: Sequence[str], pauses: Sequence[str], manner: Manner, seed: int) -> Speech:
    """Speak one sentence.

    eSpeak keeps state between calls, so the same calls in the same order in a fresh process repeat exactly, and a
    single one of them elsewhere does not (see `awe.synthesis.corpus`).

    Args:
        words: normalised words.
        pauses: punctuation after each word, "" for none.
        manner: voice, rate, pitch.
        seed: seed of eSpeak's random numbers (breath, flutter), which it otherwise takes from the clock.

    Raises:
        ToolError: if eSpeak NG does not know the voice.

    """
    library, sample_rate_hz = _library()
    blocks: list[bytes] = []
    events: list[tuple[int, int, int, bytes]] = []

    def collect(samples: int | None, count: int, event: "ctypes._Pointer[_Event]") -> int:
        if samples:
            blocks.append(ctypes.string_at(samples, count * 2))
        index = 0
        while event[index].type != _LIST_END:
            one = event[index]
            name = bytes(one.id.string) if one.type == _PHONEME else b""
            events.append((one.type, one.text_position, one.sample, name))
            index += 1
        return 0

    callback_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))
    callback = callback_type(collect)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(manner.voice.encode()) != 0:
        raise ToolError(f"eSpeak NG: no voice {manner.voice!r}; correct the key voice")
    library.espeak_SetParameter(_RATE, manner.rate_words_per_minute, 0)
    library.espeak_SetParameter(_PITCH, manner.pitch, 0)
    library.espeak_SetParameter(_PITCH_RANGE, manner.pitch_range, 0)
    library.espeak_ng_SetRandSeed(ctypes.c_long(seed))
    text = " ".join(word + pause for word, pause in zip(words, pauses, strict=True)).encode()
    library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    samples = np.frombuffer(b"".join(blocks), dtype=np.int16)
    return Speech(samples, sample_rate_hz, _word_times(words, pauses, events, len(samples), sample_rate_hz))


def _word_times(
    words: Sequence[str],
    pauses: Sequence[str],
    events: list[tuple[int, int, int, bytes]],
    num_samples: int,
    sample_rate_hz: int,
) -> tuple[tuple[float, float] | None, ...]:
    """Word times from the events: a word ends where the next begins, or where silence begins before that."""
    starts = {position - 1: sample for kind, position, sample, _ in events if kind == _WORD}
    silences = [sample for kind, _, sample, name in events if kind == _END or (kind == _PHONEME and not name)]
    ends = sorted([*starts.values(), *silences, num_samples])
    offset, times = 0, []
    for word, pause in zip(words, pauses, strict=True):
        start = starts.get(offset)
        times.append(start)
        offset += len(word) + len(pause) + 1
    return tuple(
        None if start is None else (start / sample_rate_hz, min(e for e in ends if e > start) / sample_rate_hz)
        for start in times
    )
