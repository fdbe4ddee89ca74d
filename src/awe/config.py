"""The whole configuration: one experiment, checked when the workflow is parsed."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from awe import plugins
from awe.corpora.base import Archive, IngestOptions
from awe.errors import ConfigError, CorpusError
from awe.evaluation.analysis import AnalysisOptions
from awe.evaluation.options import EvaluationOptions, UntrainedOptions
from awe.features.options import FeatureOptions
from awe.lemmas.options import LemmaOptions
from awe.lexicon.options import LexiconOptions
from awe.options import Key, NestedError, Options, check_options, tidy
from awe.report.options import ComparisonOptions, ExplorerOptions
from awe.semantics.options import SemanticsOptions
from awe.synthesis.options import SynthesisOptions
from awe.text import TextOptions
from awe.tokens.options import TokenOptions
from awe.training.options import ModelOptions, SettingOptions, TrainingOptions, job_options

# sections that stand once for all languages and that a language can override key by key
PLUGIN_KEYS = {
    "corpus": "reader",
    "alignment": "aligner",
    "semantics": "source",
    "lemmas": "source",
    "features": "kind",
}
RESERVED = {"report", "logs", "benchmarks"}  # folders beside those of the languages
LANGUAGE_SECTIONS = ("corpus", "text", "lexicon", "alignment", "semantics", "tokens", "features", "lemmas")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class CorpusConfig(Options):
    """Which corpus, and what is taken from it."""

    reader: str = Field(description="a module of awe.corpora")
    options: dict[str, Any] = Field(default_factory=dict, description="options of the reader")
    limits: IngestOptions = IngestOptions()
    archives: tuple[Archive, ...] = Field(
        default=(), description="where `awe download` gets it; none: from where the reader knows that it is"
    )
    synthesis: SynthesisOptions | None = Field(default=None, description="size of the embedded corpus")

    @model_validator(mode="after")
    def _check(self) -> "CorpusConfig":
        _check_plugin("corpora", self.reader, self.options, "options")
        if (self.reader == "synthetic") != (self.synthesis is not None):
            raise ValueError("the section synthesis belongs to reader: synthetic, and only to it")
        return self

    def addresses(self) -> tuple[Archive, ...]:
        """Return the archives of the corpus: those configured, else those that its reader knows; none of the embedded corpus.

        Raises:
            CorpusError: if it has no address.

        """
        if self.archives or self.synthesis is not None:
            return self.archives
        reader = plugins.load("corpora", self.reader)
        if not hasattr(reader, "archives"):
            raise CorpusError(
                f"the reader {self.reader} knows no address; name corpus.archives, or copy the files there"
            )
        known: tuple[Archive, ...] = reader.archives(reader.Options.model_validate(self.options))
        return known


class AlignmentConfig(Options):
    """Which aligner; never guessed from what is installed."""

    aligner: str = Field(description="a module of awe.alignment: hmm, mfa or given")
    options: dict[str, Any] = Field(default_factory=dict, description="options of the aligner")

    @model_validator(mode="after")
    def _check(self) -> "AlignmentConfig":
        _check_plugin("alignment", self.aligner, self.options, "options")
        return self


class LanguageConfig(Options):
    """Everything about one language before training."""

    name: str = Field(description="as it stands in tables and figures")
    corpus: CorpusConfig
    text: TextOptions
    lexicon: LexiconOptions
    alignment: AlignmentConfig
    semantics: SemanticsOptions
    tokens: TokenOptions
    features: FeatureOptions
    lemmas: LemmaOptions = LemmaOptions()

    @model_validator(mode="after")
    def _check(self) -> "LanguageConfig":
        _check_plugin("semantics", self.semantics.source, self.semantics.options, "semantics", "options")
        _check_plugin("features", self.features.kind, self.features.options, "features", "options")
        _check_plugin("lemmas", self.lemmas.source, self.lemmas.options, "lemmas", "options")
        synthesis = self.corpus.synthesis
        if synthesis is not None and synthesis.official_splits is not None and self.tokens.split_by != "official":
            raise ValueError("corpus.synthesis.official_splits needs tokens.split_by: official")
        return self


class Experiment(Options):
    """One experiment: languages x settings x seeds."""

    experiment: str = Field(description="name of its folder below results")
    data_root: str = Field(default="data", description="folder that holds the corpora")
    reuse: str | None = Field(
        default=None,
        description="another experiment below results, whose tables up to the features are taken over instead of"
        " computed again, as far as they are made of the same",
    )
    seed: int = Field(default=1, ge=0, lt=2**31, description="seed of corpus, alignment, vectors and splits")
    seeds: list[int] = Field(default=[1], min_length=1, description="seeds of training, a job each")
    languages: dict[str, LanguageConfig] = Field(
        min_length=1, description="a section for each, under a short name such as deu, which becomes a folder"
    )
    model: ModelOptions = ModelOptions()
    training: TrainingOptions = TrainingOptions()
    settings: dict[str, SettingOptions] = Field(
        min_length=1, description="a section for each thing to train, under a name of your own"
    )
    evaluation: EvaluationOptions = EvaluationOptions()
    baselines: UntrainedOptions = UntrainedOptions()
    analysis: AnalysisOptions = AnalysisOptions()
    claims: ComparisonOptions = ComparisonOptions()
    explorer: ExplorerOptions = ExplorerOptions()
    notes: list[str] = Field(
        default_factory=list, description="sentences about the experiment's limits, for its summary"
    )
    figures: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="figures of the report and their options; none: all with their defaults"
    )
    tables: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="tables of the report and their options; none: all with their defaults"
    )

    @field_validator("data_root")
    @classmethod
    def _tidy(cls, path: str) -> str:
        return tidy(path)  # the path is a param of many rules: written otherwise, it would run them again

    @field_validator("experiment", "reuse")
    @classmethod
    def _check_name(cls, name: str | None) -> str | None:
        if name is not None and not _NAME.fullmatch(name):
            raise ValueError("use letters, digits, '.', '_' and '-' only")
        return name

    @field_validator("languages", "settings")
    @classmethod
    def _check_names(cls, named: dict[str, Any]) -> dict[str, Any]:
        for name in named:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r}: use letters, digits, '.', '_' and '-' only")
            if name in RESERVED:
                raise ValueError(f"{name!r} is the name of another folder of the results; choose another one")
        return named

    @field_validator("seeds")
    @classmethod
    def _check_seeds(cls, seeds: list[int]) -> list[int]:
        if len(set(seeds)) < len(seeds) or min(seeds) < 0 or max(seeds) >= 2**31:
            raise ValueError("seeds must differ and lie between 0 and 2147483647")
        return seeds

    @model_validator(mode="after")
    def _check(self) -> "Experiment":
        if self.reuse == self.experiment:
            raise ValueError(f"reuse: {self.reuse!r} is this experiment itself; name another one")
        without_vectors = [code for code, one in self.languages.items() if one.semantics.source == "none"]
        for name, setting in self.settings.items():
            if without_vectors and setting.options.get("beta", 0):
                raise ValueError(f"settings.{name} needs vectors, {without_vectors[0]} has semantics.source: none")
            self._check_jobs(name, setting)
        for name, options in self.figures.items():
            _check_plugin("report.figures", name, options, "figures", name)
            for drawn in [*options.get("settings", []), options.get("setting")]:
                if drawn is not None and drawn not in self.settings:
                    raise ValueError(f"figures.{name}: {drawn!r} is not among the settings; choose of those there are")
        reference = self.claims.reference
        if (
            reference not in self.settings and reference != ComparisonOptions().reference
        ):  # by default there may be none
            raise ValueError(f"claims.reference: {reference!r} is not among the settings; choose of those there are")
        for name, options in self.tables.items():
            _check_plugin("report.tables", name, options, "tables", name)
        for name, options in self.analysis.analyses.items():
            _check_plugin("evaluation.analyses", name, options, "analysis", "analyses", name)
        return self

    def _check_jobs(self, name: str, setting: SettingOptions) -> None:
        """Check that the options of each job of a setting go together."""
        for candidate in setting.candidate_options():
            try:
                job_options(self.model.model_dump(), self.training.model_dump(), setting, candidate, self.seeds[0])
            except ConfigError as error:
                raise ValueError(f"settings.{name}: {error}") from None


def read_experiment(path: Path) -> Experiment:
    """Read and check an experiment's YAML file.

    Raises:
        ConfigError: with one line that names the file or every offending key.

    """
    import yaml

    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read as YAML ({' '.join(str(error).split())})") from None
    if not isinstance(raw, Mapping):
        raise ConfigError(f"{path}: must be sections of keys, as in config.yaml")
    return parse_experiment(raw)


def parse_experiment(raw: Mapping[str, Any]) -> Experiment:
    """Check a configuration as read from YAML.

    Sections of `LANGUAGE_SECTIONS` are merged into every language first; what stands in the language wins.

    Raises:
        ConfigError: with one line that names every offending key.

    """
    shared = {key: value for key, value in raw.items() if key in LANGUAGE_SECTIONS}
    merged = {key: value for key, value in raw.items() if key not in LANGUAGE_SECTIONS}
    for section, value in shared.items():
        if not isinstance(value, Mapping):
            raise ConfigError(f"config: {section}: must be a section of keys (got {value!r})")
    languages = merged.get("languages")
    if not isinstance(languages, Mapping) or not all(isinstance(own, Mapping) for own in languages.values()):
        raise ConfigError("config: languages: must be a section with a section of keys for each language")
    merged["languages"] = {name: merge(_inherited(shared, own), own) for name, own in languages.items()}

    def as_written(key: Key) -> Key:
        """Name a key of a shared section without the language that it was merged into."""
        if len(key) > 2 and key[0] == "languages" and not _reaches(languages, key[1:]) and key[2] in shared:
            return key[2:]
        return key

    return check_options(Experiment, merged, "config", as_written)


def _inherited(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what a language does not inherit: the options of another reader, aligner, source or kind than its own."""
    inherited = dict(shared)
    for section, choice in PLUGIN_KEYS.items():
        ours, theirs = own.get(section), shared.get(section)
        if isinstance(ours, Mapping) and theirs and choice in ours and ours[choice] != theirs.get(choice):
            inherited[section] = {key: value for key, value in theirs.items() if key not in {"options", "synthesis"}}
    return inherited


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merge two trees of keys; where both have a value that is no section, `over` wins."""
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = merge(result[key], value) if both else value
    return result


def _reaches(tree: Any, key: Key) -> bool:
    """Whether a path of keys leads to something in a tree of sections."""
    for part in key:
        below = {_written(name): value for name, value in tree.items()} if isinstance(tree, Mapping) else {}
        if _written(part) not in below:
            return False
        tree = below[_written(part)]
    return True


def _written(name: Any) -> str:
    """Write a key as in a message: YAML may have made a number or false of it."""
    return str(name).lower()


def _check_plugin(package: str, name: str, options: Mapping[str, Any], *where: str) -> None:
    """Check a plugin's name and its options, which stand under the key `where`."""
    try:
        plugins.load(package, name).Options.model_validate(dict(options))
    except ConfigError as error:
        raise ValueError(str(error)) from None
    except ValidationError as error:
        raise NestedError(where, error) from None
