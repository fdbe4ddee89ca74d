"""Montreal Forced Aligner: trained on the corpus as in the paper, or with a saved or pretrained model."""

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from awe import options
from awe.alignment.base import AlignmentResult, AlignmentTask

# MFA ignores unknown keys without a word, so that a misspelt one would go unnoticed
CONFIG_KEYS = frozenset(
    {"beam", "retry_beam", "features", "training", "acoustic_scale", "self_loop_scale", "transition_scale"}
)
CONFIG_KEYS |= {"boost_silence", "phone_set_type", "position_dependent_phones", "silence_weight", "fmllr_update_type"}
TRAINING_BLOCKS = ("monophone", "triphone", "lda", "sat", "pronunciation_probabilities")


class Options(options.Options):
    """Options of the Montreal Forced Aligner."""

    mode: Literal["train", "align"] = Field(default="train", description="train on the corpus, or use acoustic_model")
    acoustic_model: options.MaybeDataPath = Field(
        default="", description="for align: a model (.zip), path from the data root, or a pretrained one's name"
    )
    dictionary: options.MaybeDataPath = Field(
        default="",
        description="path from the data root, or pretrained name; empty: the pronunciations of the lexicon",
    )
    save_model: options.MaybeDataPath = Field(
        default="", description="for train: where to keep the model (.zip), path from the data root; empty: not at all"
    )
    config: dict[str, Any] = Field(default_factory=dict, description="MFA's own configuration (beam, training blocks)")
    beam: int = Field(default=100, gt=0, description="beam of align")
    retry_beam: int = Field(default=400, gt=0, description="beam of align where the first one fails")
    single_speaker: bool = Field(
        default=False, description="no adaptation to speakers, so that any number runs at once"
    )
    reproducible: bool = Field(default=False, description="one job and a fixed hash seed: slower, the same every time")
    utterances_per_run: int = Field(default=20_000, gt=0, description="for align: speakers are divided into such runs")

    @field_validator("config")
    @classmethod
    def _known_config(cls, config: dict[str, Any]) -> dict[str, Any]:
        if unknown := sorted(set(config) - CONFIG_KEYS):
            raise ValueError(f"MFA would silently ignore {unknown}; it knows {sorted(CONFIG_KEYS)}")
        blocks = config.get("training", [])
        if not isinstance(blocks, list) or not all(isinstance(one, dict) and len(one) == 1 for one in blocks):
            raise ValueError("training must be a list of blocks with one name each")
        names = [str(name) for one in blocks for name in one]
        if unknown := sorted(set(names) - set(TRAINING_BLOCKS)):
            raise ValueError(f"MFA knows no training blocks {unknown}; it knows {list(TRAINING_BLOCKS)}")
        if names and names[0] != "monophone":
            raise ValueError("the first training block must be monophone")
        return config

    @model_validator(mode="after")
    def _model_for_align(self) -> Self:
        if (self.mode == "align") != bool(self.acoustic_model):
            raise ValueError("mode align needs acoustic_model, and mode train must not have it")
        if self.mode == "align" and (self.save_model or self.config.get("training")):
            raise ValueError("mode align trains nothing: leave out save_model and config.training")
        if self.mode == "train" and self.dictionary:
            raise ValueError("mode train takes its pronunciations from the lexicon: leave out dictionary")
        if self.beam > self.retry_beam:
            raise ValueError("retry_beam must not be smaller than beam")
        return self


def align(task: AlignmentTask, options: Options) -> AlignmentResult:
    """Align the corpus with the program `mfa` (McAuliffe et al., 2017), which must be on the PATH.

    Audio is checked and written anew beforehand, since one damaged file stops the whole program; outputs are counted
    afterwards, since it leaves out utterances without a warning.

    Raises:
        ToolError: if `mfa` or the `sqlite3` it needs is missing, a model is not found, or MFA fails as a whole.

    """
    from awe.alignment.mfa_run import align_with_mfa

    return align_with_mfa(task, options)
