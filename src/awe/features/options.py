"""Options of the feature stage."""

from typing import Any, Literal

from pydantic import Field

from awe.options import Options


class FeatureOptions(Options):
    """Which features, how they are normalised, and over how many shards they are spread."""

    kind: str = Field(
        default="mfcc",
        description="a module of awe.features: mfcc (13 cepstra with two orders of differences) or fbank (39 log-Mel"
        " energies, the authors' code); the paper's words name the second, its 39 dimensions are usually the first",
    )
    options: dict[str, Any] = Field(default_factory=dict, description="options of that module")
    normalisation: Literal["none", "token", "speaker"] = Field(
        default="token", description="zero mean and unit variance per coefficient over a token or a speaker"
    )
    shards: int = Field(
        default=4,
        ge=1,
        le=9999,
        description="files that the features of a language are divided into, computed and read at the same time",
    )
