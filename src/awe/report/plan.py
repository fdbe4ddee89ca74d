"""What an experiment consists of, as far as its report needs to know before it reads any result."""

from typing import Any

from pydantic import Field

from awe.options import Options


class Plan(Options):
    """What an experiment consists of, in the order in which reports show it."""

    experiment: str
    languages: dict[str, str] = Field(min_length=1, description="code of each language and its name for readers")
    settings: list[str] = Field(min_length=1)
    seeds: list[int] = Field(min_length=1)
    candidates: dict[str, dict[str, list[Any]]] = Field(
        default={}, description="of settings that have some: options and the values that validation chose among"
    )
    confidence_level: float = Field(default=0.95, gt=0, lt=1, description="of the scores' intervals")

    def runs(self) -> str:
        """Say for a caption how many training runs a number stands for."""
        if len(self.seeds) > 1:
            return f"means over {len(self.seeds)} seeds"
        return f"one training run each (seed {self.seeds[0]})"

    def names_of_languages(self) -> str:
        """Enumerate the languages for a caption."""
        return ", ".join(self.languages.values())
