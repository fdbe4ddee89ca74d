"""Plain HTML pages without network: tables and text, light and dark, everything escaped."""

from html import escape

import pandas as pd

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --paper: #fff; --ink: #1b1b1b; --soft: #666; --line: #d5d5d5; }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: #16181b; --ink: #ececec; --soft: #a3a3a3; --line: #3a3d42; }} }}
body {{ margin: 0 auto; max-width: 1150px; padding: 10px 20px 60px; font: 15px/1.5 system-ui, sans-serif;
  background: var(--paper); color: var(--ink); }}
h1 {{ font-size: 1.4rem; }}
h2 {{ font-size: 1.15rem; margin: 2em 0 .4em; }}
p, li {{ max-width: 80ch; }}
.soft {{ color: var(--soft); }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: .9rem; }}
th, td {{ padding: 3px 14px 3px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }}
th {{ font-weight: 500; color: var(--soft); }}
td.number {{ font-variant-numeric: tabular-nums; white-space: nowrap; }}
figure {{ margin: 1em 0 2em; }}
figure img {{ max-width: 100%; background: #fff; padding: 8px; border: 1px solid var(--line); border-radius: 6px; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def page(title: str, *parts: str) -> str:
    """Put parts of HTML under a title."""
    return _PAGE.format(title=escape(title), body="\n".join([f"<h1>{escape(title)}</h1>", *parts]))


def table(frame: pd.DataFrame) -> str:
    """Write the frame's text cells as an HTML table; cells that begin with a number keep together."""
    head = "".join(f"<th>{escape(str(column))}</th>" for column in frame.columns)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in frame.astype(str).to_numpy().tolist())
    return f'<div class="wide"><table>\n<tr>{head}</tr>\n{rows}</table></div>'


def section(title: str, *parts: str) -> str:
    """Put parts of HTML under a heading."""
    return "\n".join([f"<h2>{escape(title)}</h2>", *parts])


def paragraph(text: str, kind: str = "") -> str:
    """Write a paragraph; `kind` is `soft` for what only some want to read."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def items(texts: list[str]) -> str:
    """Write a list."""
    return "<ul>\n" + "".join(f"<li>{escape(text)}</li>\n" for text in texts) + "</ul>"


def _cell(text: str) -> str:
    short = len(text) < 30 and text.lstrip("+-[−").startswith(tuple("0123456789"))
    return f'<td class="number">{escape(text)}</td>' if short else f"<td>{escape(text)}</td>"
