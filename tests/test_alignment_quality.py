"""The page on the quality of alignments: expectations against made-up truth, counts by hand, the page in a browser."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st
from PIL import Image

from alignment_samples import LEXICON, make_task, timed_rows, utterance_row
from awe.cli import main
from awe.report.alignment_quality import by_speaker, judge, suspicious
from awe.report.plan import Plan
from awe.report.word_durations import expect
from awe.report.word_samples import HOP, spectrogram_db, take_samples, typical
from awe.tables import reject, table_from, write_table
from chromium import BROWSER, Page, open_browser

needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
HOSTILE = "<img src=x onerror=alert(1)>"
PLAN = Plan(
    experiment="<b class=hostile>tiny", languages={"por": "Portuguese", "deu": "German <i class=hostile>"},
    settings=["form"], seeds=[1],
)  # fmt: skip


@settings(max_examples=20, deadline=None, derandomize=True)
@forall(st.integers(0, 10_000))
def test_expectation_recovers_phones_and_pace(seed: int) -> None:
    """Durations made of known phones and paces, with one word in twenty misplaced."""
    random = np.random.default_rng(seed)
    inventory = list("abcdefgh")
    truth = dict(zip(inventory, random.uniform(0.04, 0.15, len(inventory)), strict=True))
    types = {f"w{number}": list(random.choice(inventory, random.integers(2, 8))) for number in range(60)}
    pace = {"slow": 1.3, "median": 1.0, "fast": 0.8}
    rows = []
    for _ in range(900):
        speaker, word = random.choice(list(pace)), random.choice(list(types))
        exact = pace[speaker] * sum(truth[phone] for phone in types[word])
        rows.append(
            {"speaker_id": speaker, "word": word, "phones": types[word], "num_phones": len(types[word]), "exact": exact}
        )
    words = pd.DataFrame(rows)
    misplaced = random.random(len(words)) < 0.05
    words["duration_s"] = words["exact"] * random.normal(1, 0.05, len(words)) * np.where(misplaced, 3.0, 1.0)
    found = expect(words)
    np.testing.assert_allclose(found.expected_s, words["exact"], rtol=0.12)
    np.testing.assert_allclose(found.pace[list(pace)], list(pace.values()), rtol=0.05)
    fitted = found.phones.set_index("phone")["duration_s"]
    np.testing.assert_allclose(fitted[inventory], [truth[phone] for phone in inventory], atol=0.02)


def test_counts_by_hand() -> None:
    words = ["casa", "casa", "casa"]
    ordinary = [(0.0, 0.4), (0.5, 0.9), (1.0, 1.4)]
    utterances = [utterance_row(f"u{number}", "ana", "a.wav", 2, words) for number in range(5)]
    utterances += [
        utterance_row("v", "rui", "b.wav", 2, ["casa", "xyz"]),
        utterance_row("lost", "rui", "c.wav", 2, words),
    ]
    rows = [row for number in range(4) for row in timed_rows(f"u{number}", words, ordinary)]
    rows += timed_rows("u4", words, [(0.0, 0.4), (0.5, 1.6), (1.7, 1.8)])
    rows += timed_rows("v", ["casa", "xyz"], [(0.0, 0.4), (0.5, 1.9)])
    lexicon = table_from("lexicon", [{"word": "casa", "phones": LEXICON["casa"], "source": "test"}])
    judged, expectation = judge(table_from("alignment", rows), table_from("utterances", utterances), lexicon)
    verdicts = judged.set_index(["utterance_id", "position"])["verdict"]
    assert verdicts[verdicts != ""].to_dict() == {("u4", 1): "long", ("u4", 2): "short"}
    assert judged["expected_s"].dropna().to_numpy() == pytest.approx(0.4, rel=0.01)
    assert judged.loc[judged["word"] == "xyz", "expected_s"].isna().all()  # no pronunciation, no expectation
    assert expectation.phones["words"].tolist() == [16] * 4


@pytest.mark.parametrize("aligned", [[], timed_rows("a", ["xyz", "casa"], [(0, 0.4), (0.5, 0.9)])])
@pytest.mark.parametrize("lexicon", [[], [{"word": "casa", "phones": ["k"], "source": "test"}]])
def test_nothing_aligned_or_pronounced_is_no_error(
    aligned: list[dict[str, Any]], lexicon: list[dict[str, Any]]
) -> None:
    utterances = table_from("utterances", [utterance_row("a", "ana", "a.wav", 1, ["xyz", "casa"])])
    words, _ = judge(table_from("alignment", aligned), utterances, table_from("lexicon", lexicon))
    total = by_speaker(utterances, words).iloc[0]
    assert total["words_lost"] == 2 - len(aligned)
    assert total["words_judged"] == len(aligned) // 2 * len(lexicon)
    assert suspicious(words).empty
    assert typical(words, 3).empty


def test_a_speaker_may_be_called_all() -> None:
    utterances = table_from("utterances", [utterance_row(name, name, "a.wav", 1, ["casa"]) for name in ("all", "ana")])
    words, _ = judge(table_from("alignment", []), utterances, table_from("lexicon", []))
    assert by_speaker(utterances, words).set_index("speaker_id")["words"].to_dict() == {"": 2, "all": 1, "ana": 1}


def test_spectrogram_shows_a_tone_where_it_is() -> None:
    times = np.arange(16_000) / 16_000
    signal = np.where(times < 0.5, np.sin(2 * np.pi * 1_000 * times), np.sin(2 * np.pi * 3_000 * times))
    shown = spectrogram_db(signal.astype(np.float32))
    assert shown.shape[0] == 129
    assert abs(shown.shape[1] - 16_000 / HOP) <= 1
    strongest = shown.argmax(0) * 16_000 / 256
    assert strongest[10:115] == pytest.approx(1_000, abs=63)
    assert strongest[135:-10] == pytest.approx(3_000, abs=63)
    assert shown.max() == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of two languages: Portuguese with recordings, two lost utterances and a misplaced word; German without."""
    folder = tmp_path_factory.mktemp("quality")
    task, truth = make_task(folder / "audio")
    lost = ["s1-03", "s2-05"]
    kept = truth[~truth["utterance_id"].isin(lost)].reset_index(drop=True)
    first = kept.index[(kept["utterance_id"] == "s0-04") & (kept["position"] == 0)][0]
    kept.loc[first, "end_s"] = kept.loc[first, "start_s"] + 0.02
    for language in PLAN.languages:
        place = folder / "results" / language
        hostile = {kept.loc[first, "word"]: HOSTILE} if language == "deu" else {}
        utterances = task.utterances.assign(
            words=task.utterances["words"].map(lambda words, names=hostile: [names.get(one, one) for one in words])
        )
        write_table(utterances, "utterances", place / "corpus" / "utterances.parquet")
        write_table(task.lexicon.replace({"word": hostile}), "lexicon", place / "lexicon" / "lexicon.parquet")
        write_table(kept.replace({"word": hostile}), "alignment", place / "alignment" / "alignment.parquet")
        rejects = [reject("alignment", one, "alignment_implausible") for one in lost]
        write_table(table_from("rejects", rejects), "rejects", place / "alignment" / "rejects.parquet")
        (place / "alignment" / "boundary_errors.csv").write_text(
            "scope,median_ms,p90_ms\nall,6.4,29\n", encoding="utf-8"
        )
    return folder


@pytest.fixture(scope="module")
def path(folder: Path) -> Path:
    output = folder / "report" / "alignment_quality.html"
    arguments = ["alignment-quality", "--results", str(folder / "results"), "--plan", PLAN.model_dump_json()]
    arguments += ["--audio-folder", "por", str(folder / "audio"), "--audio-folder", "deu", str(folder / "audio")]
    for flag, name in [
        ("output", "quality.html"),
        *((one, f"{one}.csv") for one in ("speakers", "phones", "suspicious")),
    ]:
        arguments += [f"--{flag}", str(output.with_name(name))]
    assert main(arguments) == 0
    return output.with_name("quality.html")


def test_tables_count_everything(path: Path) -> None:
    speakers = pd.read_csv(path.with_name("speakers.csv"), keep_default_na=False)
    assert speakers["language"].unique().tolist() == ["por", "deu"]
    ours = speakers[speakers["language"] == "por"].set_index("speaker_id")
    assert ours.index[:2].tolist() == ["", "s0"]  # the most suspicious speaker first
    assert set(ours.index) == {"", "s0", "s1", "s2"}
    assert ours["utterances_lost"].to_dict() == {"": 2, "s0": 0, "s1": 1, "s2": 1}
    totals = ours.loc[["s0", "s1", "s2"], ["utterances", "words", "words_lost", "words_judged", "short", "long"]].sum()
    assert totals.to_dict() == ours.loc[""][list(totals.index)].to_dict()
    assert (ours["words"] - ours["words_lost"] == ours["words_judged"]).all()
    worst = pd.read_csv(path.with_name("suspicious.csv")).iloc[0]
    assert (worst["utterance_id"], worst["position"], worst["verdict"]) == ("s0-04", 0, "short")
    assert set(pd.read_csv(path.with_name("phones.csv"))["phone"]) == {
        phone for one in LEXICON.values() for phone in one
    }


def test_samples_hold_the_right_part_of_the_recording(folder: Path) -> None:
    task, truth = make_task(folder / "again")
    words, _ = judge(truth, task.utterances, task.lexicon)
    chosen = words[words["utterance_id"].isin(["s0-00", "s0-01"])].sort_values("position", ascending=False)
    samples = take_samples(chosen, words, task.utterances, folder / "audio", 5)
    assert len({sample.word["utterance_id"] for sample in samples}) == len(samples) == 2
    for sample in samples:
        label, start_s, end_s = sample.boundaries[sample.chosen]
        assert label == sample.word["word"]
        assert end_s - start_s == pytest.approx(sample.word["duration_s"])
        sound, rate = soundfile.read(io.BytesIO(base64.b64decode(sample.sound.partition(",")[2])))
        assert len(sound) / rate == pytest.approx(sample.duration_s, abs=0.03)
        picture = Image.open(io.BytesIO(base64.b64decode(sample.spectrogram.partition(",")[2])))
        assert picture.width * HOP / 16_000 == pytest.approx(sample.duration_s, abs=0.01)
        # words are loud and pauses are not, so the boundaries lie where the picture says
        grey = np.asarray(picture, float).mean(0)
        middle = slice(*(round(16_000 / HOP * time) for time in (start_s + 0.02, end_s - 0.02)))
        assert grey[middle].mean() < grey[-20:].mean()
    assert take_samples(chosen, words, task.utterances, folder / "nowhere", 5) == []


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with open_browser(tmp_path / "profile") as opened:
        yield opened


@needs_browser
@pytest.mark.parametrize("dark", [False, True])
def test_page_in_a_browser(path: Path, page: Page, dark: bool) -> None:
    page.open(path, dark=dark)
    assert page.evaluate("document.title") == "<b class=hostile>tiny: quality of the alignment"
    assert page.evaluate("document.querySelectorAll('.hostile, [src=x]').length") == 0
    assert page.evaluate("document.body.textContent").count(HOSTILE) > 0
    first = page.evaluate("document.querySelector('figure figcaption').textContent")
    assert re.search(r"20 ms, expected \d+ ms", first)
    player = "document.querySelector('figure audio')"
    page.wait_for(f"{player}.duration > 0.5")
    box: dict[str, Any] = page.evaluate("document.querySelector('svg .own rect').getBoundingClientRect().toJSON()")
    assert box["width"] == pytest.approx(0.02 * 500, abs=1)
    # text can be told from the background
    ink, paper = (page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor"))
    lightness = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (ink, paper)]
    assert abs(lightness[0] - lightness[1]) > 400
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.errors == []
    assert [url for url in page.requests if not url.startswith(("data:", "file:"))] == []
