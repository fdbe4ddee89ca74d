"""Montreal Forced Aligner: its real outputs, its command lines, and the program itself where there is one."""

import dataclasses
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml
from praatio import textgrid
from pydantic import ValidationError

from alignment_samples import make_task, task_of, utterance_row
from awe.alignment import given, hmm, mfa
from awe.alignment.base import AlignmentTask
from awe.alignment.boundary_errors import boundary_errors
from awe.alignment.mfa_command import Places, align_command, environment, places_in, train_command
from awe.alignment.mfa_corpus import read_outputs, write_corpus, write_dictionary
from awe.alignment.mfa_run import _runs, align_with_mfa, find_model
from awe.config import parse_experiment
from awe.errors import ToolError
from awe.tables import read_table, table_from
from chain import MICRO, RESULT, ROOT, snakemake
from corpus_samples import write

EXAMPLE = Path(__file__).resolve().parents[2] / "shared" / "data" / "mfa-example"
needs_example = pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the folder mfa-example is not there")


def example_task() -> AlignmentTask:
    """The corpus that MFA aligned, with its dictionary."""
    rows = []
    for path in sorted((EXAMPLE / "corpus").rglob("*.wav")):
        words = (
            path.with_suffix(".lab")
            .read_text(encoding="utf-8")
            .lower()
            .translate({ord(c): None for c in ".,?!"})
            .split()
        )
        audio_path = path.relative_to(EXAMPLE / "corpus").as_posix()
        rows.append(utterance_row(path.stem, path.parent.name, audio_path, soundfile.info(path).duration, words))
    lines = (EXAMPLE / "pt.dict").read_text(encoding="utf-8").splitlines()
    lexicon = [
        {"word": word, "phones": phones.split(), "source": "d"} for word, phones in (x.split("\t") for x in lines)
    ]
    return AlignmentTask(
        utterances=table_from("utterances", rows),
        lexicon=table_from("lexicon", lexicon),
        reference=table_from("alignment", []),
        audio_folder=EXAMPLE / "corpus",
        data_root=EXAMPLE,
        work_folder=EXAMPLE,
    )


@needs_example
def test_real_outputs_agree_in_every_format() -> None:
    task = example_task()
    results = [
        given.align(task, given.Options(folder=folder, format=form))
        for folder, form in [("textgrids", "textgrid"), ("csv/h09", "mfa_csv"), ("json", "mfa_json")]
    ]
    assert [result.rejects for result in results] == [[], [], []]
    grids, csv, json = (result.alignment for result in results)
    assert len(grids) == task.utterances["words"].map(len).sum()
    # CSV and JSON came from one run, the TextGrids from another
    np.testing.assert_allclose(csv[["start_s", "end_s"]], json[["start_s", "end_s"]], atol=1e-6)
    np.testing.assert_allclose(grids[["start_s", "end_s"]], csv[["start_s", "end_s"]], atol=0.2)


@needs_example
def test_hmm_agrees_with_mfa() -> None:
    task = example_task()
    reference = given.align(task, given.Options(folder="textgrids")).alignment
    result = hmm.align(task, hmm.Options())
    assert len({row["item_id"] for row in result.rejects}) <= 1
    errors = boundary_errors(result.alignment, reference, task.utterances).set_index("scope").loc["all"]
    assert errors["median_ms"] <= 15


@needs_example
def test_words_that_mfa_did_not_know_are_rejected(tmp_path: Path) -> None:
    rows = [{str(key): value for key, value in row.items()} for row in example_task().utterances.to_dict("records")]
    written = {Path("h09", row["utterance_id"]): {**row, "words": list(row["words"])} for row in rows}
    aligned, rejects = read_outputs(written, EXAMPLE / "textgrids")
    assert rejects == []
    assert len(aligned) == sum(len(row["words"]) for row in written.values())
    known = {line.split("\t")[0] for line in (EXAMPLE / "pt_oov.dict").read_text(encoding="utf-8").splitlines()}
    with_unknown = {row["utterance_id"] for row in rows if not set(row["words"]) <= known}
    _, rejects = read_outputs(written, EXAMPLE / "textgrids-oov")
    assert with_unknown
    assert {row["item_id"] for row in rejects if row["reason"] == "word_without_pronunciation"} == with_unknown
    assert read_outputs(written, tmp_path)[0] == []
    assert {row["reason"] for row in read_outputs(written, tmp_path)[1]} == {"alignment_failed"}


@pytest.mark.parametrize("form", ["long_textgrid", "short_textgrid"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_textgrids_of_several_speakers(form: str, encoding: str, tmp_path: Path) -> None:
    grid = textgrid.Textgrid()
    for speaker, word in [("ana", "pão"), ("rui - jr", "sol")]:
        entries = [(0.0, 0.2, ""), (0.2, 0.7, word), (0.7, 1.0, "sil")]
        grid.addTier(textgrid.IntervalTier(f"{speaker} - Wörter", entries, 0, 1))
        grid.addTier(textgrid.IntervalTier(f"{speaker} - phones", [(0.2, 0.7, "p")], 0, 1))
    (tmp_path / "grids").mkdir()
    path = tmp_path / "grids" / "talk.TextGrid"
    grid.save(str(path), format=form, includeBlankSpaces=True)
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    rows = [utterance_row("a", "ana", "talk.wav", 1, ["pão"]), utterance_row("r", "rui - jr", "talk.wav", 1, ["sol"])]
    result = given.align(task_of(tmp_path, rows), given.Options(folder="grids", tier="Wörter"))
    assert result.rejects == []
    assert result.alignment[["word", "start_s", "end_s"]].to_numpy().tolist() == [["pão", 0.2, 0.7], ["sol", 0.2, 0.7]]
    [first, _] = given.align(task_of(tmp_path, rows), given.Options(folder="grids")).rejects
    assert first["reason"] == "alignment_failed"
    assert "no tier 'words'" in first["detail"]
    path.write_bytes(b"\xe3o \xff")
    assert len(given.align(task_of(tmp_path, rows), given.Options(folder="grids")).rejects) == 2


def test_commands_avoid_the_traps(tmp_path: Path) -> None:
    places = places_in(tmp_path, "0001")
    command = train_command(places, mfa.Options(), jobs=3)
    assert command[:5] == ["mfa", "train", str(places.corpus), str(places.dictionary), str(places.model)]
    # an old database would export an old alignment
    assert {"--clean", "--final_clean"} <= set(command)
    assert command[command.index("-t") + 1] == str(places.temporary)
    assert command[command.index("-j") + 1] == "3"
    assert command[command.index("--output_directory") + 1] == str(places.outputs)
    # training writes <dictionary>.dict beside the model, so that must not be where the dictionary is
    assert places.model.parent != places.dictionary.parent
    # everything absolute, in the job's own folder; runs differ in the corpus's last part; root apart from the corpus
    assert all(path.is_absolute() and tmp_path in path.parents for path in vars(places).values() if path)
    assert places.corpus.name != places_in(tmp_path, "0002").corpus.name
    assert not str(places.corpus).startswith(str(places.root))

    options = mfa.Options(mode="align", acoustic_model="m", reproducible=True, single_speaker=True)
    configured = dataclasses.replace(places, config=tmp_path / "c.yaml")
    command = align_command(configured, options, jobs=8)
    assert command[:2] == ["mfa", "align"]
    assert command[2:6] == [str(path) for path in (places.corpus, places.dictionary, places.model, places.outputs)]
    assert command[command.index("-j") + 1] == "1"
    assert {"--no_use_mp", "--no_use_threading", "--single_speaker"} <= set(command)
    assert command[command.index("--beam") + 1 : command.index("--beam") + 4] == ["100", "--retry_beam", "400"]
    assert command[command.index("--config_path") + 1] == str(tmp_path / "c.yaml")
    inherited = {"PATH": "/bin", "MFA_ROOT_DIR": "/shared/by/all"}
    assert environment(places, options, inherited) == {
        "PATH": "/bin",
        "MFA_ROOT_DIR": str(places.root),
        "PYTHONHASHSEED": "0",
    }
    assert "PYTHONHASHSEED" not in environment(places, mfa.Options(), inherited)


@pytest.mark.parametrize(
    "changes",
    [{"temporary": Path("relative")}, {"root": Path("/w/speech")}, {"model": Path("/w/dictionary/acoustic.zip")}],
)
def test_places_refuse_the_traps(changes: dict[str, Path]) -> None:
    places = {
        "corpus": Path("/w/speech-0"),
        "dictionary": Path("/w/dictionary/lexicon.dict"),
        "config": None,
        "outputs": Path("/w/out"),
        "model": Path("/w/model/acoustic.zip"),
        "root": Path("/w/root"),
        "temporary": Path("/w/temporary"),
    }
    Places(**places)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=next(iter({"root": "corpus"}.get(k, k) for k in changes))):
        Places(**{**places, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "align"}, "needs acoustic_model"),
        ({"acoustic_model": "german_mfa"}, "mode train must not have it"),
        ({"mode": "align", "acoustic_model": "m", "save_model": "x.zip"}, "trains nothing"),
        ({"dictionary": "german_mfa"}, "leave out dictionary"),
        ({"config": {"beem": 10}}, "silently ignore"),
        ({"config": {"training": [{"triphone": {}}]}}, "must be monophone"),
        ({"config": {"training": [{"monophone": {}}, {"triphones": {}}]}}, "no training blocks"),
        ({"config": {"training": {"monophone": {}}}}, "list of blocks"),
        ({"beam": 500}, "retry_beam"),
    ],
)
def test_options_are_checked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        mfa.Options(**options)


def test_corpus_has_safe_names_and_no_bad_audio(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    signals = {"good": np.full(8_000, 0.1), "silent": np.zeros(8_000), "short": np.full(500, 0.1)}
    for name, signal in signals.items():
        soundfile.write(tmp_path / "in" / f"{name}.wav", signal, 8_000)
    (tmp_path / "in" / "empty.wav").touch()
    (tmp_path / "in" / "garbage.wav").write_bytes(b"RIFF, or not")  # either would abort the whole run
    names = [*signals, "empty", "garbage", "missing"]
    rows = [utterance_row(f"{name}; rm 'ü'", "../João", f"{name}.wav", 0.0, ["pão"]) for name in names]
    for row, name in zip(rows, names, strict=True):
        row["duration_s"] = len(signals.get(name, [])) / 8_000 or 1.0
    written, rejects = write_corpus(rows, tmp_path / "in", tmp_path / "out")
    assert {name.as_posix(): row["utterance_id"] for name, row in written.items()} == {
        "s000000/u00000000": "good; rm 'ü'"
    }
    assert [row["reason"] for row in rejects] == [
        "audio_silent", "audio_too_short", "audio_empty", "audio_unreadable", "audio_missing"
    ]  # fmt: skip
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert files == ["s000000/u00000000.lab", "s000000/u00000000.wav"]
    assert soundfile.info(tmp_path / "out" / "s000000" / "u00000000.wav").samplerate == 16_000
    write_dictionary({"pão": ["p", "ɐ̃ʊ̃"], "b": []}, tmp_path / "dictionary" / "lexicon.dict")
    assert (tmp_path / "dictionary" / "lexicon.dict").read_text(encoding="utf-8") == "pão\tp ɐ̃ʊ̃\n"


def test_bracketed_words_are_no_match(tmp_path: Path) -> None:
    """MFA turns `(sol)` into `[bracketed]`: that utterance is rejected, not aligned to another word."""
    grid = textgrid.Textgrid()
    grid.addTier(textgrid.IntervalTier("words", [(0.1, 0.4, "[bracketed]"), (0.4, 0.9, "casa")], 0, 1))
    grid.addTier(textgrid.IntervalTier("phones", [(0.1, 0.4, "spn"), (0.4, 0.9, "k")], 0, 1))
    grid.save(str(tmp_path / "u.TextGrid"), format="long_textgrid", includeBlankSpaces=True)
    aligned, [rejected] = read_outputs({Path("u"): utterance_row("u", "s", "u.wav", 1, ["(sol)", "casa"])}, tmp_path)
    assert aligned == []
    assert rejected["reason"] == "word_without_pronunciation"
    assert "[bracketed]" in rejected["detail"]


def test_each_language_has_its_own_mfa() -> None:
    path = Path(__file__).resolve().parents[1] / "config" / "globalphone.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    [first, second, *_] = config["languages"]
    options = {"mode": "align", "acoustic_model": "german_mfa", "config": {"beam": 20}}
    config["languages"][second]["alignment"] = {"options": options}
    experiment = parse_experiment(config)
    parsed = [mfa.Options(**experiment.languages[name].alignment.options) for name in (first, second)]
    assert [(one.mode, one.acoustic_model) for one in parsed] == [("train", ""), ("align", "german_mfa")]
    assert experiment.languages[second].alignment.aligner == "mfa"


def test_runs_keep_speakers_whole() -> None:
    rows = [utterance_row(str(number), f"s{number % 5}", "a.wav", 1, ["sol"]) for number in range(25)]
    options = mfa.Options(mode="align", acoustic_model="m", utterances_per_run=12)
    runs = [[row["speaker_id"] for row in run] for run in _runs(rows, options)]
    assert [len(run) for run in runs] == [10, 10, 5]
    assert sum(len(set(run)) for run in runs) == 5
    assert [len(run) for run in _runs(rows, mfa.Options())] == [25]


# Acts like `mfa` in what the runner depends on, words and frames made up
FAKE = """#!/usr/bin/env python3
import os, sys
from pathlib import Path
assert Path(os.environ["MFA_ROOT_DIR"]).is_dir()
if sys.argv[1] == "version":
    print("3.4.3")
    raise SystemExit
corpus, dictionary, model = map(Path, sys.argv[2:5])
assert dictionary.is_file()
with open("@CALLS", "a") as calls:
    print(*sys.argv, file=calls)
outputs = Path(sys.argv[sys.argv.index("--output_directory") + 1] if sys.argv[1] == "train" else sys.argv[5])
if sys.argv[1] == "train":
    model.write_bytes(b"model")
if "@FAIL" in "@MODE":
    print("LibsndfileError: no", file=sys.stderr)
    raise SystemExit(1)
head = 'File type = "ooTextFile"\\nObject class = "TextGrid"\\n\\n0\\n9\\n<exists>\\n2\\n'
for lab in sorted(corpus.rglob("*.lab"))[1:]:
    words = lab.read_text(encoding="utf-8").split()
    tiers = ""
    for name in ("words", "phones"):
        lines = "".join(f'{n / 10}\\n{(n + 1) / 10}\\n"{w}"\\n' for n, w in enumerate(words))
        tiers += f'"IntervalTier"\\n"{name}"\\n0\\n9\\n{len(words)}\\n{lines}'
    path = (outputs / lab.relative_to(corpus)).with_suffix(".TextGrid")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + tiers, encoding="utf-8")
"""


def put_fake(folder: Path, monkeypatch: pytest.MonkeyPatch, mode: str = "") -> None:
    folder.mkdir()
    for name, text in [
        ("mfa", FAKE.replace("@MODE", mode).replace("@CALLS", str(folder.parent / "calls"))),
        ("sqlite3", "#!/bin/sh\n"),
    ]:
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_runner_counts_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_fake(tmp_path / "bin", monkeypatch)
    task, _ = make_task(tmp_path / "data", speakers=2, utterances=3)
    saved = tmp_path / "data" / "models" / "por.zip"
    result = align_with_mfa(task, mfa.Options(save_model="models/por.zip", config={"beam": 10}))
    first = task.utterances["utterance_id"][0]
    assert [(row["item_id"], row["reason"]) for row in result.rejects] == [(first, "alignment_failed")]
    assert result.alignment["utterance_id"].nunique() == 5
    assert saved.read_bytes() == b"model"
    assert result.versions["mfa"] == "3.4.3"
    assert len(result.versions["model_sha256"]) == 64

    options = mfa.Options(mode="align", acoustic_model="models/por.zip", utterances_per_run=3)
    result = align_with_mfa(dataclasses.replace(task, work_folder=tmp_path / "bin"), options)
    assert len(result.rejects) == 2  # one of each of the two runs
    assert "dictionary_sha256" not in result.versions

    # pretrained model and dictionary by name, where `mfa model download` puts them: the job's own root has none
    downloads = tmp_path / "root" / "pretrained_models"
    for kind, name in [("acoustic", "portuguese_mfa.zip"), ("dictionary", "portuguese_mfa.dict")]:
        (downloads / kind).mkdir(parents=True)
        (downloads / kind / name).write_text("sol\ts o l\n", encoding="utf-8")
    monkeypatch.setenv("MFA_ROOT_DIR", str(tmp_path / "root"))
    options = mfa.Options(mode="align", acoustic_model="portuguese_mfa", dictionary="portuguese_mfa")
    without_lexicon = dataclasses.replace(task, lexicon=task.lexicon.iloc[:0], work_folder=tmp_path / "models")
    result = align_with_mfa(without_lexicon, options)
    assert result.alignment["utterance_id"].nunique() == 5
    assert len({result.versions["model_sha256"], result.versions["dictionary_sha256"]}) == 1
    assert str(downloads / "acoustic" / "portuguese_mfa.zip") in (tmp_path / "calls").read_text(encoding="utf-8")
    put_fake(tmp_path / "failing", monkeypatch, "@FAIL")
    with pytest.raises(ToolError, match=r"mfa train: failed with exit code 1 \(LibsndfileError: no\)"):
        align_with_mfa(task, mfa.Options())


def test_rule_runs_the_mfa_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_fake(tmp_path / "bin", monkeypatch)
    config = yaml.safe_load(MICRO.read_text(encoding="utf-8"))
    config["alignment"] = {"aligner": "mfa", "options": {"reproducible": True, "save_model": "models/por.zip"}}
    (tmp_path / "mfa.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    [language] = config["languages"]
    target = f"{RESULT}/{language}/alignment/alignment.parquet"
    done = snakemake(tmp_path, target, config=tmp_path / "mfa.yaml", path=(tmp_path / "bin",))
    assert done.returncode == 0, done.stderr[-3000:]
    folder = (tmp_path / target).parent
    assert set(read_table("alignment", folder / "alignment.parquet")["aligner"]) == {"mfa"}
    assert read_table("rejects", folder / "rejects.parquet")["reason"].tolist() == ["alignment_failed"]
    assert json.loads((folder / "versions.json").read_text(encoding="utf-8"))["mfa"] == "3.4.3"
    assert "--no_use_mp" in (tmp_path / "calls").read_text(encoding="utf-8")
    assert (tmp_path / "data" / "models" / "por.zip").is_file()  # not beside the synthesised speech


def test_models_stay_in_the_data_root_of_a_module(tmp_path: Path) -> None:
    for name in ("acoustic.zip", "words.dict"):
        write(tmp_path / "data" / name, "")
    config = yaml.safe_load(MICRO.read_text(encoding="utf-8"))
    options = {"mode": "align", "acoustic_model": "acoustic.zip", "dictionary": "words.dict"}
    config["alignment"] = {"aligner": "mfa", "options": options}
    write(tmp_path / "mfa.yaml", yaml.safe_dump(config))
    module = f'module awe:\n    snakefile: "{ROOT}/Snakefile"\n    config: config\n    prefix: "words"\n'
    write(tmp_path / "Snakefile", f"{module}use rule * from awe as awe_*\n")
    target = Path("words") / RESULT / "por" / "alignment" / "alignment.parquet"
    plan = ("--dry-run", "--snakefile", tmp_path / "Snakefile")
    done = snakemake(tmp_path, *plan, target, config=tmp_path / "mfa.yaml")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "data/acoustic.zip, data/words.dict" in done.stdout


def test_missing_program_and_model_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match=r"mfa: not on the PATH.*envs/mfa\.yaml") as caught:
        mfa.align(task_of(tmp_path, []), mfa.Options())
    assert "\n" not in str(caught.value)
    monkeypatch.setenv("MFA_ROOT_DIR", str(tmp_path))
    with pytest.raises(ToolError, match="mfa model download acoustic german_mfa"):
        find_model("acoustic", "german_mfa", tmp_path)
    path = tmp_path / "pretrained_models" / "dictionary" / "german_mfa.dict"
    path.parent.mkdir(parents=True)
    path.touch()
    assert find_model("dictionary", "german_mfa", tmp_path) == path


@needs_example
@pytest.mark.skipif(not shutil.which("mfa"), reason="the program mfa is not on the PATH")
def test_real_program(tmp_path: Path) -> None:
    task = dataclasses.replace(example_task(), work_folder=tmp_path, threads=2)
    result = mfa.align(task, mfa.Options(mode="align", acoustic_model="model.zip"))
    reference = given.align(example_task(), given.Options(folder="textgrids")).alignment
    errors = boundary_errors(result.alignment, reference, task.utterances).set_index("scope").loc["all"]
    assert errors["median_ms"] <= 10
