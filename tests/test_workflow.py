"""The whole workflow on a tiny corpus: everything is made, counted, reported, and not made twice."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import yaml

from awe.tables import read_table
from chain import ROOT, planned_rules, snakemake_command
from chain import snakemake as run_snakemake

TINY = ROOT / "tests" / "experiments" / "tiny.yaml"
RESULT = Path("results") / "tiny"


def snakemake(folder: Path, *arguments: str | Path, config: Path = TINY) -> subprocess.CompletedProcess[str]:
    """Run the workflow on the tiny experiment unless told otherwise."""
    return run_snakemake(folder, *arguments, config=config)


def planned(folder: Path, *arguments: str | Path, config: Path = TINY) -> set[str]:
    """Names of the rules that a dry run would run."""
    return planned_rules(folder, *arguments, config=config)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny run")  # with a space, as users' folders have
    done = snakemake(folder)
    assert done.returncode == 0, done.stderr[-5000:]
    assert "Start reading at results/tiny/report/overview.html" in done.stdout + done.stderr
    assert "another configuration" not in done.stdout
    return folder


def changed_config(folder: Path, **changes: object) -> Path:
    """A copy of the tiny experiment with other values."""
    config = yaml.safe_load(TINY.read_text(encoding="utf-8")) | changes
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")  # languages keep their order
    return path


def test_every_product_is_there(finished: Path) -> None:
    report = finished / RESULT / "report"
    for figure in ("learning_curves", "test_map", "tsne"):
        for suffix in ("pdf", "svg", "png", "csv"):
            assert (report / f"{figure}.{suffix}").stat().st_size > 0
    for table in ("table1", "funnel", "scores", "claims", "answers", "aligner_errors"):
        for suffix in ("csv", "md", "tex", "html"):
            assert (report / f"{table}.{suffix}").stat().st_size > 0
    assert "Portuguese" in (report / "summary.md").read_text(encoding="utf-8")
    assert "Portuguese" in (report / "alignment_quality.html").read_text(encoding="utf-8")
    scores = pd.read_csv(report / "scores.csv")
    assert {"form_meaning", "contrastive"} <= set(scores["setting"])


def test_every_column_of_the_report_is_explained(finished: Path) -> None:
    rows = {}
    for line in (ROOT / "docs" / "report.md").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| `(\w+)`", line):
            rows[match[1]] = set(re.findall(r"`(\w+)`", line))
    tables = sorted((finished / RESULT / "report").glob("*.csv"))
    assert tables
    for table in tables:
        unexplained = set(pd.read_csv(table).columns) - rows.get(table.stem, set())
        assert not unexplained, (table.stem, unexplained)


@pytest.mark.parametrize("language", ["por", "pol"])
def test_nothing_is_lost_on_the_way(finished: Path, language: str) -> None:
    folder = finished / RESULT / language
    utterances = read_table("utterances", folder / "corpus" / "utterances.parquet")
    aligned = read_table("alignment", folder / "alignment" / "alignment.parquet")
    unaligned = read_table("rejects", folder / "alignment" / "rejects.parquet")
    assert set(aligned["utterance_id"]) | set(unaligned["item_id"]) == set(utterances["utterance_id"])
    tokens = read_table("tokens", folder / "tokens" / "tokens.parquet")
    dropped = read_table("rejects", folder / "tokens" / "rejects.parquet")
    assert len(tokens) + len(dropped) == len(aligned)
    assert tokens.groupby("speaker_id")["split"].nunique().max() == 1
    shards = [read_table("features", path) for path in sorted((folder / "features").glob("*.parquet"))]
    assert sorted(pd.concat(shards)["token_id"]) == sorted(tokens["token_id"])
    for split in ("valid", "test"):
        job = folder / "training" / "form_meaning" / "only" / "seed-2"
        embeddings = read_table("embeddings", job / f"{split}.parquet")
        assert set(embeddings["token_id"]) == set(tokens.loc[tokens["split"] == split, "token_id"])


def test_provenance_names_what_the_results_rest_on(finished: Path) -> None:
    record = json.loads((finished / RESULT / "provenance.json").read_text(encoding="utf-8"))
    assert record["config"]["seeds"] == [1, 2]
    assert record["packages"]["torch"].startswith("2.")
    assert record["tools"]["por/lexicon"]["espeak-ng"].startswith("1.")
    assert "por/tokens/tokens.parquet" in record["files"]
    for name in ("model.safetensors", "trained_words.parquet"):
        assert f"pol/training/contrastive/margin-0.2/seed-1/{name}" in record["files"]


def test_second_run_has_nothing_to_do(finished: Path) -> None:
    done = snakemake(finished)
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout + done.stderr


def test_only_what_a_change_touches_runs_again(finished: Path, tmp_path: Path) -> None:
    comment = tmp_path / "comment.yaml"
    comment.write_text("# a comment\n" + TINY.read_text(encoding="utf-8"), encoding="utf-8")
    assert planned(finished, config=comment) == set()
    assert planned(finished, config=changed_config(tmp_path, data_root="./data/")) == set()
    three = changed_config(tmp_path, seeds=[1, 2, 3])
    plan = snakemake(finished, "--dry-run", config=three).stdout
    assert set(re.findall(r"rule train:\n(?:    .+\n)*?    wildcards: .*seed=(\d+)", plan)) == {"3"}
    more_seeds = planned(finished, config=three)
    assert "train" in more_seeds
    assert not {"synthesise", "corpus", "lexicon", "align", "tokens", "features", "vectors"} & more_seeds
    features = planned(finished, config=changed_config(tmp_path, features={"shards": 2, "kind": "fbank"}))
    assert {"features", "train"} <= features
    assert not {"synthesise", "corpus", "lexicon", "align", "tokens", "vectors"} & features


def test_a_second_folder_gets_the_same_numbers(finished: Path, tmp_path: Path) -> None:
    targets = [RESULT / "pol" / "evaluation" / "form_meaning" / "seed-1" / "scores.parquet"]
    done = snakemake(tmp_path, *targets)
    assert done.returncode == 0, done.stderr[-5000:]
    for name in ("corpus/utterances", "alignment/alignment", "tokens/tokens", "semantics/vectors"):
        assert (tmp_path / RESULT / "pol" / f"{name}.parquet").read_bytes() == (
            finished / RESULT / "pol" / f"{name}.parquet"
        ).read_bytes()
    assert (tmp_path / targets[0]).read_bytes() == (finished / targets[0]).read_bytes()


def test_figures_are_drawn_anew_from_stored_scores_without_training(finished: Path, tmp_path: Path) -> None:
    drawn = planned(finished, "--forcerun", "figure_test_map", "--", "figures")
    assert drawn == {"figure_test_map", "figures"}
    changed = changed_config(tmp_path, figures={"test_map": {"definition": "pooled"}, "strata": {}})
    assert planned(finished, "figures", config=changed) == {"figure_test_map", "figure_strata", "figures"}


def test_report_has_captions_and_figures(finished: Path) -> None:
    done = snakemake(finished, "--report", "report.zip")
    assert done.returncode == 0, done.stderr[-5000:]
    with zipfile.ZipFile(finished / "report.zip") as archive:
        names = archive.namelist()
        for page in (
            "overview.html",
            "explorer.html",
            "test_map.png",
            "funnel.html",
            "answers.html",
            "provenance.json",
        ):
            assert any(name.endswith(page) for name in names), page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tokns": {}}, "config.tokns: unknown key"),
        ({"alignment": {"aligner": "nobody"}}, "'nobody' is unknown; choose one of"),
    ],
)
def test_config_errors_stop_before_anything_runs(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    done = snakemake(tmp_path, config=changed_config(tmp_path, **changes))
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()


def test_the_environment_need_not_be_activated(tmp_path: Path) -> None:
    command = snakemake_command(tmp_path, "--cores", "2", RESULT / "por" / "corpus" / "utterances.parquet", config=TINY)
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, env=bare)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / RESULT / "por" / "corpus" / "utterances.parquet").exists()
    assert "Start reading" not in done.stdout + done.stderr  # there is no report


@pytest.mark.parametrize(
    ("section", "options", "remedy"),
    [
        ("lexicon", {"dictionary": "own.tsv"}, "por.lexicon.dictionary: speech/own.tsv is missing; put it there, or"),
        (
            "semantics",
            {"source": "pretrained", "options": {"path": "v/cc.pt.300.bin"}},
            "por.semantics.options.path: speech/v/cc.pt.300.bin is missing; fetch it from https://fasttext.cc/",
        ),
        ("tokens", {"speakers": {"test": "own.tsv"}}, "por.tokens.speakers.test: speech/own.tsv is missing; put it"),
        ("lemmas", {"source": "table", "options": {"path": "own.tsv"}}, "por.lemmas.options.path: speech/own.tsv is"),
    ],
)
def test_a_missing_file_is_named_with_its_key_where_it_is_needed(
    tmp_path: Path, section: str, options: dict[str, object], remedy: str
) -> None:
    languages = yaml.safe_load(TINY.read_text(encoding="utf-8"))["languages"]
    languages["por"][section] = languages["por"].get(section, {}) | options
    config = changed_config(tmp_path, languages=languages, data_root="./speech/")
    done = snakemake(tmp_path, "--dry-run", config=config)
    assert done.returncode != 0
    said = done.stdout + done.stderr  # a dry run may say it on either
    assert [line for line in said.splitlines() if line.startswith(f"config.languages.{remedy}")]
    assert "Traceback" not in said
    planned(tmp_path, RESULT / "por" / "corpus" / "utterances.parquet", config=config)  # needs none of them
    path = tmp_path / "speech" / ("v/cc.pt.300.bin" if section == "semantics" else "own.tsv")
    path.parent.mkdir(parents=True)
    path.touch()
    planned(tmp_path, config=config)


def test_lint_is_clean() -> None:
    command = [sys.executable, "-m", "snakemake", "--lint", "--snakefile", ROOT / "Snakefile"]
    done = subprocess.run(
        [*map(str, command), "--configfile", str(TINY)], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
