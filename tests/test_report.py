"""Report tables and figures, from a results folder made of random clusters."""

import json
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from PIL import Image

from awe.cli import main
from awe.evaluation.edit_distance import edit_distance
from awe.evaluation.selection import is_tied
from awe.metrics.same_different import per_query_average_precision
from awe.plugins import names
from awe.report import answers, claims, scores, summary
from awe.report.labels import place_labels
from awe.report.options import ClaimOptions
from awe.report.overview import overview_page
from awe.report.page import Html, read_file, table
from awe.report.plan import Plan
from awe.report.results import Results
from awe.report.style import label, spread
from awe.report.tables import confusions, findings, funnel, table1
from awe.report.tabular import latex, markdown, write_all
from awe.report.words import choose_words
from awe.tables import table_from
from fake_results import PLAN, make_results


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("results"), extra_words=12, tokens_each=3)


@pytest.fixture
def results(folder: Path) -> Results:
    return Results(folder, PLAN)


def draw(folder: Path, figure: str, stem: Path, plan: Plan = PLAN, options: str = "{}") -> int:
    return main(
        ["figure", "--figure", figure, "--options", options, "--results", str(folder),
         "--plan", plan.model_dump_json(), "--output-stem", str(stem)]
    )  # fmt: skip


@pytest.mark.parametrize("figure", names("report.figures"))
def test_every_figure_is_drawn_with_its_numbers_and_the_same_every_time(
    figure: str, folder: Path, tmp_path: Path
) -> None:
    for run in ("first", "second"):
        assert draw(folder, figure, tmp_path / run / figure) == 0
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == [f"{figure}.{suffix}" for suffix in ("csv", "pdf", "png", "svg")]
    for name in files:
        content = (tmp_path / "first" / name).read_bytes()
        assert content == (tmp_path / "second" / name).read_bytes(), name
        assert len(content) > 500
    assert set(pd.read_csv(tmp_path / "first" / f"{figure}.csv")["language"]) == set(PLAN.languages)
    pdf = (tmp_path / "first" / f"{figure}.pdf").read_bytes()
    assert b"/FontFile2" in pdf  # fonts are embedded, as TrueType
    assert b"/Type3" not in pdf
    with Image.open(tmp_path / "first" / f"{figure}.png") as picture:
        assert np.asarray(picture.convert("L")).std() > 5  # not blank


@pytest.mark.parametrize("figure", names("report.figures"))
def test_every_figure_is_drawn_for_one_language_one_seed_and_two_settings(
    figure: str, folder: Path, tmp_path: Path
) -> None:
    plan = PLAN.model_copy(
        update={"languages": {"pol": "Polish"}, "settings": ["form_meaning", "contrastive"], "seeds": [2]}
    )
    assert draw(folder, figure, tmp_path / figure, plan) == 0


@pytest.mark.parametrize("options", ['{"definition": "per_word"}', '{"baseline": "dtw"}'])
def test_scores_that_are_not_there_are_an_error_of_one_line(
    options: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(folder, "test_map", tmp_path / "map", options=options) == 2
    error = capsys.readouterr().err
    assert "has no score of the definition" in error
    assert error.count("\n") == 1


def test_learning_curves_show_the_chosen_candidate(folder: Path, results: Results, tmp_path: Path) -> None:
    assert draw(folder, "learning_curves", tmp_path / "curves") == 0
    curves = pd.read_csv(tmp_path / "curves.csv")
    point = curves.query("language == 'deu' and setting == 'contrastive' and epoch == 7").to_dict("records")[0]
    values = [
        float(results.history("deu", "contrastive", seed, "margin-0.4").query("epoch == 7")["validation_map"].iloc[0])
        for seed in PLAN.seeds
    ]
    assert point["candidate"] == "margin-0.4"
    expected = [float(np.mean(values)), min(values), max(values)]
    assert [point["mean"], point["low"], point["high"]] == pytest.approx(expected, rel=1e-5)


def test_table1_by_hand() -> None:
    rows = [
        {"token_id": str(number), "utterance_id": "u", "speaker_id": speaker, "word": word, "phones": ["a"],
         "start_s": 1.0, "end_s": 1.0 + duration, "split": split}
        for number, (word, speaker, split, duration) in enumerate(
            [("ja", "a", "train", 0.2), ("ja", "b", "train", 0.4), ("nie", "c", "valid", 0.6), ("ja", "d", "test", 0.8)]
        )
    ]  # fmt: skip
    statistics = table1.word_statistics({"pol": table_from("tokens", rows)})
    row = statistics.iloc[0]
    assert row[["train", "valid", "test", "types", "speakers_train"]].tolist() == [2, 1, 1, 2, 2]
    assert row["type_token_ratio"] == 0.5
    assert row["duration_mean_s"] == pytest.approx(0.5)
    assert row["duration_sd_s"] == pytest.approx(np.std([0.2, 0.4, 0.6, 0.8], ddof=1))
    shown = table1.readable(statistics, {"pol": "Polish"})
    assert shown.iloc[0].tolist() == ["Polish", "2", "1", "1", "0.50 ± 0.26", "0.500"]


def test_funnel_counts_every_reject_once(results: Results) -> None:
    counts = funnel.collect(results, funnel.Options())
    rejected = counts[(counts["language"] == "pol") & (counts["outcome"] == "rejected")]
    assert dict(zip(rejected["reason"], rejected["count"], strict=True)) == {
        "audio_empty": 1, "transcript_missing": 1, "alignment_failed": 1, "vector_missing": 1, "too_few_phones": 40,
    }  # fmt: skip
    accepted = counts[(counts["language"] == "pol") & (counts["outcome"] == "accepted")].set_index("stage")["count"]
    assert accepted["tokens"] == len(results.tokens("pol"))
    assert len(funnel.readable(counts, PLAN.languages)) == 5 * len(PLAN.languages)


def test_scores_are_means_over_seeds(results: Results) -> None:
    collected = scores.collect(results)
    single = results.scores("por")
    single = single[(single["split"] == "test") & (single["setting"] == "form") & (single["ci_over"] == "words")]
    values = single.loc[single["definition"] == "pooled", "value"]
    row = collected.query("language == 'por' and setting == 'form' and definition == 'pooled'").iloc[0]
    assert len(values) == row["seeds"] == 2
    assert [row["mean"], row["sd"]] == pytest.approx([values.mean(), values.std()])


def test_claims_compare_the_same_queries(results: Results, tmp_path: Path) -> None:
    compared = claims.compare_settings(results, ClaimOptions(samples=1000))
    assert len(compared) == 9
    write_all(compared, claims.readable(compared, PLAN.languages), tmp_path / "claims")
    again = claims.read_comparisons(tmp_path / "claims.csv")
    assert_frame_equal(again, compared, rtol=1e-5, check_dtype=False)
    collected = scores.collect(results).set_index(["language", "setting", "definition"])["mean"]
    for row in compared.to_dict("records"):
        assert row["map"] == pytest.approx(collected.loc[(row["language"], row["setting"], "per_query")])
        assert row["difference"] == pytest.approx(row["reference_map"] - row["map"])
    assert (compared["difference"] > 0).all()
    assert (compared["p_corrected"] >= compared["p_value"]).all()
    answered = answers.answers(compared, PLAN.languages)
    assert [answer.partition(":")[0] for answer in answered["answer"]] == ["Portuguese", "German", "Polish"]
    assert "the paper reports +5.06 %" in answered["answer"][2]
    assert all(f" {name} (" in answered["answer"][0] for name in ("contrastive", "form", "meaning"))
    gains = compared[compared["setting"] == "contrastive"]["relative_gain"]
    assert answered["relative_gain"].tolist() == gains.tolist()
    assert answers.readable(answered, PLAN.languages)["in the paper"].tolist() == ["-", "-", "+5.06 %"]
    assert (compared["speakers_low"] < compared["difference"]).all()
    assert (compared["difference"] < compared["speakers_high"]).all()
    turned = claims.compare_settings(results, ClaimOptions(samples=1000, reference="meaning"))
    assert (turned["difference"] < 0).all()
    assert "loses to" in answers.answers(turned, PLAN.languages)["answer"][0]
    assert set(compared["chance"]) == {"words and seeds"}
    one_seed = Results(results.folder, PLAN.model_copy(update={"seeds": [1]}))
    of_one = claims.compare_settings(one_seed, ClaimOptions(samples=1000))
    assert set(of_one["chance"]) == {"words"}
    assert "scores above contrastive" in answers.answers(of_one, PLAN.languages)["answer"][0]
    assert "one seed, another one may differ" in answers.answers(of_one, PLAN.languages)["answer"][0]


def test_what_a_small_or_lost_experiment_cannot_say_is_said(results: Results) -> None:
    collected = scores.collect(results)
    assert scores.untrained_ahead(collected, PLAN.settings, PLAN.languages) == []
    lost = collected.assign(mean=collected["mean"].where(collected["setting"].isin(PLAN.settings), 0.99))
    [por, *_] = scores.untrained_ahead(lost, PLAN.settings, PLAN.languages)
    assert por.startswith("Portuguese: ")
    assert "(0.990) score above every trained setting (the best is form + meaning" in por
    nothing = collected.assign(speakers_low=0.0, speakers_high=1.0, n=8)
    rows = scores.readable(nothing, PLAN.languages)
    assert set(rows["over speakers"]) == {"-"}
    assert set(rows["queries"]) == {"8"}
    assert is_tied({"candidates": [{"mean_validation_map": 0.7}, {"mean_validation_map": 0.7}]})
    assert not is_tied({"candidates": [{"mean_validation_map": 0.7}]})
    fewer = Results(results.folder, PLAN)
    fewer.scores = lambda language: results.scores(language).assign(n=8)  # type: ignore[method-assign]
    fewer.selection = lambda *_: {"candidates": [{"mean_validation_map": 0.7}] * 2}  # type: ignore[method-assign]
    said = summary.limits(fewer, table1.collect(fewer, table1.Options()))
    assert "Only 8 test queries in the smallest language: any order of the settings may be chance." in said
    assert sum("score the same on the validation set" in sentence for sentence in said) == 12


def test_speakers_bound_a_difference_by_scores_without_them(results: Results) -> None:
    """Against the ranking done anew without each speaker, seed by seed."""
    tokens = results.tokens("pol").query("split == 'test'")
    without: dict[str, list[float]] = {}
    for setting in ("form_meaning", "form"):
        for speaker in sorted(set(tokens["speaker_id"])):
            kept = tokens[tokens["speaker_id"] != speaker]
            scored = []
            for seed in PLAN.seeds:
                embeddings = results.embeddings("pol", setting, seed, "test").set_index("token_id")["embedding"]
                stacked = np.stack(embeddings.loc[kept["token_id"]].tolist())
                scored.append(per_query_average_precision(stacked, pd.factorize(kept["word"])[0]))
            without.setdefault(setting, []).append(float(np.mean(scored)))
    differences = np.subtract(without["form_meaning"], without["form"])
    count = len(differences)
    error = np.sqrt((count - 1) ** 2 / count * np.var(differences, ddof=1))
    compared = claims.compare_settings(results, ClaimOptions(samples=1000))
    [row] = compared.query("language == 'pol' and setting == 'form'").to_dict("records")
    reach = 2.776 * error  # of five speakers: t with four degrees of freedom
    expected = [row["difference"] - reach, row["difference"] + reach]
    assert [row["speakers_low"], row["speakers_high"]] == pytest.approx(expected, abs=1e-4)


def test_controls_of_the_meaning_are_compared_like_other_settings(tmp_path: Path) -> None:
    settings = ["form_meaning", "contrastive", "meaning_shuffled", "form_onehot"]
    plan = PLAN.model_copy(update={"languages": {"por": "Portuguese"}, "settings": settings, "seeds": [1]})
    folder = make_results(tmp_path / "results", extra_words=2, tokens_each=2, plan=plan)
    arguments = ["--results", str(folder), "--plan", plan.model_dump_json(), "--options", '{"samples": 1000}']
    assert main(["summary", *arguments, "--output-folder", str(tmp_path)]) == 0
    compared = claims.read_comparisons(tmp_path / "claims.csv")
    assert compared["setting"].tolist() == settings[1:]
    assert compared["p_corrected"].between(0, 1).all()
    assert compared["speakers_low"].lt(compared["speakers_high"]).all()
    answer = pd.read_csv(tmp_path / "answers.csv")["answer"][0]
    for control in ("meaning, shuffled", "form, onehot"):
        assert f" {control} (" in answer
        assert f"| {control} |" in (tmp_path / "claims.md").read_text(encoding="utf-8")


def first_20(counts: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], " → ".join(item[0])))[:20]


def test_confusions_are_the_most_frequent_of_all_seeds_together(results: Results) -> None:
    """Against the definition, token by token from the embeddings of every seed."""
    tokens = results.tokens("deu")
    words = dict(zip(tokens["token_id"].astype(str), tokens["word"].astype(str), strict=True))
    counted: Counter[tuple[str, str]] = Counter()
    cut: Counter[tuple[str, str]] = Counter()
    for seed in PLAN.seeds:
        embeddings = results.embeddings("deu", "meaning", seed, "test").to_dict("records")
        unit = {str(row["token_id"]): row["embedding"] / np.linalg.norm(row["embedding"]) for row in embeddings}
        of_word = Counter(words[token] for token in unit)
        of_seed: Counter[tuple[str, str]] = Counter()
        for token, vector in unit.items():
            nearest = max((other for other in unit if other != token), key=lambda other: float(vector @ unit[other]))
            if of_word[words[token]] > 1 and words[nearest] != words[token]:
                of_seed[words[token], words[nearest]] += 1
        counted += of_seed
        cut += Counter(dict(first_20(of_seed)))
    expected = first_20(counted)
    assert first_20(cut) != expected  # the sums of each seed's first 20 are other ones
    collected = confusions.collect(results, confusions.Options())
    group = collected[(collected["language"] == "deu") & (collected["setting"] == "meaning")]
    assert [((row.word, row.taken_for), row.tokens) for row in group.itertuples()] == expected
    first = group.iloc[0]
    # its phones are its letters
    assert first["phone_edit_distance"] == edit_distance(first["word"], first["taken_for"])
    assert list(collected["language"].unique()) == list(PLAN.languages)
    assert confusions.collect(results, confusions.Options(listed=0)).empty
    shown = confusions.readable(collected, PLAN.languages)
    assert shown.groupby(["Language", "setting"]).size().max() <= confusions.LISTED
    assert not findings.collect(results, findings.Options())["group"].str.contains("→").any()


def test_tables_and_summary_are_written(folder: Path, tmp_path: Path) -> None:
    common = ["--results", str(folder), "--plan", PLAN.model_dump_json()]
    figures = ["--figure", "test_map", '{"error_bars": "speakers"}', "--figure", "tsne", "{}"]
    for name in names("report.tables"):
        assert main(["table", "--table", name, *common, "--output-stem", str(tmp_path / name)]) == 0
    options = json.dumps({"samples": 1000})
    note = "Scores of synthetic speech."
    arguments = ["--options", options, "--note", note, *figures, "--output-folder", str(tmp_path)]
    assert main(["summary", *common, *arguments]) == 0
    written = {
        f"{name}.{suffix}"
        for name in (*names("report.tables"), "scores", "claims", "answers")
        for suffix in ("csv", "md", "tex", "html")
    }
    assert {path.name for path in tmp_path.iterdir()} == written | {"summary.md"}
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    for expected in ("# Experiment fake", "Polish: form + meaning", "| Portuguese | contrastive (margin-0.4) |", "TTR",
                     "too few phones 40", "11.5 ms", "- Scores of synthetic speech.", "Only 5 test speakers",
                     "- Figure 3: word discrimination on the test set (`test_map.png`). Mean average precision",
                     "jackknife intervals over the speakers"):  # fmt: skip
        assert expected in summary
    assert len(summary.splitlines()) < 90


@pytest.mark.parametrize(("speakers", "said"), [(1, "Only one test speaker in"), (9, "Only 9 test speakers"), (10, "")])
def test_the_summary_warns_of_few_test_speakers(results: Results, speakers: int, said: str) -> None:
    statistics = pd.DataFrame({"speakers_test": [12, speakers]})
    found = [sentence for sentence in summary.limits(results, statistics) if "test speaker" in sentence]
    assert [sentence.startswith(said) for sentence in found] == [True] * bool(said)


def test_overview_is_one_page_with_everything_on_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "results"
    shutil.copytree(folder, copy)
    record = {"commit": "abc", "packages": {"torch": "2.x"}, "machine": {"cores": 2}, "files": {"a": "0"},
              "config": {"seeds": [1, 2]}}  # fmt: skip
    (copy / "provenance.json").write_text(json.dumps(record), encoding="utf-8")
    assert draw(folder, "test_map", tmp_path / "test_map") == 0
    hostile = PLAN.model_copy(update={"languages": {**PLAN.languages, "pol": "<script>alert(1)</script>"}})
    common = ["--results", str(copy), "--plan", hostile.model_dump_json(), "--note", "A note & more."]
    assert main(["summary", *common, "--options", '{"samples": 1000}', "--output-folder", str(tmp_path)]) == 0
    arguments = ["overview", *common, "--claims", str(tmp_path / "claims.csv")]
    drawn = ["--figure", "test_map", '{"baseline": null}', "--pictures", str(tmp_path / "test_map.png")]
    assert main([*arguments, *drawn, "--output", str(tmp_path / "overview.html")]) == 0
    page = (tmp_path / "overview.html").read_text(encoding="utf-8")
    for expected in ("The paper&#x27;s claim", "+5.06 %", "data:image/png;base64,", "too few phones 40", "11.5 ms",
                     "commit abc", "A note &amp; more.", "down-sampled features", "Table 1", "torch 2.x",
                     "Bars are means over 2 seeds, error bars reach one standard deviation"):  # fmt: skip
        assert expected in page, expected
    assert "dotted line" not in page
    assert "<script" not in page
    assert read_file("page.css") in page
    assert "http:" not in page
    assert "https:" not in page
    other = [*arguments, "--output", str(tmp_path / "other.html")]
    (tmp_path / "claims.csv").write_text("language,setting\n", encoding="utf-8")
    assert main(other) != 0
    assert "claims.csv: cannot be read" in capsys.readouterr().err
    (copy / "provenance.json").unlink()
    assert main(other) != 0


def test_labels_of_controls_read_like_words() -> None:
    assert label("form_meaning_shuffled") == "form + meaning, shuffled"
    assert label("meaning_random") == "meaning, random"
    assert label("my_own") == "my own"


def test_an_experiment_without_the_contrastive_baseline_has_a_summary(folder: Path, tmp_path: Path) -> None:
    plan = PLAN.model_copy(update={"settings": ["form"], "seeds": [1]})
    arguments = [
        "summary",
        "--results",
        str(folder),
        "--plan",
        plan.model_dump_json(),
        "--output-folder",
        str(tmp_path),
    ]
    assert main(arguments) == 0
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "does not compare" in summary
    assert "One seed" in summary
    assert (tmp_path / "claims.md").read_text(encoding="utf-8").startswith("| Language | setting |")
    nothing = {"form meaning": "not among the settings (form, meaning).", "form_meaning": "the only setting."}
    for names_of_settings, said in nothing.items():
        plan = PLAN.model_copy(update={"settings": names_of_settings.split(), "seeds": [1]})
        compared = claims.read_comparisons(tmp_path / "claims.csv")
        page = overview_page(Results(folder, plan), compared, "form_meaning", [], {}, {})
        assert "There is nothing to compare: form + meaning is " + said in page


def test_missing_results_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw(tmp_path, "test_map", tmp_path / "x") == 2
    assert draw(tmp_path, "no_such_figure", tmp_path / "x") == 2
    arguments = ["table", "--table", "no_such_table", "--results", str(tmp_path), "--output-stem", "x"]
    assert main([*arguments, "--plan", PLAN.model_dump_json()]) == 2
    arguments = ["figure", "--figure", "tsne", "--results", str(tmp_path), "--output-stem", "x"]
    assert main([*arguments, "--plan", '{"experiment": "x", "colour": 1}']) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert "scores.parquet: table scores is missing" in lines[0]
    assert "choose one of learning_curves," in lines[1]
    assert "choose one of aligner_errors, confusions," in lines[2]
    assert "--plan: languages: missing" in lines[3].replace("--plan.languages", "--plan: languages")


def test_words_of_a_map_follow_the_rule() -> None:
    words = {"tysięcy": 5, "tysiące": 6, "procent": 9, "polski": 3, "polska": 3, "rzadki": 20}
    rows = [
        {"token_id": f"{word}{number}", "word": word, "speaker_id": "s0" if word == "rzadki" else f"s{number % 3}"}
        for word, count in words.items()
        for number in range(count)
    ]
    tokens = pd.DataFrame(rows)
    none = pd.Series([], dtype="str")
    # rzadki is the most frequent but only one speaker says it
    assert choose_words(tokens, none, words=4, pairs=1, min_speakers=3) == ["polska", "polski", "procent", "tysiące"]
    assert choose_words(tokens, none, words=2, pairs=0, min_speakers=3) == ["procent", "tysiące"]
    assert choose_words(tokens, none, words=6, pairs=2, min_speakers=3)[:4] == [
        "polska",
        "polski",
        "tysiące",
        "tysięcy",
    ]
    assert set(choose_words(tokens, none, words=6, pairs=2, min_speakers=3)) == set(words)
    # known lemmas go before looks: these two have one, polska and polski are told to have two
    lemmas = pd.Series({"polska": "polska", "polski": "polski", "tysięcy": "tysiąc", "tysiące": "tysiąc"})
    assert choose_words(tokens, lemmas, words=4, pairs=2, min_speakers=3)[:2] == ["tysiące", "tysięcy"]
    assert choose_words(tokens, lemmas, words=4, pairs=2, min_speakers=3)[2:] == ["procent", "polska"]


def test_labels_keep_apart_inside_the_panel() -> None:
    random = np.random.default_rng(0)
    clusters = [random.normal((100 + 8 * (number % 3), 80 + 8 * (number // 3)), 3, size=(20, 2)) for number in range(9)]
    sizes = np.tile([30.0, 8.0], (9, 1))
    centres = place_labels(clusters, sizes, 240, 190)
    assert (centres >= sizes / 2).all()
    assert (centres <= np.array([240, 190]) - sizes / 2).all()
    for one in range(9):
        for other in range(one):
            assert (np.abs(centres[one] - centres[other]) >= sizes[0] - 1e-9).any()


def test_line_labels_are_spread_in_order() -> None:
    placed = spread([0.5, 0.52, 0.1, 0.51], 0.1, 0.0, 1.0)
    assert np.diff(np.sort(placed)).min() >= 0.0999
    assert np.argsort(placed).tolist() == [2, 0, 3, 1]


def test_tables_escape_their_cells() -> None:
    frame = pd.DataFrame({"a_b": ["50 % & {x}"], "µ ± σ": ["p|q"]})
    assert latex(frame).splitlines()[2:5] == [
        r"a\_b & $\mu$ $\pm$ $\sigma$ \\",
        r"\midrule",
        r"50 \% \& \{x\} & p|q \\",
    ]
    frame = pd.DataFrame({"a": ["x", "y"], "b": ["1 %", "-"], "c": ["-0.5 [-1, 0]", ".3"], "d": ["1", "many"]})
    assert markdown(frame).splitlines()[1] == "| --- | ---: | ---: | --- |"
    assert r"{lrrl}" in latex(frame)


class Cells(HTMLParser):
    """Texts of a table's cells, as a browser would show them; any other element is an error."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        assert tag in {"div", "table", "thead", "tbody", "tr", "th", "td"}
        if tag in {"th", "td"}:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self.found and data.strip("\n"):
            self.found[-1] += data


cells = st.text("a<>&;\"'/=1-", max_size=12)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=3))
def test_html_tables_show_every_text_as_it_is(rows: list[tuple[str, str]]) -> None:
    assert Cells(table(rows[0], rows[1:])).found == [cell for row in rows for cell in row]
    assert "<td><b>x</b></td>" in table(["a"], [[Html("<b>x</b>")]])


def test_markdown_escapes_its_cells() -> None:
    frame = pd.DataFrame({"a_b": ["50 % & {x}"], "µ ± σ": ["p|q"]})
    assert markdown(frame).splitlines()[2] == r"| 50 % & {x} | p\|q |"
