"""HTML of the report: self-contained pages, light and dark, with tables and text, everything escaped."""

import math
import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

import pandas as pd

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; media-src data:; img-src data:">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body data-ready="yes">
<h1>{title}</h1>
{body}
</body>
</html>
"""
_NUMBER = re.compile(r"[\[+−-]{0,2}[.\d]|-$")


class Html(str):
    """A text that is HTML already; every other text is escaped."""

    __slots__ = ()


def page(title: str, *parts: Html, style: str = "") -> str:
    """Put parts under a title; `style` is a file of this package with rules of the page's own."""
    names = ["page.css", *([style] if style else [])]
    return _PAGE.format(title=escape(title), style="".join(map(read_file, names)), body="\n".join(parts))


def read_file(name: str) -> str:
    """Read a style sheet or template of this package."""
    return resources.files("awe.report").joinpath(name).read_text(encoding="utf-8")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """Write a table; columns of numbers stand to the right."""
    kinds = [' class="number"' if holds_numbers(row[place] for row in rows) else "" for place in range(len(header))]
    head = "".join(f"<th{kind}>{_text(cell)}</th>" for kind, cell in zip(kinds, header, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{_text(cell)}</td>" for kind, cell in zip(kinds, row, strict=True)) + "</tr>\n"
        for row in rows
    )
    return Html(f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>')


def frame_table(frame: pd.DataFrame) -> Html:
    """Write a frame's text cells as a table."""
    return table([str(column) for column in frame.columns], frame.astype(str).to_numpy().tolist())


def holds_numbers(cells: Iterable[str]) -> bool:
    """Whether every cell of a column is short, and begins with a number or is nothing but a dash."""
    return all(not isinstance(cell, Html) and len(cell) < 30 and _NUMBER.match(cell) for cell in cells)


def section(title: str, *parts: Html) -> Html:
    """Put parts under a heading."""
    return Html("\n".join([f"<h2>{escape(title)}</h2>", *parts]))


def paragraph(text: str, kind: str = "") -> Html:
    """Write a paragraph; `kind` is `soft` for what only some want to read."""
    return Html(f'<p class="{kind}">{_text(text)}</p>' if kind else f"<p>{_text(text)}</p>")


def items(texts: Iterable[str]) -> Html:
    """Write a list."""
    return Html("<ul>\n" + "".join(f"<li>{_text(text)}</li>\n" for text in texts) + "</ul>")


def bar(value: float, full: float, text: str, kind: str = "") -> Html:
    """Write a text on a bar, filled to the part that the value has of the full one; a dash for no number."""
    if math.isnan(value):
        return Html("-")
    return Html(f'<span class="bar {kind}" style="--part:{min(1.0, value / full):.3f}">{escape(text)}</span>')


def _text(text: str) -> str:
    return text if isinstance(text, Html) else escape(text)
