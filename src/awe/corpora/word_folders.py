"""Pre-cut words, one file each, word and speaker in the file's path: Speech Commands, Free Spoken Digits, ..."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import Field, field_validator

from awe.corpora.base import Archive, RawReject, RawUtterance, ReaderOptions, Split, TimedWord
from awe.corpora.files import AUDIO_SUFFIXES, check_pattern, corpus_folder, not_empty, read_lines, relative, walk
from awe.errors import CorpusError
from awe.options import MaybeDataPath

# SHA-256 of the releases, as torchaudio and TensorFlow Datasets give them
_SPEECH_COMMANDS = {
    "speech_commands_v0.01": "743935421bb51cccdb6bdd152e04c5c70274e935c82119ad7faeec31780d811d",
    "speech_commands_v0.02": "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
}


class Options(ReaderOptions):
    r"""Options of the reader.

    Attributes:
        pattern: regular expression with the groups `word` and `speaker` that the whole path below the corpus folder,
            without suffix, must match: by default `word/speaker_rest`; for `{digit}_{speaker}_{take}` say
            `(?P<word>\d)_(?P<speaker>[^_]+)_\d+`.
        words: the word that is spoken where the path holds something else, e.g. {"0": "zero"}.
        validation_list: file in the corpus folder that lists the paths of the official validation split, one a line;
            where it or `testing_list` exists, all other recordings are "train".
        testing_list: the same for the test split.

    """

    pattern: str = r"(?P<word>[^/_][^/]*)/(?P<speaker>[^/_]+)(_[^/]*)?"
    words: dict[str, str] = Field(default_factory=dict)
    validation_list: MaybeDataPath = "validation_list.txt"
    testing_list: MaybeDataPath = "testing_list.txt"

    @field_validator("pattern")
    @classmethod
    def _has_groups(cls, pattern: str) -> str:
        return check_pattern(pattern, "word", "speaker")


def archives(options: Options) -> tuple[Archive, ...]:
    """Address of Speech Commands, if the folder is called after a release: `speech_commands_v0.02`.

    Raises:
        CorpusError: if it is called otherwise: another corpus in this layout.

    """
    name = PurePosixPath(options.folder).name
    if name not in _SPEECH_COMMANDS:
        known = " or ".join(_SPEECH_COMMANDS)
        raise CorpusError(f"{name}: is not {known}; name its address in corpus.archives, or copy the files there")
    url = f"https://storage.googleapis.com/download.tensorflow.org/data/{name}.tar.gz"
    return (Archive(url=url, sha256=_SPEECH_COMMANDS[name], into=options.folder),)


def read(options: Options, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    """Yield one item per recording; see `awe.corpora.base` for errors.

    The utterance id is the path below the corpus folder without suffix. Each utterance has one timed word, which
    covers it. A path that does not match the pattern (such as background noise) becomes a reject.
    """
    folder = corpus_folder(options, data_root)
    return not_empty(_read(options, folder, data_root), folder, f"recording ({', '.join(AUDIO_SUFFIXES)})")


def _read(options: Options, folder: Path, data_root: Path) -> Iterator[RawUtterance | RawReject]:
    splits = _official_splits(options, folder)
    for path in walk(folder):
        utterance_id = path.relative_to(folder).with_suffix("").as_posix()
        match = re.fullmatch(options.pattern, utterance_id)
        if match is None:
            yield RawReject(utterance_id, "transcript_missing", "the path does not match the option `pattern`")
            continue
        word = options.words.get(match["word"], match["word"])
        split = splits.get(relative(path, folder), "train") if splits else ""
        timed = (TimedWord(word, 0.0, None),)
        yield RawUtterance(
            utterance_id,
            match["speaker"] or "",
            relative(path, data_root),
            word,
            official_split=split,
            timed_words=timed,
        )


def _official_splits(options: Options, folder: Path) -> dict[str, Split]:
    splits: dict[str, Split] = {}
    named: tuple[tuple[str, Split], ...] = ((options.validation_list, "valid"), (options.testing_list, "test"))
    for name, split in named:
        if name and (folder / name).is_file():
            splits |= {line.strip(): split for _, line in read_lines(folder / name, options.encoding)}
    return splits
