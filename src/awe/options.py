"""The base of every options model, and the way from JSON to a checked model."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from awe.errors import ConfigError


class Options(BaseModel):
    """Options of one step: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def is_inside(path: str) -> bool:
    """Whether a path is relative and does not climb out; symbolic links are the user's own and may lead anywhere."""
    return bool(path) and "\0" not in path and not path.startswith("/") and ".." not in PurePosixPath(path).parts


def _inside_data_root(path: str) -> str:
    if not is_inside(path):
        raise ValueError("must be a path inside the data root, relative to it")
    return path


# a file or folder that the configuration names
DataPath = Annotated[str, AfterValidator(_inside_data_root)]
# the same, or nothing
MaybeDataPath = Annotated[str, AfterValidator(lambda path: path and _inside_data_root(path))]

SomeOptions = TypeVar("SomeOptions", bound=Options)


Key = tuple[int | str, ...]


def describe(error: ValidationError, prefix: str = "", rename: Callable[[Key], Key] = tuple) -> str:
    """Turn a validation error into one line that names each key, its value and what is wrong.

    `rename` may give a key the name under which the user wrote it; equal problems are named once.
    """
    parts = []
    for problem in error.errors():
        key = ".".join([prefix, *(str(part) for part in rename(problem["loc"]))]).strip(".")
        value = problem["input"]
        if problem["type"] == "extra_forbidden":
            parts.append(f"{key}: unknown key; remove it or correct its spelling")
        elif problem["type"] == "missing":
            parts.append(f"{key}: missing; add it")
        elif problem["type"] == "value_error":
            parts.append(f"{key}: {problem['msg'].removeprefix('Value error, ')}")
        else:
            parts.append(f"{key}: {problem['msg']} (got {str(value)[:80]!r})")
    return "; ".join(dict.fromkeys(parts))


def check_options(
    model: type[SomeOptions], values: Any, prefix: str, rename: Callable[[Key], Key] = tuple
) -> SomeOptions:
    """Check plain values against a model; `prefix` is the key that holds them, `rename` as in `describe`.

    Raises:
        ConfigError: with one line naming every offending key.

    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ConfigError(describe(error, prefix, rename)) from None


def parse_options(model: type[SomeOptions], text: str, flag: str = "--options") -> SomeOptions:
    """Read options from JSON text as the workflow passes it.

    Raises:
        ConfigError: with one line naming every offending key.

    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise ConfigError(describe(error, flag)) from None
