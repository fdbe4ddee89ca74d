"""Cards of single words: spectrogram with the boundaries, sound, duration found and expected."""

from collections.abc import Sequence
from html import escape

from awe.report.page import Html, paragraph
from awe.report.word_samples import Sample

PIXELS_PER_S, HEIGHT = 500, 129  # of the spectrograms


def word_cards(samples: Sequence[Sample], otherwise: str) -> Html:
    """Write a card a word; a sentence where there are none."""
    if not samples:
        return paragraph(otherwise, "soft")
    return Html("\n".join(['<div class="cards">', *map(_card, samples), "</div>"]))


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
