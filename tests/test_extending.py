"""The worked examples of docs/extending.md: put into a copy of the package as they stand there, and run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
import yaml

from awe.tables import read_table
from chain import MICRO, RESULT, ROOT, environment

PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
NEW_FILE = re.compile(r"`([\w.]+)` in\s`([\w/]+/)`:\n\n```\w+\n(.*?\n)```", re.DOTALL)
DIFF = re.compile(r"```diff\n(.*?)```", re.DOTALL)
CONFIG = re.compile(r"The configuration:\n\n```yaml\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with all that the page adds."""
    folder = tmp_path_factory.mktemp("copy") / "repository"
    folder.mkdir()
    for name in ("src", "workflow", "config", "envs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("Snakefile", "config.yaml"):
        shutil.copy(ROOT / name, folder)
    files = {Path(place) / name: content for name, place, content in NEW_FILE.findall(PAGE)}
    assert {path.as_posix() for path in files} == {
        "src/awe/corpora/interviews.py",
        "src/awe/alignment/even.py",
        "src/awe/evaluation/analyses/crowding.py",
        "src/awe/report/figures/crowding.py",
        "src/awe/report/tables/best_epochs.py",
        "workflow/report/best_epochs.rst",
    }
    for path, content in files.items():
        assert not (ROOT / path).exists()
        (folder / path).write_text(content, encoding="utf-8")
    for diff in DIFF.findall(PAGE):
        command = ["git", "apply", "--recount", "--unidiff-zero", "-"]
        environment_of_git = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
        done = subprocess.run(command, cwd=folder, input=diff, text=True, capture_output=True, check=False,
                              env=environment_of_git)  # fmt: skip
        assert done.returncode == 0, done.stderr + diff
    return folder


def run(copy: Path, *command: str | Path) -> str:
    """Run a module's command with the package of the copy."""
    # in its folder, which comes first on the path that python looks for modules in
    variables = {**environment(), "PYTHONPATH": str(copy / "src")}
    done = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, env=variables)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout + done.stderr


AWE = "import sys; from awe.cli import main; sys.exit(main(sys.argv[1:]))"


def test_the_corpus_is_read(copy: Path, tmp_path: Path) -> None:
    (config,) = CONFIG.findall(PAGE)
    ((_, language),) = yaml.safe_load(config)["languages"].items()
    folder = tmp_path / language["corpus"]["options"]["folder"]
    folder.mkdir()
    soundfile.write(folder / "anna.flac", np.random.default_rng(1).normal(0, 0.1, 32_000), 16_000)
    (folder / "anna.csv").write_text("0,0.9,Goede morgen\n1,1.5,Dag\nsoon,2,later\n1.5,9,te lang\n", encoding="utf-8")
    tables = {name: tmp_path / f"{name}.parquet" for name in ("utterances", "reference", "rejects")}
    outputs: list[str | Path] = [word for name, path in tables.items() for word in (f"--{name}", path)]
    reader, options = language["corpus"]["reader"], '{"folder": "interviews"}'
    run(copy, "-c", AWE, "corpus", "--reader", reader, "--options", options, "--data-root", tmp_path, *outputs)
    utterances = read_table("utterances", tables["utterances"])
    assert [list(words) for words in utterances["words"]] == [["goede", "morgen"], ["dag"]]
    assert set(utterances["speaker_id"]) == {"anna"}
    rejects = read_table("rejects", tables["rejects"])
    assert rejects["reason"].tolist() == ["transcript_unreadable", "segment_outside_audio"]


def test_the_other_examples_run_through_the_whole_chain(copy: Path, tmp_path: Path) -> None:
    """The smallest experiment with the sections that the diffs change in config.yaml."""
    changed = yaml.safe_load((copy / "config.yaml").read_text(encoding="utf-8"))
    config = yaml.safe_load(MICRO.read_text(encoding="utf-8"))
    config["alignment"], config["analysis"] = changed["alignment"], changed["analysis"]
    config["settings"]["weak_meaning"] = changed["settings"]["weak_meaning"] | {"model": {"gru_width": 8}}
    config["figures"] = {"crowding": changed["figures"]["crowding"]}
    config["tables"] = changed["tables"]
    config["seeds"] = [1]
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    start: list[str | Path] = [
        "-m",
        "snakemake",
        "--snakefile",
        copy / "Snakefile",
        "--workflow-profile",
        "none",
        "--cores",
        "2",
    ]
    run(copy, *start, "--configfile", path, "--directory", tmp_path / "run")
    results = tmp_path / "run" / RESULT
    alignment = read_table("alignment", results / "por" / "alignment" / "alignment.parquet")
    assert set(alignment["aligner"]) == {"even"}
    assert alignment.groupby("utterance_id")["start_s"].min().eq(0.05).all()
    jobs = results / "por" / "training" / "weak_meaning"
    assert {path.name for path in jobs.iterdir()} == {"beta-0.1", "beta-0.3"}
    drawn = pd.read_csv(results / "report" / "crowding.csv").set_index("setting")
    assert list(drawn.index) == ["form_meaning", "weak_meaning"]
    assert (results / "report" / "crowding.pdf").exists()
    said = "the better the space is used. Bars are one training run each (seed 1)."
    for page in ("summary.md", "overview.html"):
        assert said in (results / "report" / page).read_text(encoding="utf-8")
    # the measure by its definition, pair by pair
    embeddings = read_table("embeddings", results / "por/training/form_meaning/only/seed-1/test.parquet")["embedding"]
    matrix = np.stack(embeddings.to_list()).astype(float)
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    pairs = [unit[i] @ unit[j] for i in range(len(unit)) for j in range(i)]
    assert drawn.loc["form_meaning", "mean"] == pytest.approx(np.mean(pairs), abs=1e-5)
    # the tables that are named, and no other
    report = results / "report"
    assert {path.stem for path in report.glob("*.tex")} == {"best_epochs", "funnel", "answers", "claims", "scores"}
    (row,) = pd.read_csv(report / "best_epochs.csv").query("setting == 'form_meaning'").to_dict("records")
    history = read_table("history", results / "por/training/form_meaning/only/seed-1/history.parquet")
    best = history.sort_values(["validation_map", "epoch"], ascending=[False, True])["epoch"].iloc[0]
    assert (row["best_epoch"], row["epochs"]) == (best, 3)
    assert f"{best}.0 of 3" in (report / "best_epochs.md").read_text(encoding="utf-8")
