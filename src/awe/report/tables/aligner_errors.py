"""How far the aligner's word boundaries lie from known ones, where the corpus ships word times."""

from typing import TYPE_CHECKING

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd

    from awe.report.results import Results

TITLE = "Word boundaries of the aligner against known ones"
COLUMNS = ["language", "n_boundaries", "median_ms", "p90_ms", "mean_ms", "share_within_20_ms"]


class Options(BaseOptions):
    """No options."""


def collect(results: "Results", options: Options) -> "pd.DataFrame":
    """Collect the errors over all words of every language; languages without known times have no row.

    Returns:
        columns language, n_boundaries, median_ms, p90_ms, mean_ms, share_within_20_ms.

    """
    import pandas as pd

    del options
    rows = []
    for language in results.plan.languages:
        errors = results.boundary_errors(language)
        if errors is not None:
            rows.append({"language": language, **errors.iloc[0].to_dict()})
    return pd.DataFrame(rows, columns=COLUMNS)


def readable(collected: "pd.DataFrame", names: dict[str, str]) -> "pd.DataFrame":
    """Arrange the errors for readers."""
    import pandas as pd

    rows = [
        {
            "Language": names[str(row["language"])],
            "boundaries": str(int(row["n_boundaries"])),
            "median": f"{row['median_ms']:.1f} ms",
            "90th percentile": f"{row['p90_ms']:.1f} ms",
            "within 20 ms": f"{100 * row['share_within_20_ms']:.0f} %",
        }
        for row in collected.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["Language", "boundaries", "median", "90th percentile", "within 20 ms"])
