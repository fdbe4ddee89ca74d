"""Tokens: filters, speaker-disjoint splits, sampling; every candidate is kept or rejected."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awe.errors import ConfigError
from awe.tokens.candidates import join_candidates
from awe.tokens.options import SplitSizes, TokenOptions
from awe.tokens.select import check_scorable, count_queries, select_tokens
from awe.tokens.splits import assign_speakers, sample_tokens


def candidate(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "token_id": f"u{number:03d}:000",
        "utterance_id": f"u{number:03d}",
        "speaker_id": f"s{number % 6}",
        "word": f"word{number // 6 % 3}",
        "phones": ["w", "o", "r", "d"],
        "start_s": 0.5,
        "end_s": 1.0,
        "split": "",
        "official_split": "",
    }
    return {**row, **changes}


COUNTS = {"train": 3, "valid": 1, "test": 1}


def test_each_filter_has_its_reason() -> None:
    rows = [candidate(number) for number in range(60)]
    rows[0]["phones"] = ["a", "b", "c"]
    rows[1]["end_s"] = 1.7
    rows[2]["end_s"] = 0.51
    rows[3]["word"] = "once"
    rows[4]["word"] = "vectorless"
    rows[6]["phones"] = []
    tokens, rejects = select_tokens(
        pd.DataFrame(rows), ["word0", "word1", "word2", "once"], {"train": 4, "valid": 1, "test": 1}, TokenOptions(), 1
    )
    reasons = dict(zip(rejects["item_id"], rejects["reason"], strict=True))
    assert reasons == {
        "u000:000": "too_few_phones",
        "u001:000": "too_long",
        "u002:000": "too_short",
        "u003:000": "too_rare",
        "u004:000": "vector_missing",
        "u006:000": "word_without_pronunciation",
    }
    assert sorted([*tokens["token_id"], *reasons]) == [row["token_id"] for row in rows]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(6, 80), st.none() | st.integers(1, 9))
def test_splits_share_no_speaker_and_nothing_is_lost(seed: int, count: int, size: int | None) -> None:
    rows = [candidate(number) for number in range(count)]
    options = TokenOptions(minimum_frequency=1, sizes=SplitSizes(train=size, valid=size, test=size))
    tokens, rejects = select_tokens(pd.DataFrame(rows), ["word0", "word1", "word2"], COUNTS, options, seed)
    assert tokens.groupby("speaker_id")["split"].nunique().max() == 1
    assert tokens.groupby("split")["speaker_id"].nunique().le(pd.Series(COUNTS)).all()
    assert sorted([*tokens["token_id"], *rejects["item_id"]]) == [row["token_id"] for row in rows]
    if size is not None:
        assert tokens["split"].value_counts().max() <= size
    again, _ = select_tokens(pd.DataFrame(rows), ["word0", "word1", "word2"], COUNTS, options, seed)
    pd.testing.assert_frame_equal(tokens, again)


def test_seed_changes_speakers() -> None:
    speakers = [f"s{number}" for number in range(30)]
    assert assign_speakers(speakers, COUNTS, 1) != assign_speakers(speakers, COUNTS, 2)


def test_named_speakers_are_set_aside_first() -> None:
    assigned = assign_speakers(["a", "b", "c", "d"], {"train": 2, "valid": 1, "test": ["a"]}, 1)
    assert assigned["test"] == ("a",)
    assert "a" not in {*assigned["train"], *assigned["valid"]}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"train": 9, "valid": 1, "test": 1}, "11 speakers wanted, the corpus has 4"),
        ({"train": ["x"], "valid": 1, "test": 1}, "no tokens of speaker 'x'"),
        ({"train": ["a"], "valid": ["a"], "test": 1}, "'a' stands in two splits"),
    ],
)
def test_impossible_speakers_are_one_line(wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        assign_speakers(["a", "b", "c", "d"], wanted, 1)


def test_official_splits_are_used_and_checked() -> None:
    split_of = {0: "train", 1: "train", 2: "train", 3: "valid", 4: "test", 5: ""}
    rows = [candidate(number, official_split=split_of[number % 6]) for number in range(36)]
    options = TokenOptions(split_by="official")
    tokens, rejects = select_tokens(pd.DataFrame(rows), ["word0", "word1", "word2"], COUNTS, options, 1)
    assert set(zip(tokens["speaker_id"], tokens["split"], strict=True)) == {
        ("s0", "train"),
        ("s1", "train"),
        ("s2", "train"),
        ("s3", "valid"),
        ("s4", "test"),
    }
    assert rejects["reason"].unique().tolist() == ["speaker_not_selected"]
    shared = [*rows, candidate(100, speaker_id="s0", official_split="test")]
    with pytest.raises(ConfigError, match="share speaker 's0'"):
        select_tokens(pd.DataFrame(shared), ["word0", "word1", "word2"], COUNTS, options, 1)


def test_the_error_of_too_few_speakers_says_what_left_the_others_out() -> None:
    rows = [candidate(number, word="known" if number % 6 < 2 else "vectorless") for number in range(30)]
    rows[0]["phones"] = ["a"]
    with pytest.raises(ConfigError) as caught:
        select_tokens(pd.DataFrame(rows), ["known"], COUNTS, TokenOptions(), 1)
    for part in (
        "5 speakers wanted, the corpus has 2 with tokens",
        "tokens.split_by: utterances",
        "of 30 aligned words left out: 20 vector_missing, 1 too_few_phones; 4 of 6 speakers have no token, such as 's2'",
    ):
        assert part in str(caught.value)
    with pytest.raises(ConfigError, match=r"no word passes .* left out: 29 vector_missing, 1 too_few_phones; 6 of 6"):
        select_tokens(pd.DataFrame(rows), [], COUNTS, TokenOptions(), 1)


@pytest.mark.parametrize(
    ("words", "queries"),
    [
        ({"train": "abc", "valid": "aab", "test": "bccb"}, {"train": 0, "valid": 2, "test": 4}),
        ({"train": "aa", "valid": "ab", "test": "aa"}, {"train": 2, "valid": 0, "test": 2}),
        ({"train": "aa", "valid": "aa", "test": "a"}, {"train": 2, "valid": 2, "test": 0}),
    ],
)
def test_splits_that_cannot_be_scored_stop_before_training(words: dict[str, str], queries: dict[str, int]) -> None:
    rows = [(split, word) for split, spoken in words.items() for word in spoken]
    tokens = pd.DataFrame(rows, columns=["split", "word"])
    assert count_queries(tokens) == queries
    for split in ("valid", "test"):
        if not queries[split]:
            with pytest.raises(ConfigError, match=f"split {split} cannot be scored, none of its {len(words[split])}"):
                check_scorable(tokens)
            return
    check_scorable(tokens)


def test_sample_keeps_small_splits_whole() -> None:
    frame = pd.DataFrame({"token_id": ["a", "b", "c"], "split": ["train", "train", "test"]})
    kept, rejected = sample_tokens(frame, SplitSizes(train=1, test=5), 1)
    assert len(kept) == 2
    assert rejected[["reason", "detail"]].to_numpy().tolist() == [["not_sampled", "train"]]


def test_join_gives_words_without_pronunciation_no_phones() -> None:
    alignment = pd.DataFrame(
        {"utterance_id": ["u", "u"], "position": [0, 1], "word": ["ja", "xy"], "start_s": [0.0, 0.5], "end_s": [0.5, 1]}
    )
    utterances = pd.DataFrame({"utterance_id": ["u"], "speaker_id": ["s"], "official_split": [""]})
    lexicon = pd.DataFrame({"word": ["ja"], "phones": [["j", "aː"]]})
    joined = join_candidates(alignment, utterances, lexicon)
    assert joined["token_id"].tolist() == ["u:000", "u:001"]
    assert joined["phones"].tolist() == [["j", "aː"], []]


def test_a_single_speaker_is_split_by_utterances() -> None:
    rows = [candidate(number, speaker_id="only") for number in range(50)]
    options = TokenOptions(split_by="utterances", minimum_frequency=1)
    tokens, rejects = select_tokens(pd.DataFrame(rows), ["word0", "word1", "word2"], COUNTS, options, 1)
    assert tokens["split"].value_counts().to_dict() == {"train": 40, "valid": 5, "test": 5}
    assert tokens.groupby("utterance_id")["split"].nunique().max() == 1
    assert rejects.empty
