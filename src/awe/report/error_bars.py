"""What the error bars of a figure stand for, decided once for what is drawn and for what its caption says."""


def error_bars_over(wanted: str, seeds: int) -> str:
    """Return what error bars stand for: a deviation over `seeds`, or an interval over `words` or `speakers`.

    `wanted` may also be `auto`, which is seeds if there are several; one seed has no deviation and gets the interval over
    words.
    """
    if wanted in ("words", "speakers"):
        return wanted
    return "seeds" if seeds > 1 else "words"
