"""GlobalPhone, one language: `adc/<speaker>/*.adc.shn` as distributed or `wav/<speaker>/*.wav`, transcripts in `trl/`.

A recording is called `PO001_7`: language, speaker, number of the utterance. A transcript file holds one speaker:

    ;SprecherID 001
    ; 7:
    o texto da frase

What is known about a speaker stands in `spk/PO001.spk`, a line `;SEX:female` for each fact.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from awe.corpora.base import Archive, RawReject, RawUtterance, ReaderOptions
from awe.corpora.files import corpus_folder, is_decoded, not_empty, read_text, relative, undecodable, walk
from awe.corpora.globalphone_romanised import Language, from_romanised
from awe.errors import CorpusError

_SUFFIXES = (".wav", ".flac", ".adc", ".adc.shn")
_FACT = re.compile(r";?\s*([^:;]+?)\s*:\s*(.*?)\s*")
_HEADING = re.compile(r";\s*(\d+)\s*:")


class Options(ReaderOptions):
    """Options of the reader; `folder` is the language's, such as "globalphone/Portuguese".

    Transcripts are tried as UTF-8 first (or by their byte order mark) and else read with `encoding`: the releases
    mix encodings; for Portuguese and German say iso-8859-1, for Polish iso-8859-2.

    Attributes:
        audio_folder: folder with the recordings, "adc" or "wav", with a folder for each speaker.
        transcripts: folder and suffix of the transcripts: the original ones ("trl") or those in ASCII ("rmn").
        romanised: for "rmn": the language whose letters the ASCII stands for; needed to get the letters back.

    """

    audio_folder: str = "adc"
    transcripts: Literal["trl", "rmn"] = "trl"
    romanised: Language | None = None


def archives(options: Options) -> tuple[Archive, ...]:
    """Say how the corpus can be had: it has no open address.

    Raises:
        CorpusError: always.

    """
    raise CorpusError(
        f"GlobalPhone is licensed: order it (catalogue.elra.info) and copy the language to {options.folder}"
    )


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per transcribed utterance and per recording without transcript; see `awe.corpora.base`.

    The speaker is the name of the transcript file, such as "PO001"; the utterance id is "PO001_7".
    """
    folder = corpus_folder(options, data_root)
    return not_empty(_read(options, folder, data_root), folder, f"*.{options.transcripts} or {options.audio_folder}/")


def speaker_facts(options: Options, data_root: Path) -> dict[str, dict[str, str]]:
    """Return what the files `spk/<speaker>.spk` say of each speaker: `{"PO001": {"sex": "female", "age": "24"}}`."""
    folder = data_root / options.folder / "spk"
    return {
        path.stem: {
            match[1].lower(): match[2]
            for line in re.split(r"\r\n|\r|\n", _decode(path, options.encoding))
            if (match := _FACT.fullmatch(line.strip())) and is_decoded(line)
        }
        for path in (walk(folder, (".spk",)) if folder.is_dir() else ())
    }


def _read(options: Options, folder: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    audio = _recordings(folder / options.audio_folder)
    transcripts = folder / options.transcripts
    transcribed = set()
    for path in walk(transcripts, (f".{options.transcripts}",)) if transcripts.is_dir() else ():
        text = _decode(path, options.encoding)
        for number, sentence in _utterances(text):
            utterance_id = f"{path.stem}_{number}"
            transcribed.add(utterance_id)
            if not is_decoded(sentence):
                yield undecodable(utterance_id, path, options.encoding)
            elif utterance_id not in audio:
                detail = f"{options.audio_folder} has no recording of this name ({', '.join(_SUFFIXES)})"
                yield RawReject(utterance_id, "audio_missing", detail)
            else:
                words = from_romanised(sentence, options.romanised) if options.romanised else sentence
                yield RawUtterance(utterance_id, path.stem, relative(audio[utterance_id], data_root), words)
    for utterance_id in audio:
        if utterance_id not in transcribed:
            yield RawReject(utterance_id, "transcript_missing", f"{options.transcripts} does not have it")


def _recordings(folder: Path) -> dict[str, Path]:
    """Map utterance ids to recordings; the number loses leading zeros, as transcripts have none."""
    found: dict[str, Path] = {}
    for path in walk(folder, _SUFFIXES) if folder.is_dir() else ():
        stem = path.name.partition(".")[0]
        speaker, _, number = stem.rpartition("_")
        found.setdefault(f"{speaker}_{int(number)}" if speaker and number.isdecimal() else stem, path)
    return found


def _decode(path: Path, encoding: str) -> str:
    text = read_text(path, "utf-8")
    return text if is_decoded(text) else read_text(path, encoding)


def _utterances(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the sentence below each heading `; 7:`; other lines that start with `;` are comments."""
    number, sentence = None, ""
    for line in (line.strip() for line in re.split(r"\r\n|\r|\n", text)):
        heading = _HEADING.fullmatch(line)
        if heading:
            if number is not None:
                yield number, sentence
            number, sentence = int(heading[1]), ""
        elif not line.startswith(";"):
            sentence = f"{sentence} {line}".strip()
    if number is not None:
        yield number, sentence
