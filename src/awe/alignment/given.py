"""Word times that already exist: shipped with the corpus, or in a folder of another program's files."""

from typing import Self

from pydantic import Field, model_validator

from awe import options, plugins
from awe.alignment.base import AlignmentResult, AlignmentTask
from awe.errors import ConfigError


class Options(options.Options):
    """Options of the given alignments."""

    folder: options.MaybeDataPath = Field(
        default="", description="folder of alignments in the data root; empty: those of the corpus"
    )
    format: str = Field(default="textgrid", description="of the files in the folder: a module of awe.alignment.formats")
    tier: str = Field(default="words", min_length=1, description="tier of the words, in formats that have tiers")
    silences: tuple[str, ...] = Field(
        default=("sil", "sp", "spn", "<eps>", "<sil>", "[silence]", "h#", "pau"), description="labels that are no words"
    )
    tolerance_s: float = Field(default=0.02, ge=0, description="overlap of words and excess that is cut off")

    @model_validator(mode="after")
    def _known_format(self) -> Self:
        try:
            plugins.load("alignment.formats", self.format)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        return self


def align(task: AlignmentTask, options: Options) -> AlignmentResult:
    """Take over the word times whose words are those of the utterance and whose times can be true.

    Utterances without times are rejected as `alignment_missing`, files that cannot be read as `alignment_failed`, and
    as `alignment_mismatch` what has other words or times that run backwards or out of the utterance.

    Raises:
        CorpusError: if the folder does not exist, or holds no file of the format.

    """
    from awe.alignment.takeover import take_over

    return take_over(task, options)
