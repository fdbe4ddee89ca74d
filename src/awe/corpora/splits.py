"""Splits by speaker lists: files with one speaker a line, instead of the splits that a corpus ships."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from awe.corpora.base import RawReject, RawUtterance, ReaderOptions, Split
from awe.corpora.files import read_lines, require_file
from awe.errors import CorpusError


def with_speaker_lists(
    items: Iterable[RawUtterance | RawReject], options: ReaderOptions, data_root: Path
) -> Iterator[RawUtterance | RawReject]:
    """Set the split of every utterance by the reader's option `speaker_lists`; without lists, pass all on as it is.

    Speakers in no list get the split "".

    Raises:
        CorpusError: if a list is missing or a speaker is in two.

    """
    if not options.speaker_lists:
        yield from items
        return
    splits: dict[str, Split] = {}
    for split, name in options.speaker_lists.items():
        path = require_file(data_root / name, "set the option `speaker_lists`")
        for _, line in read_lines(path, options.encoding):
            speaker = line.strip()
            if splits.setdefault(speaker, split) != split:
                raise CorpusError(
                    f"{path}: speaker {speaker!r} is also in the list {splits[speaker]!r}; keep it in one"
                )
    for item in items:
        if isinstance(item, RawUtterance):
            yield replace(item, official_split=splits.get(item.speaker_id.strip(), ""))
        else:
            yield item
