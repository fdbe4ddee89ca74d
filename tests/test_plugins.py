"""Every name that the configuration offers is a module with the interface of its kind, and nothing else is offered."""

import inspect
import re
from pathlib import Path

import pytest

from awe import documentation, plugins
from awe.errors import ConfigError
from awe.options import Options

ROOT = Path(__file__).resolve().parents[1]
ALL = [(package, name) for package in plugins.INTERFACES for name in plugins.names(package)]
HELPERS = [("semantics", "options"), ("features", "options"), ("lemmas", "options"), ("features", "deltas"),
           ("alignment", "base"), ("corpora", "base"), ("corpora", "files"), ("semantics", "fasttext_text")]  # fmt: skip


@pytest.mark.parametrize(("package", "name"), ALL, ids="/".join)
def test_every_plugin_has_the_interface_of_its_kind(package: str, name: str) -> None:
    module = plugins.load(package, name)
    for part in plugins.INTERFACES[package]:
        found = getattr(module, part)
        if part == "Options":
            assert issubclass(found, Options)
            assert found.__module__ == module.__name__, "these are the options of another module"
        elif part.islower():
            assert inspect.isfunction(found)
            assert found.__module__ == module.__name__


def test_plugins_of_a_kind_are_called_alike() -> None:
    for package, parts in plugins.INTERFACES.items():
        modules = [plugins.load(package, name) for name in plugins.names(package)]
        for part in filter(str.islower, parts):
            taken = {tuple(inspect.signature(getattr(module, part)).parameters) for module in modules}
            assert len(taken) == 1, f"{package}: {part} takes {taken}"


@pytest.mark.parametrize(("package", "name"), HELPERS, ids="/".join)
def test_helpers_in_the_same_folder_are_no_choice(package: str, name: str) -> None:
    assert (ROOT / "src" / "awe" / package / f"{name}.py").exists()
    assert name not in plugins.names(package)
    with pytest.raises(ConfigError, match=f"{package}: '{name}' is unknown; choose one of"):
        plugins.load(package, name)


def test_all_kinds_have_plugins_and_are_documented() -> None:
    assert all(plugins.names(package) for package in plugins.INTERFACES)
    # commands are on the command line, formats are values of an option of the aligner `given`
    assert set(documentation.PLUGINS) == set(plugins.INTERFACES) - {"commands", "alignment.formats"}
    guide = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    for package in documentation.PLUGINS:
        row = re.search(rf"^\|[^|]*\| `src/awe/{package.replace('.', '/')}/<name>\.py`.*$", guide, re.MULTILINE)
        assert row, f"docs/extending.md has no row for {package}"
        for part in plugins.INTERFACES[package]:
            assert f"`{part}" in row[0], f"docs/extending.md does not say that {package} must define {part}"
