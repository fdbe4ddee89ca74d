"""LibriSpeech: `part/speaker/chapter/speaker-chapter.trans.txt` with one `id TEXT` a line, FLAC beside it.

lhotse's recipe reads the word times; it does not read the rest, because it drops missing recordings silently.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from awe.corpora.base import Archive, RawReject, RawUtterance, ReaderOptions, Split, TimedWord
from awe.corpora.files import corpus_folder, find_audio, is_decoded, not_empty, read_lines, relative, undecodable, walk
from awe.errors import CorpusError
from awe.options import MaybeDataPath

_FOLDER = "LibriSpeech"
# SHA-256 of the parts at openslr.org/12, as torchaudio gives them
_SHA256 = {
    "dev-clean": "76f87d090650617fca0cac8f88b9416e0ebf80350acb97b343a85fa903728ab3",
    "dev-other": "12661c48e8c3fe1de2c1caa4c3e135193bfb1811584f11f569dd12645aa84365",
    "test-clean": "39fde525e59672dc6d1551919b1478f724438a95aa55f874b576be21967e6c23",
    "test-other": "d09c181bba5cf717b3dee7d4d592af11a3ee3a09e08ae025c5506f6ebe961c29",
    "train-clean-100": "d4ddd1d5a6ab303066f14971d768ee43278a5f2a0aa43dc716b0e64ecbbbf6e2",
    "train-clean-360": "146a56496217e96c14334a160df97fffedd6e0a04e66b9c5af0d40be3c792ecf",
    "train-other-500": "ddb22f27f96ec163645d53215559df6aa36515f26e01dd70798188350adcb6d2",
}


class Options(ReaderOptions):
    """Options of the reader.

    Attributes:
        parts: names of the parts to read, such as "train-clean-100"; none means all that there are.
        alignments: folder with the LibriSpeech Alignments (`part/speaker/chapter/*.alignment.txt`), relative to the
            data root; empty if there are none.

    """

    parts: tuple[str, ...] = ()
    alignments: MaybeDataPath = ""


def archives(options: Options) -> tuple[Archive, ...]:
    """Addresses of the option `parts`, or of all seven (openslr.org/12); they unpack into a folder `LibriSpeech`.

    Raises:
        CorpusError: if a part is unknown, or the folder is called otherwise.

    """
    if unknown := set(options.parts) - set(_SHA256):
        raise CorpusError(f"parts: LibriSpeech has no {sorted(unknown)}; choose of {', '.join(_SHA256)}")
    folder = PurePosixPath(options.folder)
    if folder.name != _FOLDER:
        raise CorpusError(f"{folder}: call the folder {_FOLDER}, as the archives do")
    return tuple(
        Archive(
            url=f"https://www.openslr.org/resources/12/{part}.tar.gz", sha256=_SHA256[part], into=str(folder.parent)
        )
        for part in options.parts or _SHA256
    )


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
