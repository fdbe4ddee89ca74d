"""Options of the token stage: filters and splits."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from awe.options import DataPath, Options

SPLITS = ("train", "valid", "test")


class SplitSizes(Options):
    """Tokens sampled per split; null keeps all."""

    train: int | None = Field(default=None, ge=1, description="tokens for training")
    valid: int | None = Field(default=None, ge=1, description="tokens for validation")
    test: int | None = Field(default=None, ge=1, description="tokens for test")


_Speakers = Annotated[int, Field(ge=1, strict=True)] | Annotated[list[str], Field(min_length=1)] | DataPath


def _in_words(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """Say in one sentence what none of the three kinds accepts."""
    try:
        return check(value)
    except ValidationError:
        raise ValueError(
            "must be a number of speakers from 1, a list of their names (numbers among them in quotation marks),"
            f" or a file inside the data root that lists them (got {repr(value)[:80]})"
        ) from None


Speakers = Annotated[_Speakers, WrapValidator(_in_words)]


class SplitSpeakers(Options):
    """Speakers per split: how many, which ones, or a text file (path from the data root) that lists them."""

    train: Speakers = Field(default=42, description="speakers for training")
    valid: Speakers = Field(default=10, description="speakers for validation")
    test: Speakers = Field(default=10, description="speakers for test")


class SplitShares(Options):
    """Shares of the utterances per split; they are weights, so they need not add up to 1."""

    train: float = Field(default=0.8, gt=0, description="share for training")
    valid: float = Field(default=0.1, gt=0, description="share for validation")
    test: float = Field(default=0.1, gt=0, description="share for test")


class TokenOptions(Options):
    """The paper's filters and splits (its section 4.1 and Table 1)."""

    minimum_phones: int = Field(default=4, ge=1, description="the paper's code keeps words of more than 3 phones")
    minimum_frequency: int = Field(default=2, ge=1, description="tokens a word type needs, over all splits")
    maximum_duration_s: float = Field(default=1.1, gt=0, description="longer words are left out")
    minimum_duration_s: float = Field(default=0.05, ge=0, description="shorter words are left out: most are misaligned")
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
