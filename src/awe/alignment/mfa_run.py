"""Run the Montreal Forced Aligner on a corpus."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from awe.alignment.base import AlignmentResult, AlignmentTask
from awe.alignment.checks import Row, split_alignable
from awe.alignment.mfa_command import Places, align_command, environment, places_in, train_command
from awe.alignment.mfa_corpus import Rejects, read_outputs, write_corpus, write_dictionary
from awe.checksum import sha256
from awe.errors import ToolError
from awe.progress import say
from awe.tables import table_from

if TYPE_CHECKING:
    from awe.alignment.mfa import Options

LINES_KEPT = 20
# PyPI and conda-forge name it differently
_ASK_KALPY = """
from importlib.metadata import distributions
print(next((one.version for one in distributions() if one.name in ("kalpy", "kalpy-kaldi")), ""))
"""
SECONDS_BETWEEN_BARS = 10.0


def align_with_mfa(task: AlignmentTask, options: "Options") -> AlignmentResult:
    """Align the task; see `awe.alignment.mfa.align`."""
    require_programs()
    alignable, lexicon, rejects = split_alignable(task, any_word=bool(options.dictionary))
    model = find_model("acoustic", options.acoustic_model, task.data_root) if options.acoustic_model else None
    dictionary = find_model("dictionary", options.dictionary, task.data_root) if options.dictionary else None
    versions = {"aligner": "mfa", "mode": options.mode, "kalpy": _kalpy_version()}
    if dictionary:
        versions["dictionary_sha256"] = sha256(dictionary)
    versions["mfa"] = _version(places_in(task.work_folder, "version", model, dictionary), options)
    aligned: list[Row] = []
    for number, rows in enumerate(_runs(alignable, options)):
        places = places_in(task.work_folder, f"{number:04d}", model, dictionary)
        if dictionary is None:
            write_dictionary(lexicon, places.dictionary)
        written, unreadable = write_corpus(rows, task.audio_folder, places.corpus)
        rejects += unreadable
        if not written:
            continue
        found, lost = _run(_with_config(places, options), options, task.threads, written)
        aligned += found
        rejects += lost
        versions["model_sha256"] = sha256(places.model)
        if options.save_model:
            saved = task.data_root / options.save_model
            saved.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(places.model, saved)
    return AlignmentResult(table_from("alignment", aligned), rejects, versions)


def require_programs() -> None:
    """Check that the programs are there.

    Raises:
        ToolError: if `mfa` or `sqlite3` is not on the PATH.

    """
    for program in ("mfa", "sqlite3"):
        if shutil.which(program) is None:
            raise ToolError(
                f"{program}: not on the PATH, and the aligner mfa needs it; run with --sdm conda, install envs/mfa.yaml,"
                " or set alignment.aligner to hmm"
            )


def find_model(kind: str, name: str, data_root: Path) -> Path:
    """Find a model by its path, relative to the data root, or by its name among those downloaded.

    Raises:
        ToolError: if there is none.

    """
    downloads = Path(os.environ.get("MFA_ROOT_DIR", Path.home() / "Documents" / "MFA")) / "pretrained_models" / kind
    suffix = {"acoustic": ".zip", "dictionary": ".dict"}[kind]
    for path in (data_root / name, downloads / f"{name}{suffix}"):
        if path.is_file():
            return path.absolute()
    raise ToolError(
        f"{name}: no such file in {data_root} and no {kind} model of that name in {downloads}; correct the path,"
        f" or download it with `mfa model download {kind} {name}`"
    )


def _runs(rows: Sequence[Row], options: "Options") -> Iterator[list[Row]]:
    """Training needs all speakers at once; aligning goes by whole speakers, so many at a time."""
    by_speaker: dict[str, list[Row]] = {}
    for row in rows:
        by_speaker.setdefault(row["speaker_id"], []).append(row)
    run: list[Row] = []
    for utterances in by_speaker.values():
        if options.mode == "align" and run and len(run) + len(utterances) > options.utterances_per_run:
            yield run
            run = []
        run += utterances
    if run:
        yield run


def _with_config(places: Places, options: "Options") -> Places:
    """Write MFA's own configuration, if there is any."""
    if not options.config:
        return places
    path = places.temporary.with_suffix(".yaml")
    path.write_text(yaml.safe_dump(options.config, allow_unicode=True), encoding="utf-8")
    return replace(places, config=path)


def _run(places: Places, options: "Options", jobs: int, written: Mapping[Path, Row]) -> tuple[list[Row], Rejects]:
    """Run MFA once, count its outputs and remove what it leaves."""
    build = train_command if options.mode == "train" else align_command
    for folder in (places.temporary, places.root, places.outputs, places.model.parent):
        folder.mkdir(parents=True, exist_ok=True)
    say(f"mfa {options.mode}: {len(written)} utterances")
    _call(build(places, options, jobs), environment(places, options, os.environ))
    aligned, rejects = read_outputs(written, places.outputs)
    say(f"mfa {options.mode}: {len(written) - len(rejects)} of {len(written)} utterances aligned")
    for folder in (places.corpus, places.temporary, places.outputs):
        shutil.rmtree(folder, ignore_errors=True)
    return aligned, rejects


def _call(command: Sequence[str], variables: Mapping[str, str]) -> str:
    """Run a program, show its lines as they come, and return the last ones."""
    last: list[str] = []
    shown_s = -SECONDS_BETWEEN_BARS
    with subprocess.Popen(
        command,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            text = line.strip()
            is_bar = "%|" in text
            if text and not (is_bar and time.monotonic() - shown_s < SECONDS_BETWEEN_BARS):
                say(text)
                shown_s = time.monotonic()
            if text and not is_bar:
                last = [*last[1 - LINES_KEPT :], text]
    if process.returncode:
        about = " ".join(last[-3:])[-300:]
        raise ToolError(f"{' '.join(command[:2])}: failed with exit code {process.returncode} ({about}); see the log")
    return "\n".join(last)


def _version(places: Places, options: "Options") -> str:
    places.root.mkdir(parents=True, exist_ok=True)
    return _call(["mfa", "version"], environment(places, options, os.environ)).splitlines()[-1]


def _kalpy_version() -> str:
    """Ask the Python that runs `mfa`, which need not be this one; "unknown" if the program is no Python script."""
    with Path(shutil.which("mfa") or os.devnull).open("rb") as script:
        interpreter = script.readline().removeprefix(b"#!").strip().decode(errors="replace")
    if "python" not in interpreter:
        return "unknown"
    done = subprocess.run([*interpreter.split(), "-c", _ASK_KALPY], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
