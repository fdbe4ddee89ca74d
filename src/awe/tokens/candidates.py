"""Join the aligned words with their speakers and pronunciations: the candidates for tokens."""

import pandas as pd

from awe.tables import SCHEMAS


def join_candidates(alignment: pd.DataFrame, utterances: pd.DataFrame, lexicon: pd.DataFrame) -> pd.DataFrame:
    """Make a row for each aligned word.

    Args:
        alignment: table `alignment`.
        utterances: table `utterances`.
        lexicon: table `lexicon`.

    Returns:
        the columns of table `tokens` with an empty split, plus `official_split`. Words without a pronunciation
        have an empty list of phones.

    """
    speakers = utterances[["utterance_id", "speaker_id", "official_split"]]
    joined = alignment.merge(speakers, on="utterance_id", how="inner", validate="many_to_one")
    joined = joined.merge(lexicon[["word", "phones"]], on="word", how="left", validate="many_to_one")
    joined["phones"] = [[] if isinstance(phones, float) else list(phones) for phones in joined["phones"]]
    joined["token_id"] = joined["utterance_id"] + ":" + joined["position"].astype(str).str.zfill(3)
    joined["split"] = ""
    joined = joined.sort_values("token_id", kind="stable", ignore_index=True)
    return joined[[*SCHEMAS["tokens"].names, "official_split"]]
