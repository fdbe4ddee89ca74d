"""Options of the token stage: filters and splits."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from awe.options import DataPath, Options

SPLITS = ("train", "valid", "test")


class SplitSizes(Options):
    """Tokens sampled per split; null keeps all."""

    train: int | None = Field(default=None, ge=1)
    valid: int | None = Field(default=None, ge=1)
    test: int | None = Field(default=None, ge=1)


Speakers = Annotated[int, Field(ge=1, strict=True)] | Annotated[list[str], Field(min_length=1)] | DataPath


class SplitSpeakers(Options):
    """Speakers per split: how many, which ones, or a text file (path from the data root) that lists them."""

    train: Speakers = 42
    valid: Speakers = 10
    test: Speakers = 10


class SplitShares(Options):
    """Shares of the utterances per split; they are weights, so they need not add up to 1."""

    train: float = Field(default=0.8, gt=0)
    valid: float = Field(default=0.1, gt=0)
    test: float = Field(default=0.1, gt=0)


class TokenOptions(Options):
    """The paper's filters and splits (its section 4.1 and Table 1)."""

    minimum_phones: int = Field(default=4, ge=1, description="the paper's code keeps words of more than 3 phones")
    minimum_frequency: int = Field(default=2, ge=1, description="tokens a word type needs, over all splits")
    maximum_duration_s: float = Field(default=1.1, gt=0)
    minimum_duration_s: float = Field(default=0.05, ge=0)
    require_vector: bool = Field(
        default=True,
        description="drop words that have no vector; vectors composed of subwords (semantics.source: trained, or a fastText"
        " .bin with semantics.options.subwords) leave next to none without",
    )
    split_by: Literal["speakers", "official", "utterances"] = Field(
        default="speakers",
        description="no speaker in two splits; the corpus's own splits; or, for too few speakers, whole utterances",
    )
    speakers: SplitSpeakers = SplitSpeakers()
    shares: SplitShares = SplitShares()
    sizes: SplitSizes = SplitSizes()

    @model_validator(mode="after")
    def _check(self) -> "TokenOptions":
        if self.minimum_duration_s >= self.maximum_duration_s:
            raise ValueError("minimum_duration_s must be below maximum_duration_s")
        return self
