"""Options of the embedded corpus."""

from pydantic import Field, model_validator

from awe.options import Options


class OfficialSplits(Options):
    """Speakers of each split of the embedded corpus; their sentences are shared out in the same proportions."""

    train: int = Field(ge=1, description="speakers for training")
    valid: int = Field(ge=1, description="speakers for validation")
    test: int = Field(ge=1, description="speakers for test")

    @property
    def total(self) -> int:
        """All speakers."""
        return self.train + self.valid + self.test


class SynthesisOptions(Options):
    """Size and variety of the embedded corpus; the same generator makes the small and the paper-sized one."""

    voice: str = Field(description="eSpeak NG voice of the language, e.g. pt-br")
    prose: str = Field(pattern="^[a-z]{3}$", description="prose shipped with the package: por, deu or pol")
    speakers: int = Field(default=24, ge=1, description="number of speakers")
    utterances_per_speaker: int = Field(default=60, ge=1, description="sentences that each speaker reads")
    sentences: int | None = Field(default=None, ge=1, description="size of the pool of sentences; null: all")
    official_splits: OfficialSplits | None = Field(
        default=None,
        description="speakers of each split, who read sentences that no other split reads (with tokens.split_by: official);"
        " null: all read from the same pool",
    )
    snr_db: float = Field(default=20.0, description="mean signal-to-noise ratio over speakers")
    snr_spread_db: float = Field(default=3.0, ge=0, description="standard deviation of the ratio over utterances")
    filtering: float = Field(default=0.3, ge=0, lt=1, description="strength of the random channel filter; 0: none")
    pitch_spread: float = Field(default=1.0, ge=0, le=1, description="share of eSpeak's range of pitch that is used")
    rate_words_per_minute: tuple[float, float] = Field(default=(135.0, 200.0), description="slowest, fastest speaker")
    loudness_range_db: float = Field(default=8.0, ge=0, description="difference of the loudest and softest speaker")

    @model_validator(mode="after")
    def _check(self) -> "SynthesisOptions":
        slowest, fastest = self.rate_words_per_minute
        if not 80 <= slowest <= fastest <= 450:
            raise ValueError("rate_words_per_minute must be [slowest, fastest] between 80 and 450")
        if self.official_splits is not None and self.official_splits.total != self.speakers:
            raise ValueError(f"official_splits must add up to speakers, which is {self.speakers}")
        return self
