"""Delimited text: spreadsheets separate cells by commas, by semicolons (where the comma is the decimal sign) or by tabs."""

import csv
from collections.abc import Collection

_DELIMITERS = (",", ";", "\t")


def find_delimiter(line: str, wanted: Collection[str] = ()) -> str:
    """Say what separates the cells of a table from its first line.

    That is the delimiter which gives most of the wanted columns; among equals the one with most columns, and the comma
    before the semicolon before the tab.
    """

    def columns(delimiter: str) -> tuple[int, int]:
        try:
            names = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:  # a line longer than any header
            names = []
        return len(set(wanted) & set(names)), len(names)

    return max(_DELIMITERS, key=columns)


def parse_number(text: str) -> float:
    """Read a number with a decimal point or a decimal comma.

    Raises:
        ValueError: if it is none.

    """
    return float(text.replace(",", "."))
