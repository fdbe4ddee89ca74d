"""The explorer in a real browser: it loads without errors or requests, and does what it says."""

import base64
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from awe.cli import main
from awe.report.clips import encode_clips
from awe.report.explorer import explorer_page
from awe.report.options import ExplorerOptions
from awe.report.results import Results
from awe.tables import read_table
from chromium import BROWSER, Page, open_browser
from fake_results import PLAN, make_results

SMALL = PLAN.model_copy(update={"languages": {"por": "Portuguese", "pol": "Polish"}, "seeds": [1]})
# a machine that must have a browser says so; elsewhere the summary of pytest names what was not tested
needs_browser = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("AWE_BROWSER_REQUIRED"),
    reason="THE EXPLORER WAS NOT TESTED: no Chromium here; install chromium, chromium-headless-shell or Google Chrome",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("results"), extra_words=4, tokens_each=2, plan=SMALL)


@pytest.fixture(scope="module")
def audio(folder: Path) -> Path:
    for utterance in read_table("utterances", folder / "por" / "corpus" / "utterances.parquet").to_dict("records"):
        if utterance["speaker_id"].startswith("test"):
            path = folder / "audio" / utterance["audio_path"]
            path.parent.mkdir(exist_ok=True)
            soundfile.write(path, np.random.default_rng(0).normal(0, 0.05, 5 * 16_000), 16_000)
    return folder / "audio"


@pytest.fixture(scope="module")
def path(folder: Path, audio: Path) -> Path:
    output = folder / "explorer.html"
    arguments = ["explorer", "--results", str(folder), "--plan", SMALL.model_dump_json(), "--output", str(output)]
    assert main([*arguments, "--audio-folder", "por", str(audio)]) == 0
    return output


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with open_browser(tmp_path / "profile") as opened:
        yield opened


def embedded(html: str) -> dict[str, object]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def test_clips_are_the_tokens_own_sound(folder: Path, audio: Path) -> None:
    tokens = read_table("tokens", folder / "por" / "tokens" / "tokens.parquet").query("split == 'test'")[:3]
    utterances = read_table("utterances", folder / "por" / "corpus" / "utterances.parquet")
    clips = encode_clips(tokens, utterances, audio)
    for clip, duration in zip(clips, tokens["end_s"] - tokens["start_s"], strict=True):
        assert clip is not None
        samples, rate = soundfile.read(io.BytesIO(base64.b64decode(clip)))
        assert len(samples) / rate == pytest.approx(duration, abs=0.03)
    assert encode_clips(tokens, utterances, folder / "nowhere") == [None] * 3


def test_neighbours_are_the_nearest(folder: Path) -> None:
    results = Results(folder, SMALL)
    html = explorer_page(results, {}, ExplorerOptions(tokens=40, neighbours=3))
    language = embedded(html)["languages"][0]  # type: ignore[index]
    assert len(language["words"]["of"]) == len(language["clips"]) == 40
    tokens = results.tokens("por").query("split == 'test'").sample(40, random_state=1).sort_values("token_id")
    table = results.embeddings("por", "form", 1, "test").set_index("token_id")["embedding"]
    vectors = np.stack(list(table.loc[tokens["token_id"]]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for row, near in enumerate(language["maps"][0]["neighbours"]):
        nearest = sorted((float(1 - vectors[row] @ vectors[other]), other) for other in range(40) if other != row)[:3]
        assert near == [other for _, other in nearest]
        assert language["maps"][0]["distances"][row] == pytest.approx([distance for distance, _ in nearest], abs=1e-3)
    assert explorer_page(results, {}, ExplorerOptions(tokens=40, neighbours=3)) == html
    both = embedded(explorer_page(results, {}, ExplorerOptions(splits=["valid", "test"], tokens=40, neighbours=3)))
    assert both["tokens"] == "validation and test tokens"
    assert both["languages"][0]["splits"]["names"] == ["test", "valid"]  # type: ignore[index]


@needs_browser
@pytest.mark.parametrize("dark", [False, True])
def test_page_loads_filters_and_plays(path: Path, page: Page, dark: bool) -> None:
    page.open(path, dark=dark)
    assert page.evaluate("document.title") == "fake: acoustic word embeddings"
    assert page.evaluate("[el('left-name').textContent, el('right-name').textContent]") == [
        "form + meaning",
        "contrastive",
    ]
    count = page.evaluate("language.words.of.length")
    assert page.evaluate("el('count').textContent") == f"{count} of {count} tokens"
    assert page.evaluate("el('details').offsetHeight") == 0

    # a click on a point chooses its token, in both maps, and gives it a sound
    box = "el('left-map').getBoundingClientRect()"
    x, y = page.evaluate(f"placer('left')(7).map((at, axis) => at + [{box}.left, {box}.top][axis])")
    page.move(x, y)
    assert page.evaluate("el('tip').hidden") is False
    page.click(x, y)
    chosen = page.evaluate("state.chosen")
    assert chosen >= 0
    assert page.evaluate("placer('left')(state.chosen)") == pytest.approx(page.evaluate("placer('left')(7)"), abs=14)
    word = page.evaluate("name('words', state.chosen)")
    assert page.evaluate("el('chosen').querySelector('b').textContent") == word
    assert page.evaluate("el('player').src").startswith("data:audio/ogg;base64,")
    page.wait_for("el('player').duration > 0.05")
    assert page.evaluate("el('player').duration") == pytest.approx(
        page.evaluate("language.milliseconds[state.chosen]") / 1000, abs=0.03
    )
    assert page.evaluate("document.querySelectorAll('#left-neighbours tbody tr').length") == 10
    page.evaluate("document.querySelector('#right-neighbours button').click()")
    assert page.evaluate("state.chosen") == page.evaluate(f"state.maps.right.neighbours[{chosen}][0]")

    # filters by word and by speaker
    page.evaluate("el('word').value = 'GOV'; el('word').dispatchEvent(new Event('input'))")
    shown = page.evaluate("state.shown.map((shown, token) => shown ? name('words', token) : '').filter(Boolean)")
    assert set(shown) == {"governo", "governos"}
    page.evaluate("el('speaker').value = '2'; el('speaker').dispatchEvent(new Event('change'))")
    fewer = page.evaluate("state.shown.map((shown, token) => shown ? name('speakers', token) : '').filter(Boolean)")
    assert set(fewer) == {"test2"}
    assert 0 < len(fewer) < len(shown)
    page.evaluate("el('reset').click()")
    assert page.evaluate("[state.chosen, state.shown.every(Boolean)]") == [-1, True]

    # another language, without recordings
    page.evaluate("el('language').value = '1'; el('language').dispatchEvent(new Event('change')); choose(0)")
    assert page.evaluate("[el('player').hidden, el('silent').hidden]") == [True, False]
    assert page.errors == []
    assert [url for url in page.requests if not url.startswith(("data:", "file:"))] == []


class HostileResults(Results):
    """Results whose words would be markup if the page let them."""

    def tokens(self, language: str) -> pd.DataFrame:
        tokens = super().tokens(language)
        hostile = '</script><img src=x onerror="document.title=1"><b class=hostile>&amp;'
        return tokens.assign(word=hostile, speaker_id=tokens["speaker_id"] + hostile)


@needs_browser
def test_words_and_names_are_never_markup(folder: Path, tmp_path: Path, page: Page) -> None:
    plan = SMALL.model_copy(update={"languages": {"por": "</script><b class=hostile>"}})
    html = explorer_page(HostileResults(folder, plan), {}, ExplorerOptions(tokens=30))
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    page.open(tmp_path / "page.html")
    page.evaluate("choose(0)")
    assert page.evaluate("document.querySelectorAll('.hostile, img').length") == 0
    assert page.evaluate("el('chosen').textContent.includes('<b class=hostile>&amp;')") is True
    assert page.evaluate("document.title") == "fake: acoustic word embeddings"
    assert page.errors == []
