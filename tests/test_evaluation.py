"""Scoring, selection, baselines and the commands over them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from awe.cli import main
from awe.errors import TableError
from awe.evaluation.baselines import downsample, mean_pool
from awe.evaluation.dtw import compare_queries, dtw_distances
from awe.evaluation.features import read_segments
from awe.evaluation.options import EvaluationOptions
from awe.evaluation.scoring import (
    EmbeddingMismatchError,
    all_precisions,
    codes,
    match_tokens,
    score_rows,
    values_without_speakers,
)
from awe.evaluation.selection import select_candidate, write_selection
from awe.metrics.same_different import DEFINITIONS, NoQueriesError, per_query_average_precision
from awe.tables import read_table, table_from, write_table


def history(values: list[float], pretraining: int = 0) -> pd.DataFrame:
    other = dict.fromkeys(("train_loss", "form_loss", "meaning_loss", "learning_rate", "seconds", "tokens_per_s"), 0.0)
    rows = [
        {"epoch": n, "validation_map": v, "pretraining": n <= pretraining} | other
        for n, v in enumerate(values, start=1)
    ]
    return table_from("history", rows)


def make_tokens(count: int = 40) -> pd.DataFrame:
    rows = [
        {
            "token_id": f"t{number}", "utterance_id": "u", "speaker_id": f"s{number % 4}", "word": f"w{number % 7}",
            "phones": ["a"], "start_s": 0.0, "end_s": 0.5, "split": "test" if number % 2 else "valid",
        }
        for number in range(count)
    ]  # fmt: skip
    return table_from("tokens", rows)


def test_selection_takes_the_best_mean_of_best_epochs() -> None:
    selection = select_candidate(
        "contrastive",
        {
            "margin-0.2": {1: history([0.1, 0.6, 0.2]), 2: history([0.2, 0.3])},
            "margin-0.4": {1: history([0.5]), 2: history([0.45, 0.2])},
            "margin-0.5": {1: history([0.45]), 2: history([0.5])},
        },
    )
    assert selection["chosen"] == "margin-0.4"  # equal to margin-0.5, but named first
    assert selection["candidates"][0]["mean_validation_map"] == pytest.approx(0.45)
    assert selection["candidates"][0]["seeds"][0] == {"seed": 1, "validation_map": 0.6, "epoch": 2}
    pretrained = {
        "long": {1: history([0.1, 0.9, 0.2], pretraining=2)},
        "short": {1: history([0.7, 0.3], pretraining=1)},
    }
    selection = select_candidate("cae", pretrained)
    assert selection["chosen"] == "short"
    assert [found["seeds"][0]["epoch"] for found in selection["candidates"]] == [3, 2]
    with pytest.raises(TableError, match="no epoch"):
        select_candidate("form", {"only": {1: history([])}})


def test_embeddings_are_matched_by_token_whatever_their_order() -> None:
    tokens = make_tokens()
    embeddings = pd.DataFrame(
        {"token_id": tokens["token_id"], "embedding": [np.full(3, number, "float32") for number in range(40)]}
    )
    matched = match_tokens(embeddings.sample(frac=1, random_state=1), tokens, "file")
    assert matched[:, 0].tolist() == list(range(40))
    with pytest.raises(EmbeddingMismatchError, match=r"file: 1 tokens have no embedding .* 't3'"):
        match_tokens(embeddings.drop(index=3), tokens, "file")
    with pytest.raises(EmbeddingMismatchError, match="several"):
        match_tokens(pd.concat([embeddings, embeddings[:1]]), tokens, "file")
    vectors = [*embeddings["embedding"][:39], np.zeros(4)]
    embeddings = pd.DataFrame({"token_id": tokens["token_id"], "embedding": vectors})
    with pytest.raises(EmbeddingMismatchError, match=r"one width, found \[3, 4\]"):
        match_tokens(embeddings, tokens, "file")


def test_score_rows_make_a_valid_table(tmp_path: Path) -> None:
    tokens = make_tokens(200)
    words, speakers = codes(tokens["word"]), codes(tokens["speaker_id"])
    embeddings = np.random.default_rng(0).normal(size=(200, 5))
    results = all_precisions(embeddings, words, speakers, normalised=True)
    identity = {"language": "por", "split": "test", "setting": "form", "candidate": "only", "seed": 1}
    options = EvaluationOptions(bootstrap_samples=100)
    without = values_without_speakers(embeddings, words, speakers, options)
    rows = score_rows(results, words, without, options, identity)
    write_table(table_from("scores", rows), "scores", tmp_path / "scores.parquet")
    scores = read_table("scores", tmp_path / "scores.parquet")
    assert set(scores["definition"]) == {*DEFINITIONS, *(f"{name}_normalised" for name in DEFINITIONS)}
    assert len(scores) == 2 * 2 * len(DEFINITIONS)
    assert (scores["ci_low"] <= scores["value"]).all()
    assert (scores["value"] <= scores["ci_high"]).all()
    assert scores.loc[scores["definition"] == "per_query", "n"].tolist() == [200, 200]


def test_one_speaker_gives_uninformative_speaker_intervals() -> None:
    words = np.array([0, 0, 1, 1])
    results = all_precisions(np.eye(4), words, np.zeros(4, dtype=int), normalised=False)
    without = values_without_speakers(np.eye(4), words, np.zeros(4, dtype=int), EvaluationOptions(normalised=False))
    rows = score_rows(results, words, without, EvaluationOptions(), {})
    assert {(row["ci_low"], row["ci_high"]) for row in rows if row["ci_over"] == "speakers"} == {(0.0, 1.0)}


def test_baselines_of_a_straight_line() -> None:
    line = np.stack([np.arange(7.0), -2 * np.arange(7.0)], axis=1)
    assert downsample([line, line[:1]], 4).tolist() == [[0, 0, 2, -4, 4, -8, 6, -12], [0] * 8]
    assert mean_pool([line], 4).tolist() == [[3, -6]]
    assert np.allclose(downsample([line], 7)[0], line.reshape(-1))


def test_segments_are_read_from_shards_in_the_asked_order(tmp_path: Path) -> None:
    for shard in range(2):
        rows = [
            {
                "token_id": f"t{2 * number + shard}",
                "num_frames": number + 1,
                "features": [float(number)] * 3 * (number + 1),
            }
            for number in range(3)
        ]
        write_table(table_from("features", rows), "features", tmp_path / f"shard-{shard}.parquet")
    shards = [tmp_path / "shard-0.parquet", tmp_path / "shard-1.parquet"]
    segments = read_segments(shards, ["t5", "t0"])
    assert [segment.shape for segment in segments] == [(3, 3), (1, 3)]
    assert segments[0][0, 0] == 2
    with pytest.raises(TableError, match=r"1 tokens have no features, e.g. 'x'"):
        read_segments(shards, ["t1", "x"])


def make_outside(folder: Path) -> pd.DataFrame:
    """The same words, speakers and embeddings as .parquet, .csv and .npz."""
    random = np.random.default_rng(0)
    words = np.array(["null", "maçã", "nan", "a;b"])[random.integers(0, 4, 40)]
    speakers = random.integers(0, 3, 40)
    embeddings = random.normal(size=(40, 6)).round(6)
    np.savez(folder / "all.npz", embedding=embeddings, word=words, speaker=speakers)
    frame = pd.DataFrame({"token_id": range(40), "word": words, "speaker": speakers})
    frame.assign(embedding=list(embeddings)).to_parquet(folder / "all.parquet")
    frame = pd.concat([frame, pd.DataFrame(embeddings).add_prefix("e")], axis=1)
    frame.to_csv(folder / "all.csv", index=False)
    frame.to_csv(folder / "all.tsv", index=False, sep="\t", encoding="utf-8-sig")
    frame.to_csv(
        folder / "all.txt", index=False, sep=";", decimal=","
    )  # as German, Polish and Portuguese Excel saves it
    return frame


def test_evaluate_gives_the_same_scores_for_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = make_outside(tmp_path)
    tables = []
    for suffix in ("parquet", "csv", "npz", "tsv", "txt"):
        output = tmp_path / f"{suffix}-scores.csv"
        assert main(["evaluate", str(tmp_path / f"all.{suffix}"), "--speaker", "speaker", "--output", str(output)]) == 0
        tables.append(pd.read_csv(output))
    assert "per_query_without_same_speaker" in capsys.readouterr().out
    pd.testing.assert_frame_equal(tables[0], tables[1], atol=1e-6)
    for same in tables[2:]:
        pd.testing.assert_frame_equal(tables[1], same)
    direct = per_query_average_precision(frame.filter(regex="^e[0-9]").to_numpy(), codes(frame["word"]))
    assert tables[1].loc[tables[1]["definition"] == "per_query", "value"].tolist() == pytest.approx([direct] * 2)


def test_evaluate_takes_words_from_a_tokens_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tokens = make_tokens(80)
    test = tokens[tokens["split"] == "test"]
    vectors = np.random.default_rng(0).normal(size=(len(test), 4)).astype("float32")
    embeddings = pd.DataFrame({"token_id": test["token_id"].to_numpy(), "embedding": list(vectors)})
    write_table(tokens, "tokens", tmp_path / "tokens.parquet")
    write_table(embeddings, "embeddings", tmp_path / "test.parquet")
    arguments = ["evaluate", str(tmp_path / "test.parquet"), "--tokens", str(tmp_path / "tokens.parquet")]
    assert main(arguments) == 0
    assert f"{per_query_average_precision(vectors, codes(test['word'])):.4f}" in capsys.readouterr().out
    assert main([*arguments, "--split", "valid"]) == 2
    assert "40 tokens have no embedding and 40 embeddings are of no token" in capsys.readouterr().err
    assert main([*arguments, "--split", "dev"]) == 2
    assert "no token is in the split 'dev'" in capsys.readouterr().err


def test_evaluate_names_what_is_wrong_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = make_outside(tmp_path)
    ragged = pd.Series([np.zeros(3)] * 39 + [np.zeros(4)])
    cases: list[tuple[pd.DataFrame, str]] = [
        (frame.assign(e3=[np.nan, *frame["e3"][1:]]), "row 0 holds NaN"),
        (frame.assign(word=[f"w{number}" for number in range(40)]), "no word has two tokens"),
        (frame.assign(speaker=1), "no word is spoken by two speakers"),
        (frame.drop(columns="word"), "column 'word' is missing"),
        (frame.assign(word=["", *frame["word"][1:]]), "column 'word' has 1 empty values"),
        (frame.assign(e3=["x", *frame["e3"][1:]]), "column 'e3' holds something that is not a number"),
        (frame[["word", "speaker"]], "no columns named by a number"),
        (frame[:0], "the table has no rows"),
        (frame.assign(embedding=ragged), "must all have one width, found [3, 4]"),
        (frame.assign(embedding=None), "must be a list of numbers"),
        (frame.assign(embedding=pd.Series([["a", "b"]] * 40)), "must be a list of numbers"),
    ]
    for number, (wrong, message) in enumerate(cases):
        suffix = "parquet" if "embedding" in wrong else "csv"
        path = tmp_path / f"wrong-{number}.{suffix}"
        if suffix == "parquet":
            wrong.to_parquet(path)
        else:
            wrong.to_csv(path, index=False)
        assert_one_line(path, message, capsys)
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 nothing")
    (tmp_path / "damaged.npz").write_bytes(b"nothing")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "table.xlsx").write_bytes(b"")
    np.savez(tmp_path / "objects.npz", embedding=np.array([{}], dtype=object), word=np.array(["a"]))
    np.savez(tmp_path / "short.npz", embedding=np.eye(3), word=np.array(["a"]), speaker=np.zeros(3))
    for name in ("damaged.parquet", "damaged.npz", "empty.csv", "objects.npz"):
        assert_one_line(tmp_path / name, "cannot be read", capsys)
    assert_one_line(tmp_path / "table.xlsx", ".xlsx is unknown", capsys)
    assert_one_line(tmp_path / "short.npz", "3 embeddings but 'word' has the shape (1,)", capsys)
    assert_one_line(tmp_path / "missing.csv", "no such file", capsys)


def assert_one_line(path: Path, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(path), "--speaker", "speaker"]) != 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert message in lines[0]
    assert str(path) in lines[0]


def write_job(folder: Path, tokens: pd.DataFrame, embeddings: pd.DataFrame | None = None) -> list[str]:
    """A finished training job whose test embeddings are given; returns the arguments of `awe score`."""
    job = folder / "training" / "only" / "seed-1"
    for split in ("valid", "test"):
        ids = tokens.loc[tokens["split"] == split, "token_id"]
        vectors = np.random.default_rng(0).normal(size=(len(ids), 4)).astype("float32")
        own = pd.DataFrame({"token_id": ids.to_numpy(), "embedding": list(vectors)})
        write_table(
            own if embeddings is None or split == "valid" else embeddings, "embeddings", job / f"{split}.parquet"
        )
    write_table(tokens, "tokens", folder / "tokens.parquet")
    write_selection({"chosen": "only"}, folder / "selection.json")
    return ["score", "--language", "por", "--setting", "form", "--seed", "1", "--tokens", str(folder / "tokens.parquet"),
            "--selection", str(folder / "selection.json"), "--training-folder", str(folder / "training"),
            "--options", '{"bootstrap_samples": 100}',
            "--output", str(folder / "scores.parquet"), "--queries-output", str(folder / "queries.parquet"),
            "--left-out-output", str(folder / "left_out.parquet")]  # fmt: skip


def test_score_names_what_is_wrong_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tokens = make_tokens(80)
    assert main(write_job(tmp_path / "right", tokens)) == 0
    # one speaker only: what needs two speakers is left out, the rest is scored
    assert main(write_job(tmp_path / "one", tokens.assign(speaker_id="s"))) == 0
    assert set(read_table("scores", tmp_path / "one" / "scores.parquet")["definition"]) >= {"per_query", "pooled"}
    ids = tokens.loc[tokens["split"] == "test", "token_id"].to_numpy()

    def table(vectors: list[list[float]], ids: list[str]) -> pd.DataFrame:
        return pd.DataFrame({"token_id": ids, "embedding": [np.array(vector, "float32") for vector in vectors]})

    cases: list[tuple[pd.DataFrame, pd.DataFrame | None, str]] = [
        (tokens, table([[np.nan, 1.0]] * 40, list(ids)), "test.parquet: row t1 holds NaN"),
        (tokens, table([[1.0]] * 39 + [[1.0, 2.0]], list(ids)), "test.parquet: embeddings must all have one width"),
        (tokens, table([[1.0]] * 40, [*ids[:39], "x"]), "test.parquet: 1 tokens have no embedding"),
        (
            tokens.assign(word=tokens["token_id"]),
            None,
            "tokens.parquet, split valid: no queries: no word has two tokens",
        ),
    ]
    capsys.readouterr()
    for number, (own, embeddings, message) in enumerate(cases):
        assert main(write_job(tmp_path / str(number), own, embeddings)) != 0
        lines = capsys.readouterr().err.splitlines()
        assert message in lines[-1]
        assert not [line for line in lines if "Traceback" in line]
        assert not (tmp_path / str(number) / "scores.parquet").exists()


def slow_dtw(one: np.ndarray, other: np.ndarray) -> float:
    cost = np.array([[1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b) for b in other] for a in one])
    best = np.full((len(one) + 1, len(other) + 1), np.inf)
    best[0, 0] = 0
    for i in range(len(one)):
        for j in range(len(other)):
            best[i + 1, j + 1] = cost[i, j] + min(best[i, j], best[i, j + 1], best[i + 1, j])
    return float(best[-1, -1]) / (len(one) + len(other))


def test_dtw_equals_the_textbook() -> None:
    random = np.random.default_rng(0)
    segments = [random.normal(size=(int(random.integers(1, 9)), 3)).astype("float32") for _ in range(6)]
    distances = dtw_distances(segments[:2], segments)
    expected = [[slow_dtw(one, other) for other in segments] for one in segments[:2]]
    assert np.allclose(distances, expected, atol=1e-6)


def test_dtw_queries_rank_all_tokens() -> None:
    random = np.random.default_rng(0)
    labels = np.array([0, 0, 0, 1, 1, 2])
    shapes = random.normal(size=(3, 8, 3))
    segments = [
        np.repeat(shapes[label], repeats, axis=0) for label, repeats in zip(labels, (1, 2, 3, 1, 2, 1), strict=True)
    ]
    everything = np.arange(6)
    compared = compare_queries(segments, labels, count=4, seed=1)
    result = compared.score(everything)
    assert result.value == pytest.approx(1.0)
    assert len(result.precisions) == 4
    assert 5 not in result.first
    compared = compare_queries(segments, labels, count=99, seed=1)
    assert compared.score(everything).first.tolist() == [0, 1, 2, 3, 4]
    some = np.array([0, 2, 3, 5])
    alone = compare_queries([segments[row] for row in some], labels[some], count=99, seed=1)
    assert compared.score(some).first.tolist() == alone.score(np.arange(4)).first.tolist() == [0, 1]
    assert compared.score(some).value == pytest.approx(alone.score(np.arange(4)).value)
    without = compared.values_without_speakers(np.array([0, 0, 0, 1, 1, 1]), seed=1)
    assert [*without[0], *without[1]] == ["per_query", "per_query"]
    with pytest.raises(NoQueriesError):
        compared.score(np.array([0, 3, 5]))
    with pytest.raises(NoQueriesError):
        compared.score(np.array([5]))
    with pytest.raises(NoQueriesError):
        compare_queries(segments, np.arange(6), count=4, seed=1)
