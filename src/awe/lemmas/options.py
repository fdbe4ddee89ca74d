"""Options of the lemmas."""

from typing import Any

from pydantic import Field

from awe import options as base


class LemmaOptions(base.Options):
    """Where the lemmas come from; they are never trained on."""

    source: str = Field(default="none", description="a module of awe.lemmas: none, simplemma or table")
    options: dict[str, Any] = Field(default_factory=dict, description="options of that module")
