"""The page about the alignments of an experiment: words found and lost, durations, and the worst words to see and hear."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from awe.progress import say
from awe.report.alignment_quality import EVERYONE, LEAST_DIFFERENCE_S, LONG, SHORT, Quality, suspicious
from awe.report.markup import bar, count, number, share, table
from awe.report.word_samples import Sample, take_samples, typical

if TYPE_CHECKING:
    from awe.report.results import Results

PLAUSIBLE_MS = (25, 250)  # of a phone's mean duration in read speech
MOST_SPEAKERS = 40  # listed of a language; the CSV has all
PIXELS_PER_S, HEIGHT = 500, 129  # of the spectrograms
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
    template = resources.files("awe.report").joinpath("alignment_page.html").read_text(encoding="utf-8")
    parts = {
        "@EXPERIMENT@": escape(plan.experiment),
        "@SHORT@": f"{SHORT:g}",
        "@LONG@": f"{LONG:g}",
        "@LEAST@": f"{1000 * LEAST_DIFFERENCE_S:.0f}",
        "@OVERVIEW@": _overview(results, qualities),
        "@LANGUAGES@": "\n".join(sections),
    }
    for mark, text in parts.items():
        template = template.replace(mark, text)
    return template


def _overview(results: "Results", qualities: Mapping[str, Quality]) -> str:
    header = ["language", "utterances", "lost", "words", "lost", "ms per phone", "short", "long"]
    header.append("median error against known times")
    rows = []
    for language, quality in qualities.items():
        row = quality.speakers.iloc[0]
        errors = results.boundary_errors(language)
        known = "-"
        if errors is not None:
            known = f"{errors.iloc[0]['median_ms']:.1f} ms; 90 % within {errors.iloc[0]['p90_ms']:.0f} ms"
        link = f'<a href="#{escape(language)}">{escape(results.plan.languages[language])}</a>'
        cells = [count(row["utterances"]), share(row["utterances_lost"], row["utterances"]), count(row["words"]),
                 share(row["words_lost"], row["words"]), number(row["ms_per_phone"]),
                 share(row["short"], row["words_judged"]), share(row["long"], row["words_judged"]), known]  # fmt: skip
        rows.append([link, *map(escape, cells)])
    return table(header, rows)


def _language(language: str, name: str, quality: Quality, results: "Results", audio_folder: Path | None) -> str:
    parts = [f'<section id="{escape(language)}"><h2>{escape(name)}</h2>']
    if len(quality.lost):
        reasons = ", ".join(f"{str(reason).replace('_', ' ')} {lost:,}" for reason, lost in quality.lost.items())
        parts.append(f"<p>Utterances lost: {escape(reasons)}.</p>")
    parts += ["<h3>Speakers</h3>", _speakers(quality.speakers)]
    parts += ["<details><summary>Durations of the phones</summary>", _phones(quality.phones), "</details>"]
    if audio_folder is not None:
        say(f"alignment page: {language}, samples")
        utterances, words = results.utterances(language), quality.words
        worst = take_samples(suspicious(words), words, utterances, audio_folder, WORST)
        usual = take_samples(typical(words, 10 * TYPICAL), words, utterances, audio_folder, TYPICAL)
        parts += ["<h3>The farthest from their expectation</h3>", *_cards(worst, "No word is suspicious.")]
        parts += ["<h3>Ordinary words, to compare</h3>", *_cards(usual, "There are none that can be played.")]
    return "\n".join([*parts, "</section>"])


def _speakers(speakers: pd.DataFrame) -> str:
    everyone = speakers["speaker_id"] == EVERYONE
    rest = speakers[~everyone]
    header = ["speaker", "utterances", "lost", "words", "lost", "ms per phone", "expected", "short", "long"]
    header.append("suspicious")
    rows = [_speaker(row) for _, row in rest.head(MOST_SPEAKERS).iterrows()]
    left = len(rest) - len(rows)
    more = f'<p class="soft">{left:,} more speakers, less suspicious, are in alignment_quality.csv.</p>' if left else ""
    return table(header, rows) + more


def _speaker(row: "pd.Series[Any]") -> list[str]:
    cells = [str(row["speaker_id"]), count(row["utterances"]), share(row["utterances_lost"], row["utterances"]),
             count(row["words"]), share(row["words_lost"], row["words"]), number(row["ms_per_phone"]),
             number(row["expected_ms_per_phone"]), count(row["short"]), count(row["long"])]  # fmt: skip
    return [*map(escape, cells), bar(float(row["share_suspicious"]), 0.1, f"{row['share_suspicious']:.1%}")]


def _phones(phones: pd.DataFrame) -> str:
    ordered = phones.sort_values("duration_s", ascending=False, kind="stable")
    rows = []
    for phone, words, duration_s in zip(ordered["phone"], ordered["words"], ordered["duration_s"], strict=True):
        duration_ms = 1000 * duration_s
        odd = "" if PLAUSIBLE_MS[0] <= duration_ms <= PLAUSIBLE_MS[1] else "odd"
        rows.append([escape(phone), f"{words:,}", bar(duration_ms, 300, f"{duration_ms:.0f} ms", odd)])
    return table(["phone", "words with it", "mean duration"], rows)


def _cards(samples: Sequence[Sample], otherwise: str) -> Iterator[str]:
    if not samples:
        yield f'<p class="soft">{otherwise}</p>'
        return
    yield '<div class="cards">'
    yield from map(_card, samples)
    yield "</div>"


def _card(sample: Sample) -> str:
    word = sample.word
    found, expected = 1000 * float(word["duration_s"]), 1000 * float(word["expected_s"])
    phones = " ".join(word["phones"])
    where = f"{word['utterance_id']}, {float(word['start_s']):.2f} s to {float(word['end_s']):.2f} s"
    return (
        f"<figure><figcaption><b>{escape(str(word['word']))}</b> /{escape(phones)}/"
        f' <span class="{word["verdict"] or "usual"}">{found:.0f} ms, expected {expected:.0f} ms</span></figcaption>'
        f"{_drawing(sample)}"
        f'<audio controls preload="metadata" src="{sample.sound}"></audio>'
        f'<div class="soft">{escape(str(word["speaker_id"]))}: {escape(where)}</div></figure>'
    )


def _drawing(sample: Sample) -> str:
    """Spectrogram with the words' boundaries, the word itself between strong ones."""
    width = round(PIXELS_PER_S * sample.duration_s)
    marks = []
    for place, (label, start_s, end_s) in enumerate(sample.boundaries):
        left, right = start_s * PIXELS_PER_S, end_s * PIXELS_PER_S
        kind = "own" if place == sample.chosen else "other"
        marks.append(
            f'<g class="{kind}"><rect x="{left:.1f}" y="0" width="{right - left:.1f}" height="{HEIGHT}"/>'
            f'<text x="{(left + right) / 2:.1f}" y="{HEIGHT + 15}">{escape(label)}</text></g>'
        )
    return (
        f'<div class="scroll"><svg role="img" aria-label="spectrogram" width="{width}" height="{HEIGHT + 20}"'
        f' viewBox="0 0 {width} {HEIGHT + 20}"><image href="{sample.spectrogram}" width="{width}" height="{HEIGHT}"'
        f' preserveAspectRatio="none"/>{"".join(marks)}</svg></div>'
    )
