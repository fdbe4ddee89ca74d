"""Options of the report's pages."""

from typing import Literal

from pydantic import Field

from awe.evaluation.options import EvaluationOptions
from awe.options import Options


class ComparisonOptions(Options):
    """How settings are compared."""

    reference: str = Field(default="form_meaning", description="the setting that all others are compared with")
    samples: int = Field(default=10_000, ge=1000, description="bootstrap samples and permutations")


class ClaimOptions(EvaluationOptions, ComparisonOptions):
    """How settings are compared, with the level and the seed of all intervals."""


class ExplorerOptions(Options):
    """What the page holds."""

    splits: list[Literal["valid", "test"]] = Field(default=["test"], min_length=1, description="which tokens")
    tokens: int = Field(default=10_000, ge=1, description="tokens of each language, at most; a seeded sample")
    clips: int = Field(default=10_000, ge=0, description="how many of them can be played; each adds about 4 kB")
    neighbours: int = Field(default=10, ge=1, description="nearest neighbours listed for a token")
    perplexity: float = Field(default=30.0, gt=1)
    seed: int = Field(default=1, ge=0)
