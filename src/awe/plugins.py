"""Modules found by name, so that a new corpus, aligner, objective, metric, figure or table is one new file."""

import importlib
import pkgutil
import re
from types import ModuleType

from awe.errors import ConfigError

# what a module of each package must define to be a plugin; other modules in the same folder are helpers
INTERFACES: dict[str, tuple[str, ...]] = {
    "alignment": ("Options", "align"),
    "alignment.formats": ("SUFFIX", "PER_RECORDING", "read"),
    "commands": ("add_arguments", "run"),
    "corpora": ("Options", "read"),
    "evaluation.analyses": ("Options", "analyse"),
    "features": ("Options", "extract"),
    "lemmas": ("Options", "find_lemmas"),
    "report.figures": ("Options", "draw", "caption"),
    "report.tables": ("Options", "collect", "readable"),
    "semantics": ("Options", "find_vectors"),
    "training.objectives": ("Options", "build"),
}


def names(package: str) -> list[str]:
    """Names of the plugins in `awe.<package>`, sorted."""
    folder = importlib.import_module(f"awe.{package}")
    found = [module.name for module in pkgutil.iter_modules(folder.__path__)]
    return sorted(name for name in found if _is_plugin(package, importlib.import_module(f"awe.{package}.{name}")))


def load(package: str, name: str) -> ModuleType:
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
            if _is_plugin(package, module):
                return module
    raise ConfigError(f"{package}: {name!r} is unknown; choose one of {', '.join(names(package))}")


def _is_plugin(package: str, module: ModuleType) -> bool:
    return all(hasattr(module, part) for part in INTERFACES[package])
