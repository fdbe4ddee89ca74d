"""Word-level statistics of the experiment's data (the paper's Table 1)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd

    from awe.report.results import Results

TITLE = "Table 1, the data"
SPLITS = ("train", "valid", "test")


class Options(BaseOptions):
    """No options."""


def collect(results: "Results", options: Options) -> "pd.DataFrame":
    """Count and measure the tokens of every language; columns as of `word_statistics`."""
    del options
    return word_statistics({language: results.tokens(language) for language in results.plan.languages})


def word_statistics(tokens: "Mapping[str, pd.DataFrame]") -> "pd.DataFrame":
    """Count segments, measure durations and the type/token ratio.

    Args:
        tokens: table `tokens` of every language.

    Returns:
        columns language; train, valid, test: number of segments; duration_mean_s and duration_sd_s over all of them;
        types; type_token_ratio: word types / segments, over all splits; speakers_train, speakers_valid, speakers_test.

    """
    import pandas as pd

    rows = []
    for language, frame in tokens.items():
        durations = frame["end_s"] - frame["start_s"]
        by_split = frame.groupby("split")
        rows.append(
            {
                "language": language,
                **{split: int((frame["split"] == split).sum()) for split in SPLITS},
                "duration_mean_s": float(durations.mean()),
                "duration_sd_s": float(durations.std()),
                "types": int(frame["word"].nunique()),
                "type_token_ratio": frame["word"].nunique() / len(frame),
                **{f"speakers_{split}": int(by_split["speaker_id"].nunique().get(split, 0)) for split in SPLITS},
            }
        )
    return pd.DataFrame(rows)


def readable(collected: "pd.DataFrame", names: Mapping[str, str]) -> "pd.DataFrame":
    """Arrange the statistics as the paper prints them, with the languages' names."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Language": [names[language] for language in collected["language"]],
            **{f"{split} segments": collected[split].astype(str) for split in SPLITS},
            "duration in s (µ ± σ)": [
                f"{mean:.2f} ± {deviation:.2f}"
                for mean, deviation in zip(collected["duration_mean_s"], collected["duration_sd_s"], strict=True)
            ],
            "TTR": [f"{ratio:.3f}" for ratio in collected["type_token_ratio"]],
        }
    )
