"""Options of the report's pages, and the titles of its figures and tables."""

from typing import Literal

from pydantic import Field

from awe import plugins
from awe.evaluation.options import EvaluationOptions
from awe.options import Options


def title(kind: Literal["figures", "tables"], name: str) -> str:
    """Return the title of a figure or table for readers: the TITLE of its module, or its name."""
    return str(getattr(plugins.load(f"report.{kind}", name), "TITLE", name.replace("_", " ")))


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
