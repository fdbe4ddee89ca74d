"""Progress that a person can follow: a bar on a terminal, a line now and then in a log."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def say(message: str) -> None:
    """Print one line about what is going on."""
    print(message, file=sys.stderr, flush=True)


def track(items: Iterable[Item], label: str, total: int | None = None) -> Iterator[Item]:
    """Yield the items and show how far the work is.

    On a terminal this is a bar; elsewhere one line about every five seconds, so that logs stay short.
    """
    if sys.stderr.isatty():
        yield from tqdm(items, desc=label, total=total, file=sys.stderr)
        return
    bar = tqdm(items, desc=label, total=total, file=_Lines(), mininterval=5, ascii=True, ncols=80, leave=False)
    yield from bar


class _Lines:
    """A file for tqdm that turns carriage returns into lines and skips blank ones."""

    def write(self, text: str) -> None:
        line = text.strip("\r\n ")
        if line:
            print(line, file=sys.stderr, flush=True)

    def flush(self) -> None:
        sys.stderr.flush()
