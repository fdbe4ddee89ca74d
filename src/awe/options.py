"""The base of every options model, and the way from JSON to a checked model."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from awe.errors import ConfigError

_QUOTE = "must be text; put it in quotation marks (YAML reads bare numbers, dates, yes and no as something else)"


class Options(BaseModel):
    """Options of one step: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def is_inside(path: str) -> bool:
    """Whether a path is relative and does not climb out; symbolic links are the user's own and may lead anywhere."""
    return bool(path) and "\0" not in path and not path.startswith("/") and ".." not in PurePosixPath(path).parts


def tidy(path: str) -> str:
    """Write a path in the one way that all ways to write it share: without a slash at its end, `./` and doubled slashes."""
    return PurePosixPath(re.sub("/+", "/", path)).as_posix()


def _inside_data_root(path: str) -> str:
    if not is_inside(path):
        raise ValueError("must be a path inside the data root, relative to it")
    return tidy(path)


# a file or folder that the configuration names
DataPath = Annotated[str, AfterValidator(_inside_data_root)]
# the same, or nothing
MaybeDataPath = Annotated[str, AfterValidator(lambda path: path and _inside_data_root(path))]

SomeOptions = TypeVar("SomeOptions", bound=Options)


Key = tuple[int | str, ...]


class NestedError(ValueError):
    """What is wrong with the options of a plugin; `where` is their key, seen from the model whose validator raises this."""

    def __init__(self, where: Key, error: ValidationError) -> None:
        super().__init__(describe(error))
        self.where = where
        self.error = error


def describe(error: ValidationError, prefix: str = "", rename: Callable[[Key], Key] = tuple) -> str:
    """Turn a validation error into one line that names each key, its value and what is wrong.

    `rename` may give a key the name under which the user wrote it; equal problems are named once.
    """
    parts = []
    for key, text in _problems(error):
        name = ".".join([prefix, *(str(part) for part in rename(key))]).strip(".")
        parts.append(f"{name}: {text}")
    return "; ".join(dict.fromkeys(parts))


def _problems(error: ValidationError) -> Iterator[tuple[Key, str]]:
    """Each problem's key and what is wrong with it."""
    for problem in error.errors():
        key, nested = problem["loc"], problem.get("ctx", {}).get("error")
        if isinstance(nested, NestedError):
            yield from (((*key, *nested.where, *inner), text) for inner, text in _problems(nested.error))
        elif key and key[-1] == "[key]":  # the key itself; pydantic names false and true 0 and 1
            name = problem["input"]
            yield (*key[:-2], str(name).lower() if isinstance(name, bool) else str(name)), f"this name {_QUOTE}"
        else:
            yield key, _what_is_wrong(problem)


def _what_is_wrong(problem: Any) -> str:
    value = problem["input"]
    if problem["type"] == "extra_forbidden":
        return "unknown key; remove it or correct its spelling"
    if problem["type"] == "missing":
        return "missing; add it"
    if problem["type"] == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "string_type" and isinstance(value, bool | int | float | date):
        return f"{_QUOTE} (got {value!r})"
    return f"{problem['msg']} (got {repr(value)[:80]})"


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
