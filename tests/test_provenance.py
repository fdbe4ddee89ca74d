"""What a result folder proves: hashes that are checked, archives that come back, the workflow as a module."""

import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import textwrap
import tomllib
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest

from awe import fingerprint as fingerprints
from awe.archive import pack, unpack
from awe.config import read_experiment
from awe.errors import ArchiveError
from awe.files import write_json
from awe.leftovers import leftovers
from awe.provenance import collect, hashes, packages
from awe.tables import read_table, write_table
from awe.verification import differences
from chain import MICRO, RESULT, ROOT, awe, environment, planned_rules, snakemake


@pytest.fixture
def copy(micro: Path, tmp_path: Path) -> Path:
    """A copy of a finished run that a test may damage."""
    folder = tmp_path / "copy"
    shutil.copytree(micro, folder)
    return folder


def test_verify_finds_every_kind_of_change(copy: Path) -> None:
    results = copy / RESULT
    assert awe("verify", results).returncode == 0
    model = results / "por" / "training" / "form_meaning" / "only" / "seed-1" / "model.safetensors"
    content = bytearray(model.read_bytes())
    content[-1] ^= 1
    model.write_bytes(content)
    (results / "por" / "tokens" / "tokens.parquet").unlink()
    (results / "por" / "corpus" / "more.parquet").write_bytes(b"")
    done = awe("verify", results)
    assert done.returncode == 1
    changed, missing, new = sorted(done.stdout.splitlines(), key=lambda line: line.split(": ", 1)[1])
    assert changed.startswith("por/training/form_meaning/only/seed-1/model.safetensors: changed")
    assert new.startswith("por/corpus/more.parquet: not in provenance.json")
    assert missing.startswith("por/tokens/tokens.parquet: missing")
    assert done.stderr.count("\n") == 1
    (results / "provenance.json").write_text("{", encoding="utf-8")
    assert "delete it and run again" in awe("verify", results).stderr


def test_results_of_another_configuration_are_named_and_not_certified(copy: Path) -> None:
    results = copy / RESULT
    (results / "report" / "confusions_of_old.csv").touch()
    (results / "report" / "overview.html").unlink()
    done = snakemake(copy, config=MICRO)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "also holds results of another configuration" in done.stdout
    assert "report/confusions_of_old.csv" in done.stdout
    experiment = read_experiment(MICRO).model_copy(update={"seeds": [1], "languages": {}})
    assert leftovers(results, experiment) == [results / "por"]
    experiment = read_experiment(MICRO).model_copy(update={"seeds": [1]})
    jobs = [results / "por" / "evaluation" / "form_meaning", results / "por" / "training" / "form_meaning" / "only"]
    assert leftovers(results, experiment) == [job / "seed-2" for job in jobs]
    record = collect(experiment.model_dump(mode="json"), results)
    assert any("seed-1" in name for name in record["files"])
    assert not any("seed-2" in name for name in record["files"])
    write_json(record, results / "provenance.json")
    assert all("/seed-2/" in line for line in differences(results))
    assert differences(results)


def test_the_record_has_the_version_of_every_package_that_is_required() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split("[=<>]", requirement)[0] for requirement in project["dependencies"]}
    found = packages()
    assert set(found) == names | {"awe", "snakemake"}
    assert found["simplemma"] == metadata.version("simplemma")
    assert "not installed" not in found.values()


def test_histories_are_verified_but_for_their_times_of_the_clock(micro: Path, tmp_path: Path) -> None:
    path = Path("por") / "training" / "form_meaning" / "only" / "seed-1" / "history.parquet"
    history = read_table("history", micro / RESULT / path)
    (tmp_path / path.parent).mkdir(parents=True)

    def hashed(**columns: pd.Series) -> str:
        write_table(history.assign(**columns), "history", tmp_path / path)
        return hashes(tmp_path)[str(path)]

    assert hashed() == json.loads((micro / RESULT / "provenance.json").read_text(encoding="utf-8"))["files"][str(path)]
    assert hashed(seconds=history["seconds"] + 1, tokens_per_s=history["tokens_per_s"] / 2) == hashed()
    assert hashed(validation_map=history["validation_map"] + 1e-9) != hashed()


def test_recordings_outside_the_results_are_verified(micro: Path, tmp_path: Path) -> None:
    from awe.provenance import inputs

    config = json.loads((micro / RESULT / "provenance.json").read_text(encoding="utf-8"))["config"]
    assert inputs(config, micro / RESULT) == {}  # the embedded corpus is part of the results
    shutil.copytree(micro / RESULT, tmp_path / "micro")
    shutil.copytree(micro / RESULT / "por" / "synthesis", tmp_path / "data")
    config["languages"]["por"]["corpus"]["reader"] = "librispeech"
    config["data_root"] = str(tmp_path / "data")
    record = json.loads((tmp_path / "micro" / "provenance.json").read_text(encoding="utf-8"))
    record |= {"config": config, "inputs": inputs(config, tmp_path / "micro")}
    (tmp_path / "micro" / "provenance.json").write_text(json.dumps(record), encoding="utf-8")
    assert differences(tmp_path / "micro") == []
    recording = next((tmp_path / "data").glob("*.flac"))
    recording.write_bytes(recording.read_bytes() + b"\0")
    (line,) = differences(tmp_path / "micro")
    assert line.startswith("por: recordings of the corpus changed")


def test_an_archive_comes_back_as_it_was_and_nothing_is_made_again(micro: Path, tmp_path: Path) -> None:
    archive = tmp_path / "micro.tar.gz"
    assert awe("pack", micro / RESULT, archive).returncode == 0
    done = awe("unpack", archive, "--into", tmp_path / "elsewhere" / "results")
    assert done.returncode == 0, done.stderr
    run = snakemake(tmp_path / "elsewhere")
    assert "Nothing to be done" in run.stdout + run.stderr
    again = awe("unpack", archive, "--into", tmp_path / "elsewhere" / "results")
    assert again.returncode == 2
    assert "exists; move it away first" in again.stderr
    assert "exists; choose another name" in awe("pack", micro / RESULT, archive).stderr


def tar_of(path: Path, members: list[tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            member.size = 4 if member.isreg() else 0
            tar.addfile(member, io.BytesIO(b"evil") if member.isreg() else None)
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


@pytest.mark.parametrize(
    "members",
    [
        [member("../escaped")],
        [member("micro/../../escaped")],
        [member("/tmp/escaped")],  # noqa: S108
        [member("escaped")],
        [member("micro/link", tarfile.SYMTYPE, "/etc"), member("micro/link/escaped")],
        [member("micro/hard", tarfile.LNKTYPE, "/etc/passwd")],
        [member("micro/pipe", tarfile.FIFOTYPE)],
        [member("micro\\..\\escaped")],
        [member("micro/ü\0escaped")],
        [member("micro/a"), member("other/b")],
        [],
    ],
)
def test_hostile_archives_write_nothing(tmp_path: Path, members: list[tarfile.TarInfo]) -> None:
    archive = tar_of(tmp_path / "evil.tar.gz", members)
    inner = tmp_path / "inner"
    with pytest.raises(ArchiveError, match=r"evil\.tar\.gz: "):
        unpack(archive, inner / "results")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [archive]
    assert list((inner / "results").iterdir()) == []


def test_damaged_archives_are_noticed(micro: Path, tmp_path: Path) -> None:
    archive = tmp_path / "micro.tar.gz"
    pack(micro / RESULT, archive)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArchiveError, match="damaged"):
        unpack(archive, tmp_path / "results")
    plain = bytearray(gzip.decompress(whole))
    at = plain.index(b"fLaC") + 1000  # inside a recording
    plain[at] ^= 1
    archive.write_bytes(gzip.compress(bytes(plain)))
    with pytest.raises(ArchiveError, match="differs from its provenance"):
        unpack(archive, tmp_path / "results")
    archive.write_bytes(b"no archive")
    with pytest.raises(ArchiveError, match="damaged"):
        unpack(archive, tmp_path / "results")
    assert list((tmp_path / "results").iterdir()) == []


def test_the_code_fingerprint_sees_what_a_stage_uses_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "awe"
    shutil.copytree(ROOT / "src" / "awe", package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprints, "_PACKAGE", package)

    def of(*modules: str) -> str:
        for cached in (fingerprints._tree, fingerprints._hash, fingerprints._imports):
            cached.cache_clear()
        return fingerprints.fingerprint(f"awe.{module}" for module in modules)

    try:
        features, tokens = of("commands.features", "features.mfcc"), of("commands.tokens")
        deltas = package / "features" / "deltas.py"
        source = deltas.read_text(encoding="utf-8")
        deltas.write_text("# a comment\n" + source, encoding="utf-8")
        assert of("commands.features", "features.mfcc") == features
        deltas.write_text(source + "\nCHANGED = 1\n", encoding="utf-8")
        assert of("commands.features", "features.mfcc") != features
        assert of("commands.tokens") == tokens
        pages = {name: of(f"commands.{name}") for name in ("explorer", "alignment_quality", "summary")}
        template = package / "report" / "alignment_page.css"
        template.write_text(template.read_text(encoding="utf-8") + "/* changed */", encoding="utf-8")
        assert {name for name in pages if of(f"commands.{name}") != pages[name]} == {"alignment_quality"}
        template = package / "report" / "explorer.html"
        template.write_text(template.read_text(encoding="utf-8") + "<!-- changed -->", encoding="utf-8")
        assert {name for name in pages if of(f"commands.{name}") != pages[name]} == {"alignment_quality", "explorer"}
        assert of("commands.summary") == pages["summary"]
        shared = package / "report" / "page.css"
        shared.write_text(shared.read_text(encoding="utf-8") + "/* changed */", encoding="utf-8")
        assert of("commands.summary") != pages["summary"]
    finally:
        monkeypatch.undo()
        for cached in (fingerprints._tree, fingerprints._hash, fingerprints._imports):
            cached.cache_clear()


@pytest.mark.parametrize(
    ("module", "reruns", "leaves"),
    [
        ("features/deltas.py", {"features", "baselines", "train"}, {"align", "tokens", "vectors"}),
        ("report/figures/test_map.py", {"figure_test_map"}, {"features", "train", "score", "explorer"}),
        ("lexicon/espeak_g2p.py", {"lexicon", "align", "tokens"}, {"synthesise", "corpus"}),
    ],
)
def test_editing_a_module_reruns_just_the_stages_that_use_it(
    micro: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, reruns: set[str], leaves: set[str]
) -> None:
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    monkeypatch.setenv("PYTHONPATH", str(source))
    edited = source / "awe" / module
    text = edited.read_text(encoding="utf-8")
    edited.write_text(f"# a comment\n{text}", encoding="utf-8")
    assert planned_rules(micro) == set()
    edited.write_text(f"{text}\nCHANGED = 1\n", encoding="utf-8")
    planned = planned_rules(micro)
    assert reruns <= planned
    assert not leaves & planned


def test_the_workflow_works_as_a_module_with_a_prefix(micro: Path, tmp_path: Path) -> None:
    folder = tmp_path / "another study"
    folder.mkdir()
    (folder / "Snakefile").write_text(
        textwrap.dedent(
            f"""
            import yaml

            with open("{MICRO}") as file:
                AWE = yaml.safe_load(file)

            module awe:
                snakefile: "{ROOT}/Snakefile"
                config: AWE
                prefix: "words"

            use rule * from awe as awe_*
            """
        ),
        encoding="utf-8",
    )
    command: list[str | Path] = [sys.executable, "-m", "snakemake", "--cores", "2", "awe_all"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=environment())
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    mine, theirs = folder / "words" / RESULT, micro / RESULT
    assert not (folder / "results").exists()
    assert differences(mine) == []
    # another run on the same machine: every table, model and recording byte for byte, figures and tables by their data
    records = [json.loads((one / "provenance.json").read_text(encoding="utf-8")) for one in (mine, theirs)]
    assert records[0]["files"] == records[1]["files"]
    by_data = sorted(path.name for path in (theirs / "report").glob("*.csv"))
    assert {"test_map.csv", "table1.csv", "scores.csv", "funnel.csv"} <= set(by_data)
    for name in by_data:
        assert (mine / "report" / name).read_bytes() == (theirs / "report" / name).read_bytes()
    # the page plays recordings, found below the prefix: each begins as OGG files do, in base64
    pages = [(one / "report" / "explorer.html").read_text(encoding="utf-8") for one in (mine, theirs)]
    assert pages[0].count("T2dnU") == pages[1].count("T2dnU") > 0
