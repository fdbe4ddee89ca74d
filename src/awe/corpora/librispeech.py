"""LibriSpeech: `part/speaker/chapter/speaker-chapter.trans.txt` with one `id TEXT` a line, FLAC beside it.

lhotse's recipe reads the word times; it does not read the rest, because it drops missing recordings silently.
"""

from collections.abc import Iterator
from pathlib import Path

from awe.corpora.base import RawReject, RawUtterance, ReaderOptions, Split, TimedWord
from awe.corpora.files import corpus_folder, find_audio, is_decoded, not_empty, read_lines, relative, undecodable, walk
from awe.errors import CorpusError
from awe.options import MaybeDataPath


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        parts: names of the parts to read, such as "train-clean-100"; none means all that there are.
        alignments: folder with the LibriSpeech Alignments (`part/speaker/chapter/*.alignment.txt`), relative to the
            data root; empty if there are none.

    """

    parts: tuple[str, ...] = ()
    alignments: MaybeDataPath = ""


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per line of the transcripts; see `awe.corpora.base` for errors."""
    folder = corpus_folder(options, data_root)
    return not_empty(_read(options, folder, data_root), folder, "part with */*/*.trans.txt")


def _read(options: Options, folder: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    for transcripts in walk(folder, (".trans.txt",)):
        part = transcripts.relative_to(folder).parts[0]
        if options.parts and part not in options.parts:
            continue
        times = _word_times(transcripts, folder, data_root / options.alignments) if options.alignments else {}
        for _, line in read_lines(transcripts, options.encoding):
            utterance_id, _, text = line.strip().partition(" ")
            if not is_decoded(line):
                yield undecodable(utterance_id, transcripts, options.encoding)
                continue
            yield RawUtterance(
                utterance_id,
                utterance_id.partition("-")[0],
                relative(find_audio(transcripts.parent, utterance_id, (".flac", ".wav")), data_root),
                text,
                official_split=_split(part),
                timed_words=times.get(utterance_id, ()),
            )


def _split(part: str) -> Split:
    names: tuple[tuple[str, Split], ...] = (("train", "train"), ("dev", "valid"), ("test", "test"))
    return next((split for name, split in names if part.startswith(name)), "")


def _word_times(transcripts: Path, folder: Path, alignments: Path) -> dict[str, tuple[TimedWord, ...]]:
    chapter = transcripts.relative_to(folder)
    path = alignments / chapter.parent / f"{chapter.name.removesuffix('.trans.txt')}.alignment.txt"
    if not path.is_file():
        return {}
    from lhotse.recipes.librispeech import parse_alignments

    try:
        parsed = parse_alignments(path)
    except ValueError as error:
        raise CorpusError(f"{path}: is no LibriSpeech alignment ({error}); repair or remove it") from None
    # an empty word is silence
    return {
        utterance_id: tuple(TimedWord(item.symbol, item.start, item.end) for item in items if item.symbol)
        for utterance_id, items in parsed.items()
    }
