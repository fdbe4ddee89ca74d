"""The command lines of the Montreal Forced Aligner 3.4, and the environment that keeps its jobs apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awe.alignment.mfa import Options


@dataclass(frozen=True)
class Places:
    """Where one run of MFA finds and leaves its things; all absolute, all in the job's own folder.

    Attributes:
        corpus: `speaker/utterance.wav` and `.lab`. MFA names its working folder after the last part of this path,
            which must not start with `root`.
        dictionary: the pronunciations.
        config: YAML file with MFA's own options, or None.
        outputs: folder for the TextGrids.
        model: acoustic model to write or to use. `mfa train` also writes `<dictionary's stem>.dict` beside it,
            so it must not be in the dictionary's folder.
        root: `MFA_ROOT_DIR`; even `mfa version` writes there.
        temporary: folder for MFA's databases.

    """

    corpus: Path
    dictionary: Path
    config: Path | None
    outputs: Path
    model: Path
    root: Path
    temporary: Path

    def __post_init__(self) -> None:
        for name, path in vars(self).items():
            if path is not None and not path.is_absolute():
                raise ValueError(f"{name}: {path} must be absolute, MFA fails on relative paths")
        if str(self.corpus).startswith(str(self.root)):
            raise ValueError(f"corpus: {self.corpus} must not start with the root's path {self.root}")
        if self.model.parent == self.dictionary.parent:
            raise ValueError(f"model: {self.model} must not be in the dictionary's folder, training overwrites that")


def places_in(folder: Path, run: str, model: Path | None = None, dictionary: Path | None = None) -> Places:
    """Places of one run in the job's folder; a model and a dictionary that already exist stay where they are."""
    base = folder.resolve()
    return Places(
        corpus=base / f"speech-{run}",
        dictionary=dictionary.resolve() if dictionary else base / "dictionary" / "lexicon.dict",
        config=None,
        outputs=base / f"outputs-{run}",
        model=model.resolve() if model else base / "model" / "acoustic.zip",
        root=base / "mfa-root",
        temporary=base / f"temporary-{run}",
    )


def train_command(places: Places, options: "Options", jobs: int) -> list[str]:
    """`mfa train`, which exports the alignment of the corpus as well."""
    command = ["mfa", "train", str(places.corpus), str(places.dictionary), str(places.model)]
    command += ["--output_directory", str(places.outputs)]
    return command + _common(places, options, jobs)


def align_command(places: Places, options: "Options", jobs: int) -> list[str]:
    """`mfa align` with an acoustic model."""
    command = ["mfa", "align", str(places.corpus), str(places.dictionary), str(places.model), str(places.outputs)]
    command += ["--beam", str(options.beam), "--retry_beam", str(options.retry_beam)]
    return command + _common(places, options, jobs)


def environment(places: Places, options: "Options", inherited: Mapping[str, str]) -> dict[str, str]:
    """Environment variables of a run."""
    variables = {**inherited, "MFA_ROOT_DIR": str(places.root)}
    if options.reproducible:
        variables["PYTHONHASHSEED"] = "0"
    return variables


def _common(places: Places, options: "Options", jobs: int) -> list[str]:
    # without --clean MFA exports an old alignment where it finds one; --final_clean removes its databases
    arguments = ["--clean", "--final_clean", "--output_format", "long_textgrid"]
    arguments += ["-t", str(places.temporary)]
    arguments += ["-j", "1", "--no_use_mp", "--no_use_threading"] if options.reproducible else ["-j", str(jobs)]
    if places.config:
        arguments += ["--config_path", str(places.config)]
    if options.single_speaker:
        arguments.append("--single_speaker")
    return arguments
