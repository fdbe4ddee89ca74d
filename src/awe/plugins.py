"""Modules found by name, so that a new corpus, aligner, objective, metric, figure or table is one new file."""

import importlib
import pkgutil
import re
from types import ModuleType

from awe.errors import ConfigError


def names(package: str, attribute: str = "Options") -> list[str]:
    """Names of the modules in `awe.<package>` that define `attribute`, sorted."""
    folder = importlib.import_module(f"awe.{package}")
    found = [module.name for module in pkgutil.iter_modules(folder.__path__)]
    return sorted(name for name in found if hasattr(importlib.import_module(f"awe.{package}.{name}"), attribute))


def load(package: str, name: str, attribute: str = "Options") -> ModuleType:
    """Import `awe.<package>.<name>`.

    Raises:
        ConfigError: if there is no such module or it is no plugin; lists the ones there are.

    """
    if re.fullmatch(r"[a-z][a-z0-9_]*", name):
        try:
            module = importlib.import_module(f"awe.{package}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"awe.{package}.{name}":
                raise
        else:
            if hasattr(module, attribute):
                return module
    raise ConfigError(f"{package}: {name!r} is unknown; choose one of {', '.join(names(package, attribute))}")
