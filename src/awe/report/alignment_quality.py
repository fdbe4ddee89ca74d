"""How good an alignment looks without known word times: words lost, and words much shorter or longer than expected."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from awe.report.word_durations import Expectation, expect

if TYPE_CHECKING:
    from awe.report.results import Results

SHORT, LONG = 0.5, 2.0  # times the expected duration
LEAST_DIFFERENCE_S = 0.05  # words of one phone vary that much without any mistake
EVERYONE = ""  # no speaker has that id


@dataclass(frozen=True)
class Quality:
    """What there is to say about the alignment of one language.

    Attributes:
        speakers: `COLUMNS`, first a row for all speakers, then one a speaker, the most suspicious first.
        phones: durations of the phones, see `Expectation`.
        words: aligned words with `expected_s`, `ratio` and `verdict` ("", "short" or "long").
        lost: number of utterances by reason.

    """

    speakers: pd.DataFrame
    phones: pd.DataFrame
    words: pd.DataFrame
    lost: "pd.Series[int]"


COLUMNS = [
    "speaker_id", "utterances", "utterances_lost", "words", "words_lost", "share_words_lost",
    "ms_per_phone", "expected_ms_per_phone", "words_judged", "short", "long", "share_suspicious",
]  # fmt: skip


def assess(results: "Results", language: str) -> Quality:
    """Assess the alignment of one language from the tables of an experiment."""
    utterances, alignment = results.utterances(language), results.alignment(language)
    rejects = results.rejects(language, "alignment")
    words, expectation = judge(alignment, utterances, results.lexicon(language))
    speakers = by_speaker(utterances, words)
    return Quality(speakers, expectation.phones, words, rejects["reason"].value_counts())


def judge(alignment: pd.DataFrame, utterances: pd.DataFrame, lexicon: pd.DataFrame) -> tuple[pd.DataFrame, Expectation]:
    """Compare the duration of every aligned word with its expectation.

    Returns:
        Table `alignment` with `speaker_id`, `phones`, `num_phones`, `duration_s`, `typical_s` (of the median speaker), `expected_s` (of
        this speaker), `ratio` of found and expected duration, and `verdict`; and what the expectation consists of.
        Words without a pronunciation have no expectation and no verdict.

    """
    words = alignment.drop(columns="aligner").merge(
        utterances[["utterance_id", "speaker_id"]], on="utterance_id", validate="many_to_one"
    )
    pronunciations = dict(zip(lexicon["word"], lexicon["phones"].map(list), strict=True))
    phones = [pronunciations.get(word, []) for word in words["word"]]
    words["phones"] = pd.Series(phones, words.index, dtype=object)
    words["num_phones"] = pd.Series([len(one) for one in phones], words.index, dtype=int)
    words["duration_s"] = words["end_s"] - words["start_s"]
    expectation = expect(words)
    words["typical_s"], words["expected_s"] = expectation.typical_s, expectation.expected_s
    words["ratio"] = words["duration_s"] / words["expected_s"]
    clear = (words["duration_s"] - words["expected_s"]).abs() > LEAST_DIFFERENCE_S
    short, long = clear & (words["ratio"] < SHORT), clear & (words["ratio"] > LONG)
    words["verdict"] = np.select([short, long], ["short", "long"], "")
    return words, expectation


def suspicious(words: pd.DataFrame) -> pd.DataFrame:
    """Return the words with a verdict, the farthest from their expectation first."""
    found = words[words["verdict"] != ""]
    order = np.log(found["ratio"].clip(lower=1e-3)).abs().sort_values(ascending=False, kind="stable").index
    ordered: pd.DataFrame = found.loc[order]
    return ordered


def by_speaker(utterances: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """Sum up the judged words, first of all speakers, then speaker by speaker, the most suspicious first."""
    spoken = utterances.assign(
        num_words=utterances["words"].map(len), is_lost=~utterances["utterance_id"].isin(words["utterance_id"])
    )
    everyone = pd.DataFrame([_summarise(EVERYONE, spoken, words)], columns=COLUMNS)
    of_speaker = dict(tuple(words.groupby("speaker_id")))
    speakers = pd.DataFrame(
        [
            _summarise(str(speaker), one, of_speaker.get(speaker, words.iloc[:0]))
            for speaker, one in spoken.groupby("speaker_id", sort=True)
        ],
        columns=COLUMNS,
    ).sort_values(["share_suspicious", "share_words_lost"], ascending=False, kind="stable")
    return pd.concat([everyone, speakers], ignore_index=True)


def _summarise(speaker_id: str, utterances: pd.DataFrame, words: pd.DataFrame) -> dict[str, float | str]:
    judged = words[words["expected_s"].notna()]
    num_phones = int(judged["num_phones"].sum())
    num_words, short, long = (int(n) for n in (utterances["num_words"].sum(), *_verdicts(judged)))
    return {
        "speaker_id": speaker_id,
        "utterances": len(utterances),
        "utterances_lost": int(utterances["is_lost"].sum()),
        "words": num_words,
        "words_lost": num_words - len(words),
        "share_words_lost": (num_words - len(words)) / max(1, num_words),
        "ms_per_phone": 1000 * judged["duration_s"].sum() / num_phones if num_phones else np.nan,
        "expected_ms_per_phone": 1000 * judged["typical_s"].sum() / num_phones if num_phones else np.nan,
        "words_judged": len(judged),
        "short": short,
        "long": long,
        "share_suspicious": (short + long) / len(judged) if len(judged) else np.nan,
    }


def _verdicts(words: pd.DataFrame) -> tuple[int, int]:
    return int((words["verdict"] == "short").sum()), int((words["verdict"] == "long").sum())
