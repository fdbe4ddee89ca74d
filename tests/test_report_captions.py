"""Captions compute their text from the configuration."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CAPTIONS = sorted((ROOT / "workflow" / "report").glob("*.rst"))
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


def render(path: Path, **changes: Any) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701 -- reStructuredText, not HTML
    snakemake = SimpleNamespace(config=CONFIG | changes, wildcards=SimpleNamespace(language="por"))
    text = environment.from_string(path.read_text(encoding="utf-8")).render(snakemake=snakemake)
    return " ".join(text.split())


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_every_caption_reads_like_sentences(path: Path) -> None:
    for seeds in ([1], [1, 2, 3]):
        text = render(path, seeds=seeds)
        assert text.endswith(".")
        assert "{" not in text
        assert ".." not in text


def test_captions_say_what_the_configuration_says() -> None:
    folder = ROOT / "workflow" / "report"
    assert "means over 3 seeds" in render(folder / "learning_curves.rst", seeds=[1, 2, 3])
    assert "(seed 7)" in render(folder / "learning_curves.rst", seeds=[7])
    assert "settings form, meaning, form + meaning, contrastive," in render(folder / "workflow.rst")
    assert "setting form + meaning shuffled," in render(
        folder / "tsne.rst", figures={"tsne": {"setting": "form_meaning_shuffled"}}
    ).replace("*", "")
    assert "bootstrap intervals" in render(folder / "test_map.rst", seeds=[7])
    languages = {"rus": {"name": "Russian"}, "tur": {"name": "Turkish"}}
    assert "for Russian, Turkish." in render(folder / "funnel.rst", languages=languages)


def test_no_caption_promises_separate_speakers() -> None:
    # with tokens.split_by: utterances they are not; the summary says which it is
    for path in CAPTIONS:
        assert not re.search("in two splits|not trained on|(test|validation) speakers", render(path)), path.name
