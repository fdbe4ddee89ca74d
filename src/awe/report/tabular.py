"""A table for readers, as CSV, Markdown, LaTeX and HTML."""

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pandas as pd

from awe.files import write_text
from awe.report import page

if TYPE_CHECKING:
    from awe.report.results import Results

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "±": r"$\pm$", "µ": r"$\mu$", "σ": r"$\sigma$", "−": "$-$",
    "<": r"\textless{}",
}  # fmt: skip


def markdown(frame: pd.DataFrame) -> str:
    """Write the frame's text cells as a Markdown table, columns of numbers to the right, of text to the left."""
    rule = ["---:" if right else "---" for right in _right(frame)]
    rows = [list(frame.columns), rule, *frame.astype(str).to_numpy().tolist()]
    return "".join("| " + " | ".join(_plain(str(cell)) for cell in row) + " |\n" for row in rows)


def _plain(text: str) -> str:
    """Keep a name from ending its cell, or from being taken for HTML."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def latex(frame: pd.DataFrame) -> str:
    """Write the frame's text cells as a LaTeX `tabular` with the rules of package booktabs."""
    rows = [" & ".join(_escape(str(cell)) for cell in row) + r" \\" for row in frame.astype(str).to_numpy()]
    header = " & ".join(_escape(str(column)) for column in frame.columns) + r" \\"
    columns = "".join("r" if right else "l" for right in _right(frame))
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", header, r"\midrule", *rows, r"\bottomrule"]
    return "\n".join([*lines, r"\end{tabular}", ""])


def shown(table: ModuleType, results: "Results") -> pd.DataFrame:
    """Collect a table of `awe.report.tables` with its default options, arranged for readers."""
    frame: pd.DataFrame = table.readable(table.collect(results, table.Options()), results.plan.languages)
    return frame


def write_all(data: pd.DataFrame, readable: pd.DataFrame, stem: Path) -> None:
    """Write `data` as `stem`.csv and its readable form as .md, .tex and .html."""
    write_text(data.to_csv(index=False, float_format="%.6g"), stem.with_name(f"{stem.name}.csv"))
    write_text(markdown(readable), stem.with_name(f"{stem.name}.md"))
    write_text(latex(readable), stem.with_name(f"{stem.name}.tex"))
    title = stem.name.replace("_", " ").capitalize()
    write_text(page.page(title, page.frame_table(readable)), stem.with_name(f"{stem.name}.html"))


def _right(frame: pd.DataFrame) -> list[bool]:
    """Whether each column holds numbers."""
    return [page.holds_numbers(frame[name].astype(str)) for name in frame.columns]


def _escape(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)
