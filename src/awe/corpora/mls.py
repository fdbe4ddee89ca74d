"""Multilingual LibriSpeech, one language (`mls_polish`): `part/transcripts.txt` with `id<TAB>text`, FLAC or Opus.

lhotse's recipe is not used: it stops at the first missing recording and opens every file a second time.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import Field

from awe.corpora.base import Archive, RawReject, RawUtterance, ReaderOptions
from awe.corpora.files import corpus_folder, find_audio, is_decoded, not_empty, read_lines, relative, undecodable
from awe.corpora.table import SPLITS
from awe.errors import CorpusError


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        parts: folders to read, those that exist.

    """

    parts: tuple[str, ...] = Field(default=("train", "dev", "test"), min_length=1)


def archives(options: Options) -> tuple[Archive, ...]:
    """Address of the release (openslr.org/94) that the folder is called after: `mls_polish`, or `mls_polish_opus`.

    Raises:
        CorpusError: if it is called otherwise.

    """
    folder = PurePosixPath(options.folder)
    if not re.fullmatch(r"mls_[a-z]+(_opus)?", folder.name):
        raise CorpusError(
            f"{folder}: call the folder mls_<language> or mls_<language>_opus, after the release to fetch"
        )
    return (Archive(url=f"https://dl.fbaipublicfiles.com/mls/{folder.name}.tar.gz", into=str(folder.parent)),)


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per line of the transcripts; see `awe.corpora.base` for errors."""
    folder = corpus_folder(options, data_root)
    return not_empty(_read(options, folder, data_root), folder, f"transcripts.txt in {', '.join(options.parts)}")


def _read(options: Options, folder: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    for part in options.parts:
        transcripts = folder / part / "transcripts.txt"
        for _, line in read_lines(transcripts, options.encoding) if transcripts.is_file() else ():
            utterance_id, tab, text = line.strip().partition("\t")
            speaker, _, rest = utterance_id.partition("_")
            book, _, number = rest.partition("_")
            if not is_decoded(line):
                yield undecodable(utterance_id, transcripts, options.encoding)
            elif not tab or not number:
                yield RawReject(utterance_id, "transcript_missing", "the line is not speaker_book_number<TAB>text")
            else:
                audio = find_audio(folder / part / "audio" / speaker / book, utterance_id, (".flac", ".opus", ".wav"))
                split = SPLITS.get(part, "")
                yield RawUtterance(utterance_id, speaker, relative(audio, data_root), text, official_split=split)
