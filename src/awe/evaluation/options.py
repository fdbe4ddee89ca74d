"""Options of the evaluation."""

from pydantic import Field

from awe.options import Options


class EvaluationOptions(Options):
    """How embeddings are scored."""

    normalised: bool = Field(
        default=True, description="also score with every dimension scaled to mean 0 and deviation 1 over the tokens"
    )
    bootstrap_samples: int = Field(default=1000, ge=100, description="samples behind each interval over words")
    confidence_level: float = Field(default=0.95, gt=0, lt=1)
    seed: int = Field(default=1, ge=0, description="seed of the bootstrap, and of the groups of speakers")


class UntrainedOptions(Options):
    """How the untrained baselines are computed."""

    downsampled_frames: int = Field(default=10, ge=1, description="frames that every token is resampled to")
    dtw_queries: int = Field(
        default=100, ge=0, description="random test queries compared with all tokens by DTW; 0: none"
    )


class BaselineOptions(EvaluationOptions, UntrainedOptions):
    """How the untrained baselines are computed and scored."""
