"""Write how good the alignments of an experiment look: a page to read and hear, and CSVs."""

import argparse
from pathlib import Path

from awe.report.arguments import add_audio_folders, add_results, audio_folders, open_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_results(parser)
    add_audio_folders(parser)
    parser.add_argument("--output", type=Path, required=True, help="HTML")
    parser.add_argument("--speakers", type=Path, required=True, help="CSV: words found and lost, durations by speaker")
    parser.add_argument("--phones", type=Path, required=True, help="CSV: mean duration of each phone")
    parser.add_argument("--suspicious", type=Path, required=True, help="CSV: each word that is too short or too long")


def run(arguments: argparse.Namespace) -> None:
    """Assess each language, write the CSVs and the page."""
    import pandas as pd

    from awe.files import write_text
    from awe.report.alignment_page import alignment_page
    from awe.report.alignment_quality import assess, suspicious

    results = open_results(arguments)
    qualities = {language: assess(results, language) for language in results.plan.languages}
    tables = {
        arguments.speakers: {language: quality.speakers for language, quality in qualities.items()},
        arguments.phones: {language: quality.phones for language, quality in qualities.items()},
        arguments.suspicious: {
            language: suspicious(quality.words)
            .drop(columns=["typical_s", "num_phones"])
            .assign(phones=lambda f: f["phones"].map(" ".join))
            for language, quality in qualities.items()
        },
    }
    for path, by_language in tables.items():
        joined = pd.concat(by_language, names=["language"]).reset_index("language")
        write_text(joined.to_csv(index=False, float_format="%.6g"), path)
    write_text(alignment_page(results, qualities, audio_folders(arguments)), arguments.output)
