"""Who speaks in a corpus: utterances and hours of each speaker, and what the corpus says about them."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

COLUMNS = ("speaker_id", "official_split", "utterances", "hours")


def describe(utterances: pa.Table, facts: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Sum up the utterances by speaker.

    Args:
        utterances: table `utterances`.
        facts: for each speaker, such as {"sex": "female"}; a reader with `speaker_facts(options, data_root)` gives them.

    Returns:
        frame with the columns `COLUMNS` and one for each fact, "" where it is unknown, by speaker; the utterances of a
        speaker with several official splits make several rows.

    """
    counted = utterances.group_by(["speaker_id", "official_split"]).aggregate(
        [("duration_s", "sum"), ("duration_s", "count")]
    )
    frame = counted.to_pandas().sort_values(["speaker_id", "official_split"], ignore_index=True)
    described = pd.DataFrame(
        {
            "speaker_id": frame["speaker_id"],
            "official_split": frame["official_split"],
            "utterances": frame["duration_s_count"],
            "hours": (frame["duration_s_sum"] / 3600).round(4),
        }
    )
    for name in sorted({name for known in facts.values() for name in known} - set(COLUMNS)):
        described[name] = [facts.get(speaker, {}).get(name, "") for speaker in described["speaker_id"]]
    return described
