"""Pieces of HTML for pages of the report."""

import math
from collections.abc import Sequence
from html import escape


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table; the cells below the header are HTML already."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def bar(value: float, full: float, text: str, kind: str = "") -> str:
    """Write a text on a bar, filled to the part that the value has of the full one; a dash for no number."""
    if math.isnan(value):
        return "-"
    return f'<span class="bar {kind}" style="--part:{min(1.0, value / full):.3f}">{escape(text)}</span>'


def count(value: int) -> str:
    """Write a whole number."""
    return f"{value:,}"


def share(part: int, whole: int) -> str:
    """Write a number and its share of another one."""
    return f"{part:,} ({part / whole:.1%})" if whole and part else f"{part:,}"


def number(value: float) -> str:
    """Write a rounded number; a dash for none."""
    return "-" if math.isnan(value) else f"{value:.0f}"
