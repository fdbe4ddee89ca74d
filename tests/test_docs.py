"""The documentation names what is there."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from awe import plugins
from awe.documentation import PLUGINS, SECTIONS, meanings_of, reference, schema

ROOT = Path(__file__).resolve().parents[1]
PLAIN = {"perplexity", "seed", "height_in"}  # of t-SNE and of figures: the name says it
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_configuration_reference_is_current() -> None:
    hint = "is out of date; run `awe document`"
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == reference(), (
        f"docs/configuration.md {hint}"
    )
    path = ROOT / "workflow" / "schemas" / "config.schema.json"
    assert path.read_text(encoding="utf-8") == schema(), f"{path.name} {hint}"


def test_every_option_has_a_meaning_and_every_section_its_table() -> None:
    models = [model for _, model in SECTIONS]
    models += [plugins.load(package, name).Options for package in PLUGINS for name in plugins.names(package)]
    without = [
        f"{model.__module__}.{model.__name__}.{name}"
        for model in models
        for name, meaning in meanings_of(model).items()
        if not meaning and name not in PLAIN
    ]
    assert without == []
    below = {
        field.annotation
        for model in models
        for field in model.model_fields.values()
        if isinstance(field.annotation, type)
    }
    assert {one.__name__ for one in below if issubclass(one, BaseModel)} <= {model.__name__ for model in models}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    paths = [
        path
        for path in re.findall(r"`((?:src|config|tests|docs|workflow|envs|profiles|benchmarks)/[\w./-]+)`", text)
        if "<" not in path
    ]
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [path for path in paths if not (ROOT / path).exists()]
    assert missing == [], f"{page.name} names what is not there"


def test_the_map_of_the_paper_names_functions_that_exist() -> None:
    rows = [line.split("|") for line in (ROOT / "docs" / "paper.md").read_text(encoding="utf-8").splitlines()]
    checked = 0
    for cells in rows:
        if len(cells) < 5 or "`src/" not in cells[2]:
            continue
        sources = "".join(
            (ROOT / path).read_text(encoding="utf-8") for path in re.findall(r"`(src/[\w/]+\.py)`", cells[2])
        )
        for name in re.findall(r"`(\w+)`", cells[3]):
            assert re.search(rf"\b{name}\b", sources), f"{name} is not in {cells[2].strip()}"
            checked += 1
    assert checked > 10
