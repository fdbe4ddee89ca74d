import json
import re
import sys
from pathlib import Path

try:
    import awe.config
except ModuleNotFoundError:  # Snakemake stands in another environment than the package
    sys.path.insert(0, str(Path(workflow.basedir) / "src"))

from awe.config import parse_experiment
from awe.errors import AweError
from awe.fingerprint import fingerprint
from snakemake.exceptions import WorkflowError

try:
    EXPERIMENT = parse_experiment(config)
except AweError as error:
    raise WorkflowError(str(error)) from None

RESULTS = f"results/{EXPERIMENT.experiment}"
LANGUAGE = RESULTS + "/{language}"
LOGS = RESULTS + "/logs/{language}"
BENCHMARKS = RESULTS + "/benchmarks/{language}"
CANDIDATES = {
    name: setting.candidate_options() for name, setting in EXPERIMENT.settings.items()
}


def one_of(names):
    """A wildcard constraint that admits these names only; with no names, nothing."""
    return "|".join(map(re.escape, names)) or "(?!)"


wildcard_constraints:
    language=one_of(EXPERIMENT.languages),
    setting=one_of(EXPERIMENT.settings),
    candidate=one_of({name for named in CANDIDATES.values() for name in named}),
    seed="[0-9]+",
    shard="[0-9]{4}",


def languages_where(condition):
    """Names of the languages whose configuration meets a condition."""
    return [name for name, one in EXPERIMENT.languages.items() if condition(one)]


def options(section):
    """A param: one section of a language's configuration as JSON with a fixed order of keys."""

    def as_json(wildcards):
        return to_json(getattr(EXPERIMENT.languages[wildcards.language], section))

    return as_json


def to_json(model):
    """JSON of a model or of plain values; the same values give the same text."""
    values = model.model_dump(mode="json") if hasattr(model, "model_dump") else model
    return json.dumps(values, sort_keys=True, ensure_ascii=False)


def code(*modules):
    """A param: fingerprint of the code that a rule runs, so that editing it reruns the rule."""
    return fingerprint(f"awe.{module}" for module in modules)


def is_synthetic(language):
    return EXPERIMENT.languages[language].corpus.reader == "synthetic"


def audio_folder(wildcards):
    """The folder that audio paths are relative to."""
    if is_synthetic(wildcards.language):
        return f"{RESULTS}/{wildcards.language}/synthesis"
    return EXPERIMENT.data_root


def made_audio(wildcards):
    """The embedded corpus as an input; corpora that lie on the disk are not tracked."""
    return audio_folder(wildcards) if is_synthetic(wildcards.language) else []
