"""A second experiment takes over the first's tables, as far as they are made of the same, and then stands alone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from awe.errors import ReuseError
from awe.reuse import DEPENDS_ON, describe_stages, reusable, take_over
from chain import MICRO, RESULT, awe, planned_rules, snakemake

TABLES = set(DEPENDS_ON)  # the rules that make them have the names of the stages
FBANK = {"features": {"shards": 2, "kind": "fbank"}}


def second(folder: Path, **changes: Any) -> Path:
    """The configuration of another experiment that takes over from the first."""
    config = yaml.safe_load(MICRO.read_text(encoding="utf-8")) | {"experiment": "second", "reuse": "micro"} | changes
    path = folder / "second.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def test_only_what_differs_is_planned(micro: Path, tmp_path: Path) -> None:
    meaning = {"meaning": {"objective": "multitask", "options": {"alpha": 0, "beta": 1}}}
    settings = planned_rules(micro, config=second(tmp_path, settings=meaning, seeds=[7]))
    assert {*(f"reuse_por_{name}" for name in TABLES), "train"} <= settings
    assert not TABLES & settings
    features = planned_rules(micro, config=second(tmp_path, **FBANK))
    assert features & TABLES == {"features"}
    tokens = planned_rules(micro, config=second(tmp_path, tokens={"speakers": {"train": 2, "valid": 1, "test": 2}}))
    assert tokens & TABLES == {"tokens", "features"}


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"seed": 4}, "synthesise (seed is 4, there 3)"),
        (
            {"corpus": {"reader": "synthetic", "synthesis": {"speakers": 7, "utterances_per_speaker": 8}}},
            "synthesise (synthesis.s",
        ),
    ],
)
def test_another_corpus_is_computed(micro: Path, tmp_path: Path, changes: dict[str, Any], difference: str) -> None:
    done = snakemake(micro, "--dry-run", config=second(tmp_path, **changes))
    assert {f"rule {name}:" for name in TABLES} <= set(done.stdout.splitlines())
    line = "por: taken over from results/micro/por: nothing; computed: "
    assert line + difference in done.stdout


def test_an_experiment_that_is_not_there_is_one_line(micro: Path, tmp_path: Path) -> None:
    done = snakemake(micro, config=second(tmp_path, reuse="nobody"))
    assert done.returncode != 0
    assert "config.reuse: results/nobody/por/tables.json is missing; finish that experiment first" in done.stderr
    assert "Traceback" not in done.stderr
    itself = snakemake(micro, config=second(tmp_path, reuse="second"))
    assert itself.returncode != 0
    assert "reuse: 'second' is this experiment itself" in itself.stderr


def test_the_second_experiment_stands_alone(micro: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    shutil.copytree(micro, folder)
    config = second(tmp_path, seeds=[1], **FBANK)
    done = snakemake(folder, config=config)
    assert done.returncode == 0, done.stderr[-3000:]
    first, results = folder / RESULT, folder / "results" / "second"
    for table in ("corpus/utterances", "alignment/alignment", "semantics/vectors", "tokens/tokens"):
        assert (results / "por" / f"{table}.parquet").read_bytes() == (first / "por" / f"{table}.parquet").read_bytes()
    recording = next((first / "por" / "synthesis").glob("*.flac"))
    assert (results / "por" / "synthesis" / recording.name).samefile(recording)
    record = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
    assert record["taken_over"] == {"por": dict.fromkeys(sorted(TABLES - {"features"}), "micro")}
    assert planned_rules(folder) == set()  # the first is as finished as it was
    shutil.rmtree(first)
    assert planned_rules(folder, config=config) == set()
    assert awe("verify", results).returncode == 0
    archive = tmp_path / "second.tar.gz"
    assert awe("pack", results, archive).returncode == 0
    assert awe("unpack", archive, "--into", tmp_path / "elsewhere" / "results").returncode == 0
    assert planned_rules(tmp_path / "elsewhere", config=config) == set()
    other_tokens = {"tokens": {"speakers": {"train": 2, "valid": 1, "test": 2}}}
    computed = planned_rules(folder, config=second(tmp_path, seeds=[1], **FBANK, **other_tokens))
    assert computed & TABLES == {"tokens", "features"}
    assert not [name for name in computed if name.startswith("reuse_")]  # there is nothing to copy from any more
    changed = planned_rules(folder, config=second(tmp_path, seeds=[1], seed=4))
    assert changed >= TABLES  # with nobody to take over from


def test_damaged_tables_are_not_taken_over(tmp_path: Path) -> None:
    source = tmp_path / "first"
    (source / "corpus").mkdir(parents=True)
    table = source / "corpus" / "utterances.parquet"
    table.write_bytes(b"words")
    stages: dict[str, dict[str, Any]] = {
        "corpus": {"made_of": {}, "files": ["corpus/utterances.parquet"], "taken_from": None}
    }
    (source / "tables.json").write_text(json.dumps(describe_stages(source, stages)), encoding="utf-8")
    assert take_over(source, tmp_path / "second", ["corpus"]) == 1
    table.write_bytes(b"wards")
    with pytest.raises(ReuseError, match=r"utterances\.parquet: not as its tables\.json says"):
        take_over(source, tmp_path / "third", ["corpus"])
    table.unlink()
    with pytest.raises(ReuseError, match=r"utterances\.parquet: missing; run its experiment again"):
        take_over(source, tmp_path / "third", ["corpus"])
    assert not list((tmp_path / "third").rglob("*.parquet"))
    listed = {"corpus": stages["corpus"] | {"files": ["corpus/utterances.parquet"]}}
    (source / "tables.json").write_text(json.dumps(listed), encoding="utf-8")
    with pytest.raises(ReuseError, match=r"tables\.json: no record of stages"):
        take_over(source, tmp_path / "third", ["corpus"])
    (source / "tables.json").write_text("[", encoding="utf-8")
    with pytest.raises(ReuseError, match=r"tables\.json: cannot be read"):
        take_over(source, tmp_path / "third", ["corpus"])


@pytest.mark.parametrize("changed", sorted(TABLES))
def test_a_stage_is_taken_over_only_if_all_before_it_are(changed: str) -> None:
    mine: dict[str, Any] = {name: {"options": {"a": 1, "b": [2]}, "code": "x"} for name in DEPENDS_ON}
    theirs = {name: {"made_of": made_of, "files": {}} for name, made_of in mine.items()}
    assert reusable(mine, theirs) == (list(DEPENDS_ON), {})
    theirs[changed] = {"made_of": {"options": {"a": 1, "b": [3]}, "code": "y"}, "files": {}}
    taken, reasons = reusable(mine, theirs)
    assert reasons[changed] == "options.b is [2], there [3]"

    def follows(name: str) -> bool:
        return name == changed or any(map(follows, DEPENDS_ON[name]))

    assert set(reasons) == {name for name in DEPENDS_ON if follows(name)}
    assert set(taken) == TABLES - set(reasons)
