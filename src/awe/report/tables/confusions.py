"""Which words are taken for each other most often, and how far apart they are in phones."""

from typing import TYPE_CHECKING

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd

    from awe.report.results import Results

TITLE = "Words taken for each other"
MEASURES = {
    "tokens": "tokens",
    "phone edit distance": "phone_edit_distance",
    "weighted phone edit distance": "weighted_phone_edit_distance",
}
LISTED = 10  # of each language and setting, for readers


class Options(BaseOptions):
    """No options."""


def collect(results: "Results", options: Options) -> "pd.DataFrame":
    """Collect the confusions that the analysis of that name lists, tokens summed over seeds, most frequent first.

    The analysis lists the most frequent ones of each seed: where one is not among those of every seed, its sum lacks
    the tokens of the others.

    Returns:
        columns language, setting, word, taken_for, tokens (whose nearest token is of the other word),
        phone_edit_distance, weighted_phone_edit_distance.

    """
    import pandas as pd

    del options
    findings = pd.concat([results.findings(language) for language in results.plan.languages], ignore_index=True)
    listed = findings[(findings["analysis"] == "confusions") & findings["group"].str.contains(" → ", regex=False)]
    if listed.empty:  # the configuration leaves that analysis out
        return pd.DataFrame(columns=["language", "setting", "word", "taken_for", *MEASURES.values()])
    keys = ["language", "setting", "group"]
    measured = listed.groupby([*keys, "measure"], sort=False)["value"]
    columns = {
        column: (measured.sum() if measure == "tokens" else measured.first()).xs(measure, level="measure")
        for measure, column in MEASURES.items()
    }
    frame = pd.DataFrame(columns).reset_index()
    places = {name: place for place, name in enumerate([*results.plan.languages, *results.plan.settings])}
    order = frame.assign(language=frame["language"].map(places), setting=frame["setting"].map(places))
    frame = frame.loc[order.sort_values(["language", "setting", "tokens"], ascending=[True, True, False]).index]
    words = frame["group"].str.split(" → ", n=1)
    frame = frame.assign(word=words.str[0], taken_for=words.str[1])
    return frame[["language", "setting", "word", "taken_for", *MEASURES.values()]].reset_index(drop=True)


def readable(collected: "pd.DataFrame", names: dict[str, str]) -> "pd.DataFrame":
    """Arrange the most frequent confusions of every language and setting."""
    import pandas as pd

    from awe.report.style import label

    top = collected.groupby(["language", "setting"], sort=False).head(LISTED)
    return pd.DataFrame(
        [
            {
                "Language": names[str(row["language"])],
                "setting": label(str(row["setting"])),
                "word": str(row["word"]),
                "taken for": str(row["taken_for"]),
                "tokens": f"{row['tokens']:.0f}",
                "phone edit distance": f"{row['phone_edit_distance']:.0f}",
                "weighted": f"{row['weighted_phone_edit_distance']:.2f}",
            }
            for row in top.to_dict("records")
        ],
        columns=["Language", "setting", "word", "taken for", "tokens", "phone edit distance", "weighted"],
    )
