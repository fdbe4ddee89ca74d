"""The one interface of all aligners."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class AlignmentTask:
    """What an aligner gets.

    Attributes:
        utterances: table `utterances`.
        lexicon: table `lexicon`; words without a row have no pronunciation.
        reference: table `alignment` with the word times that the corpus ships, maybe empty;
            only the aligner `given` may use them.
        audio_folder: folder that `audio_path` is relative to.
        data_root: folder that files named in the aligner's options are relative to.
        work_folder: an existing empty folder for temporary files, private to this job.
        seed: seed of everything random.
        threads: processes or threads the aligner may use.

    """

    utterances: pd.DataFrame
    lexicon: pd.DataFrame
    reference: pd.DataFrame
    audio_folder: Path
    data_root: Path
    work_folder: Path
    seed: int = 1
    threads: int = 1


@dataclass(frozen=True)
class AlignmentResult:
    """What an aligner returns: table `alignment` and rows for table `rejects`.

    Every utterance of the task is either in `alignment`, with all its words in order, or in `rejects`
    with its `utterance_id` as `item_id`.
    `versions` names the programs and models used, for the provenance record.
    """

    alignment: pd.DataFrame
    rejects: list[dict[str, str]]
    versions: dict[str, str]
