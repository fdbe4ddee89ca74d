"""Which words are taken for each other most often, and how far apart they are in phones."""

from typing import TYPE_CHECKING

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd

    from awe.report.results import Results

TITLE = "Words taken for each other"
LISTED = 10  # of each language and setting, for readers
COLUMNS = ["language", "setting", "word", "taken_for", "tokens", "phone_edit_distance", "weighted_phone_edit_distance"]


class Options(BaseOptions):
    """How many are listed."""

    listed: int = Field(default=20, ge=0, description="most frequent confusions of each language and setting")


def collect(results: "Results", options: Options) -> "pd.DataFrame":
    """List the most frequent confusions, tokens summed over seeds.

    Returns:
        columns language, setting, word, taken_for, tokens (whose nearest token is of the other word),
        phone_edit_distance, weighted_phone_edit_distance; no rows if the configuration leaves that analysis out.

    """
    import pandas as pd

    from awe.evaluation.analyses.confusions import ARROW
    from awe.evaluation.edit_distance import edit_distance, weighted_edit_distance

    rows = []
    for language in results.plan.languages:
        findings = results.findings(language)
        pairs = findings[(findings["analysis"] == "confusions") & (findings["measure"] == "tokens")]
        sums = pairs.groupby(["setting", "group"], sort=True)["value"].sum().reset_index()
        phones = results.tokens(language).drop_duplicates("word").set_index("word")["phones"]
        for setting in results.plan.settings:
            # the sort is stable: equal numbers stay in the order of the words
            of_setting = sums[sums["setting"] == setting].sort_values("value", ascending=False, kind="stable")
            for group, tokens in of_setting.head(options.listed)[["group", "value"]].itertuples(index=False):
                word, other = group.split(ARROW)
                distances = [
                    measure(phones[word], phones[other]) for measure in (edit_distance, weighted_edit_distance)
                ]
                rows.append((language, setting, word, other, tokens, *distances))
    return pd.DataFrame(rows, columns=COLUMNS)


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
