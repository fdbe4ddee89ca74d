"""The base of every options model, and the way from JSON to a checked model."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from awe.errors import ConfigError


class Options(BaseModel):
    """Options of one step: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


SomeOptions = TypeVar("SomeOptions", bound=Options)


def describe(error: ValidationError, prefix: str = "") -> str:
    """Turn a validation error into one line that names each key, its value and what is wrong."""
    parts = []
    for problem in error.errors():
        key = ".".join([prefix, *(str(part) for part in problem["loc"])]).strip(".")
        if problem["type"] == "extra_forbidden":
            parts.append(f"{key}: unknown key; remove it or correct its spelling")
        elif problem["type"] == "missing":
            parts.append(f"{key}: missing; add it")
        else:
            message = problem["msg"].removeprefix("Value error, ")
            parts.append(f"{key}: {message} (got {str(problem['input'])[:80]!r})")
    return "; ".join(parts)


def parse_options(model: type[SomeOptions], text: str) -> SomeOptions:
    """Read options from JSON text as the workflow passes it.

    Raises:
        ConfigError: with one line naming every offending key.

    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise ConfigError(describe(error, "--options")) from None
