"""The landing page: the claim, figures, scores, data, what was left out, aligner errors and provenance on one page."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from awe.report import answers, claims, scores, summary
from awe.report.captions import title
from awe.report.page import Html, frame_table, items, page, paragraph, section
from awe.report.tables import aligner_errors, funnel, table1
from awe.report.tabular import shown

if TYPE_CHECKING:
    from awe.report.results import Results


def overview_page(
    results: "Results",
    compared: pd.DataFrame,
    reference: str,
    notes: Sequence[str],
    pictures: Mapping[Path, str],
    record: dict[str, Any],
) -> str:
    """Write the page; it needs no other file.

    Args:
        results: of the experiment.
        compared: settings compared, as from `awe.report.claims.compare_settings`.
        reference: the setting that the others were compared with.
        notes: sentences about this experiment's limits, from its configuration.
        pictures: PNG files of the figures and their captions.
        record: content of `provenance.json`.

    """
    names = results.plan.languages
    statistics = table1.collect(results, table1.Options())
    answered = answers.answers(compared, names)
    collected = scores.collect(results)
    errors = shown(aligner_errors, results)
    return page(
        f"Experiment {results.plan.experiment}",
        paragraph(summary.what_was_run(results, statistics)),
        section(
            "The paper's claim: form and meaning together beat the contrastive baseline",
            frame_table(answers.readable(answered, names)) if len(answered) else paragraph(answers.NO_BASELINE),
        ),
        section(
            "Form + meaning against every other setting",
            frame_table(claims.readable(compared, names))
            if len(compared)
            else paragraph(claims.nothing_compared(results.plan.settings, reference)),
        ),
        *[_figure(picture, caption) for picture, caption in pictures.items()],
        section(
            "Word discrimination on the test set",
            *[paragraph(sentence) for sentence in scores.untrained_ahead(collected, results.plan.settings, names)],
            frame_table(scores.readable(collected, names)),
            paragraph(summary.about_scores(results), "soft"),
        ),
        section(table1.TITLE, frame_table(table1.readable(statistics, names))),
        section(funnel.TITLE, frame_table(shown(funnel, results))),
        section(
            aligner_errors.TITLE,
            frame_table(errors) if len(errors) else paragraph(summary.NO_TIMES),
        ),
        section("Read this before you quote a number", items([*notes, *summary.limits(results, statistics)])),
        section("Provenance", frame_table(_provenance(record)), paragraph("All of it: provenance.json.", "soft")),
    )


def _figure(picture: Path, caption: str) -> Html:
    heading = title("figures", picture.stem)
    content = picture.read_bytes()
    width = int.from_bytes(content[16:20], "big") // 2  # from the head of a PNG; two pixels of print a pixel of screen
    source = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    image = f'<figure><img alt="{escape(heading)}" width="{width}" src="{source}">'
    below = f'<figcaption class="soft">{escape(caption)}</figcaption>' if caption else ""
    return section(heading, Html(f"{image}{below}</figure>"))


def _provenance(record: dict[str, Any]) -> pd.DataFrame:
    """Arrange what the results rest on: code, seeds, versions, machine, hashed files."""
    changed = " with uncommitted changes" if record.get("uncommitted_changes") else ""
    tools = {f"{tool} {version}" for versions in record.get("tools", {}).values() for tool, version in versions.items()}
    packages = ", ".join(f"{name} {version}" for name, version in record.get("packages", {}).items() if version)
    rows = {
        "code": f"commit {record.get('commit') or 'unknown'}{changed}",
        "seeds of training": ", ".join(map(str, record.get("config", {}).get("seeds", []))),
        "packages": packages,
        "tools": ", ".join(sorted(tools)) or "-",
        "machine": ", ".join(f"{key} {value}" for key, value in record.get("machine", {}).items()),
        "files with a SHA-256": str(len(record.get("files", {}))),
    }
    return pd.DataFrame({"what": list(rows), "value": list(rows.values())})
