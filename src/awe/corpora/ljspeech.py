"""Folders in the layout of LJSpeech: `metadata.csv` with `id|sentence[|normalised sentence]`, audio in `wavs/`."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import Field, field_validator

from awe.corpora.base import Archive, RawReject, RawUtterance, ReaderOptions
from awe.corpora.files import (
    check_pattern,
    corpus_folder,
    find_audio,
    is_decoded,
    not_empty,
    read_lines,
    relative,
    require_file,
    undecodable,
)
from awe.errors import CorpusError

_LJSPEECH = "LJSpeech-1.1"
_SHA256 = "be1a30453f28eb8dd26af4101ae40cbf2c50413b1bb21936cbcdc6fae3de8aa5"  # as torchaudio gives it


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        metadata: name of the file with the sentences.
        audio_folder: folder with `{id}.wav`, `.flac`, ..., in the corpus folder.
        delimiter: between id, sentence and normalised sentence (which is taken if it is there).
        speaker: id of the only speaker.
        speaker_pattern: for several speakers instead: regular expression with a group `speaker`, searched in the id.

    """

    metadata: str = "metadata.csv"
    audio_folder: str = "wavs"
    delimiter: str = Field(default="|", min_length=1)
    speaker: str = "speaker"
    speaker_pattern: str = ""

    @field_validator("speaker_pattern")
    @classmethod
    def _has_a_group(cls, pattern: str) -> str:
        return pattern and check_pattern(pattern, "speaker")


def archives(options: Options) -> tuple[Archive, ...]:
    """Address of LJSpeech itself, if the folder is called `LJSpeech-1.1`.

    Raises:
        CorpusError: if it is called otherwise: another corpus in this layout.

    """
    folder = PurePosixPath(options.folder)
    if folder.name != _LJSPEECH:
        raise CorpusError(f"{folder}: is not {_LJSPEECH}; name its address in corpus.archives, or copy the files there")
    url = f"https://data.keithito.com/data/speech/{_LJSPEECH}.tar.bz2"
    return (Archive(url=url, sha256=_SHA256, into=str(folder.parent)),)


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per line of the metadata file; see `awe.corpora.base` for errors."""
    folder = corpus_folder(options, data_root)
    metadata = require_file(folder / options.metadata, "set the option `metadata`")
    return not_empty(_read(options, metadata, folder / options.audio_folder, data_root), metadata, "line in it")


def _read(options: Options, metadata: Path, audio: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    for number, line in read_lines(metadata, options.encoding):
        name, *texts = (part.strip() for part in line.split(options.delimiter))
        if not is_decoded(line):
            yield undecodable(name or f"{options.metadata}:{number}", metadata, options.encoding)
        elif not name or not texts:
            detail = f"line {number} of {options.metadata} is not id{options.delimiter}sentence"
            yield RawReject(name or f"{options.metadata}:{number}", "transcript_missing", detail)
        else:
            text = texts[1] if len(texts) > 1 and texts[1] else texts[0]
            path = relative(find_audio(audio, name), data_root)
            yield RawUtterance(name, _speaker(options, name), path, text)


def _speaker(options: Options, name: str) -> str:
    if not options.speaker_pattern:
        return options.speaker
    match = re.search(options.speaker_pattern, name)
    return (match["speaker"] or "") if match else ""
