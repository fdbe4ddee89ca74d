"""Captions compute their text from the configuration."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from awe import plugins
from awe.errors import ConfigError
from awe.report.captions import caption
from awe.report.error_bars import error_bars_over
from awe.report.plan import Plan

ROOT = Path(__file__).resolve().parents[1]
CAPTIONS = sorted((ROOT / "workflow" / "report").glob("*.rst"))
FIGURES = plugins.names("report.figures")
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


def plan(seeds: int = 1, **changes: Any) -> Plan:
    return Plan(
        **{
            "experiment": "default",
            "languages": {"por": "Portuguese", "deu": "German"},
            "settings": ["form", "form_meaning", "contrastive"],
            "seeds": list(range(7, 7 + seeds)),
            "candidates": {"contrastive": {"margin": [0.2, 0.3]}},
            **changes,
        }
    )


def render(path: Path, **changes: Any) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701 -- reStructuredText, not HTML
    params = SimpleNamespace(title="Figure 3", caption=caption("test_map", {}, plan()))
    snakemake = SimpleNamespace(config=CONFIG | changes, params=params, wildcards=SimpleNamespace(language="por"))
    text = environment.from_string(path.read_text(encoding="utf-8")).render(snakemake=snakemake)
    return " ".join(text.split())


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_every_caption_reads_like_sentences(path: Path) -> None:
    for seeds in ([1], [1, 2, 3]):
        text = render(path, seeds=seeds)
        assert text.endswith(".")
        assert "{" not in text
        assert ".." not in text


@pytest.mark.parametrize("figure", FIGURES)
def test_every_caption_of_a_figure_reads_like_sentences(figure: str) -> None:
    for seeds in (1, 3):
        text = caption(figure, {}, plan(seeds))
        assert text.endswith(".")
        assert not re.search(r"[{}*_`<>]|\.\.|  ", text)
        assert ("means over 3 seeds" in text) == (seeds == 3 and figure != "tsne")
        assert ("(seed 7)" in text) == (seeds == 1 or figure == "tsne")
        assert bool(re.search("from the lowest to the highest seed", text)) == (
            seeds == 3 and figure in {"learning_curves", "strata"}
        )


def test_captions_say_what_the_configuration_says() -> None:
    folder = ROOT / "workflow" / "report"
    assert "settings form, meaning, form + meaning, contrastive," in render(folder / "workflow.rst")
    languages = {"rus": {"name": "Russian"}, "tur": {"name": "Turkish"}}
    assert "for Russian, Turkish." in render(folder / "funnel.rst", languages=languages)
    assert "Of contrastive the margin that validation chose among 0.2, 0.3 is" in caption("learning_curves", {}, plan())
    assert "margin" not in caption("learning_curves", {"settings": ["form"]}, plan())
    assert "setting form + meaning, shuffled (seed 7)" in caption("tsne", {"setting": "form_meaning_shuffled"}, plan())
    assert "pairs of one lemma" not in caption("tsne", {"pairs": 0}, plan())


@pytest.mark.parametrize(
    ("options", "seeds", "said"),
    [
        ({}, 1, "error bars are 90 % bootstrap intervals over the words sought."),
        ({}, 3, "error bars reach one standard deviation over the seeds up and down."),
        ({"error_bars": "seeds"}, 1, "error bars are 90 % bootstrap intervals over the words sought."),
        ({"error_bars": "words"}, 3, "90 % bootstrap intervals over the words sought, averaged over the seeds."),
        ({"error_bars": "speakers"}, 1, "90 % jackknife intervals over the speakers."),
        ({"definition": "pooled"}, 1, "Average precision (pooled) on the test set"),
        ({"definition": "per_query_normalised"}, 1, "per query, every dimension standardised, on the test set"),
        ({"baseline": "mean_mfcc"}, 1, "The dotted line is what the features give without any training, each token av"),
        ({"baseline": None}, 1, "over the words sought."),
    ],
)
def test_the_caption_of_the_bars_is_true_for_its_options(options: dict[str, Any], seeds: int, said: str) -> None:
    text = caption("test_map", options, plan(seeds, confidence_level=0.9))
    assert said in text
    assert ("dotted" in text) == (options.get("baseline", "some") is not None)
    assert len(re.findall("standard deviation|bootstrap|jackknife", text)) == 1


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(["auto", "seeds", "words", "speakers"]), st.integers(1, 5))
def test_error_bars_are_what_was_asked_for_where_there_is_such_a_thing(wanted: str, seeds: int) -> None:
    over = error_bars_over(wanted, seeds)
    assert over in {"seeds", "words", "speakers"}
    assert wanted in {over, "auto"} or seeds == 1
    assert (over == "seeds") <= (seeds > 1)


def test_wrong_options_of_a_figure_are_one_line() -> None:
    with pytest.raises(ConfigError, match=r"^figures\.test_map\.colour: unknown key[^\n]*$"):
        caption("test_map", {"colour": 1}, plan())


def test_no_caption_promises_separate_speakers() -> None:
    # with tokens.split_by: utterances they are not; the summary says which it is
    texts = {path.name: render(path) for path in CAPTIONS} | {name: caption(name, {}, plan()) for name in FIGURES}
    for name, text in texts.items():
        assert not re.search("in two splits|not trained on|(test|validation) speakers", text), name
