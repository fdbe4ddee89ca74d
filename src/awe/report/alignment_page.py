"""The page about the alignments of an experiment: words found and lost, durations, and the worst words to see and hear."""

import math
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from awe.progress import say
from awe.report.alignment_quality import EVERYONE, LEAST_DIFFERENCE_S, LONG, SHORT, Quality, suspicious
from awe.report.page import Html, bar, page, paragraph, table
from awe.report.word_cards import word_cards
from awe.report.word_samples import take_samples, typical

if TYPE_CHECKING:
    from awe.report.results import Results

PLAUSIBLE_MS = (25, 250)  # of a phone's mean duration in read speech
MOST_SPEAKERS = 40  # listed of a language; the CSV has all
WORST, TYPICAL = 10, 3  # words shown of a language


def alignment_page(results: "Results", qualities: Mapping[str, Quality], audio_folders: Mapping[str, Path]) -> str:
    """Write the page as HTML that needs nothing from outside.

    Args:
        results: of the experiment.
        qualities: of each language, from `awe.report.alignment_quality.assess`.
        audio_folders: of each language, what its `audio_path` is relative to; without one there are no samples.

    """
    plan = results.plan
    sections = [
        _language(language, plan.languages[language], quality, results, audio_folders.get(language))
        for language, quality in qualities.items()
    ]
    title = f"{plan.experiment}: quality of the alignment"
    return page(title, _introduction(), _overview(results, qualities), *sections, style="alignment_page.css")


def _introduction() -> Html:
    return Html(
        "<p>How many utterances and words the aligner placed, and how many of the placed words last much shorter or longer"
        " than they should. A word should last the sum of its phones' durations, fitted to all words of the language, times"
        f' its speaker\'s pace. It is <span class="short">short</span> below {SHORT:g} times that, <span class="long">long'
        f"</span> above {LONG:g} times, if it is more than {1000 * LEAST_DIFFERENCE_S:.0f} ms off. Some such words are well"
        " placed: hesitations, names spelt out, an ending drawn out before a pause. Many of one speaker mean bad recordings"
        " or transcripts. All of them are in alignment_suspicious.csv.</p>"
    )


def _overview(results: "Results", qualities: Mapping[str, Quality]) -> Html:
    header = ["language", "utterances", "lost", "words", "lost", "ms per phone", "short", "long"]
    header.append("median error against known times")
    rows = []
    for language, quality in qualities.items():
        row = quality.speakers.iloc[0]
        errors = results.boundary_errors(language)
        known = "-"
        if errors is not None:
            known = f"{errors.iloc[0]['median_ms']:.1f} ms; 90 % within {errors.iloc[0]['p90_ms']:.0f} ms"
        link = Html(f'<a href="#{escape(language)}">{escape(results.plan.languages[language])}</a>')
        rows.append([link, _count(row["utterances"]), _share(row["utterances_lost"], row["utterances"]), _count(row["words"]),
                 _share(row["words_lost"], row["words"]), _number(row["ms_per_phone"]),
                 _share(row["short"], row["words_judged"]), _share(row["long"], row["words_judged"]), known])  # fmt: skip
    return table(header, rows)


def _language(language: str, name: str, quality: Quality, results: "Results", audio_folder: Path | None) -> Html:
    parts = [f'<section id="{escape(language)}"><h2>{escape(name)}</h2>']
    if len(quality.lost):
        reasons = ", ".join(f"{str(reason).replace('_', ' ')} {lost:,}" for reason, lost in quality.lost.items())
        parts.append(paragraph(f"Utterances lost: {reasons}."))
    parts += ["<h3>Speakers</h3>", _speakers(quality.speakers)]
    parts += ["<details><summary>Durations of the phones</summary>", _phones(quality.phones), "</details>"]
    if audio_folder is not None:
        say(f"alignment page: {language}, samples")
        utterances, words = results.utterances(language), quality.words
        worst = take_samples(suspicious(words), words, utterances, audio_folder, WORST)
        usual = take_samples(typical(words, 10 * TYPICAL), words, utterances, audio_folder, TYPICAL)
        parts += ["<h3>The farthest from their expectation</h3>", word_cards(worst, "No word is suspicious.")]
        parts += ["<h3>Ordinary words, to compare</h3>", word_cards(usual, "There are none that can be played.")]
    return Html("\n".join([*parts, "</section>"]))


def _speakers(speakers: pd.DataFrame) -> Html:
    everyone = speakers["speaker_id"] == EVERYONE
    rest = speakers[~everyone]
    header = ["speaker", "utterances", "lost", "words", "lost", "ms per phone", "expected", "short", "long"]
    header.append("suspicious")
    rows = [_speaker(row) for _, row in rest.head(MOST_SPEAKERS).iterrows()]
    left = len(rest) - len(rows)
    more = (
        [paragraph(f"{left:,} more speakers, less suspicious, are in alignment_quality.csv.", "soft")] if left else []
    )
    return Html("\n".join([table(header, rows), *more]))


def _speaker(row: "pd.Series[Any]") -> list[str]:
    return [str(row["speaker_id"]), _count(row["utterances"]), _share(row["utterances_lost"], row["utterances"]),
             _count(row["words"]), _share(row["words_lost"], row["words"]), _number(row["ms_per_phone"]),
             _number(row["expected_ms_per_phone"]), _count(row["short"]), _count(row["long"]),
            bar(float(row["share_suspicious"]), 0.1, f"{row['share_suspicious']:.1%}")]  # fmt: skip


def _phones(phones: pd.DataFrame) -> Html:
    ordered = phones.sort_values("duration_s", ascending=False, kind="stable")
    rows = []
    for phone, words, duration_s in zip(ordered["phone"], ordered["words"], ordered["duration_s"], strict=True):
        duration_ms = 1000 * duration_s
        odd = "" if PLAUSIBLE_MS[0] <= duration_ms <= PLAUSIBLE_MS[1] else "odd"
        rows.append([phone, f"{words:,}", bar(duration_ms, 300, f"{duration_ms:.0f} ms", odd)])
    return table(["phone", "words with it", "mean duration"], rows)


def _count(value: int) -> str:
    return f"{value:,}"


def _share(part: int, whole: int) -> str:
    """Write a number and its share of another one."""
    return f"{part:,} ({part / whole:.1%})" if whole and part else f"{part:,}"


def _number(value: float) -> str:
    """Write a rounded number; a dash for none."""
    return "-" if math.isnan(value) else f"{value:.0f}"
