"""Options of the word vectors."""

from typing import Any

from pydantic import Field

from awe.options import Options


class SemanticsOptions(Options):
    """Where the word vectors come from."""

    source: str = Field(description="a module of awe.semantics: trained or pretrained")
    options: dict[str, Any] = Field(default_factory=dict, description="options of that module")
