"""The reference of all configuration keys, written from the options models themselves."""

import inspect
import json
import re
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from awe import plugins
from awe.config import AlignmentConfig, CorpusConfig, Experiment, LanguageConfig
from awe.corpora.base import Archive
from awe.evaluation.analysis import AnalysisOptions
from awe.evaluation.options import EvaluationOptions, UntrainedOptions
from awe.features.options import FeatureOptions
from awe.lemmas.options import LemmaOptions
from awe.lexicon.options import LexiconOptions
from awe.report.options import ComparisonOptions, ExplorerOptions
from awe.semantics.options import SemanticsOptions
from awe.synthesis.options import OfficialSplits, SynthesisOptions
from awe.text import TextOptions
from awe.tokens.options import SplitShares, SplitSizes, SplitSpeakers, TokenOptions
from awe.training.options import ModelOptions, SettingOptions, TrainingOptions

SECTIONS: list[tuple[str, type[BaseModel]]] = [
    ("The experiment", Experiment),
    ("`languages.<code>`", LanguageConfig),
    ("`corpus`", CorpusConfig),
    ("`corpus.limits`", CorpusConfig.model_fields["limits"].default.__class__),
    ("`corpus.archives`, each", Archive),
    ("`corpus.synthesis`", SynthesisOptions),
    ("`corpus.synthesis.official_splits`", OfficialSplits),
    ("`text`", TextOptions),
    ("`lexicon`", LexiconOptions),
    ("`alignment`", AlignmentConfig),
    ("`semantics`", SemanticsOptions),
    ("`tokens`", TokenOptions),
    ("`tokens.speakers`", SplitSpeakers),
    ("`tokens.shares`", SplitShares),
    ("`tokens.sizes`", SplitSizes),
    ("`features`", FeatureOptions),
    ("`lemmas`", LemmaOptions),
    ("`model`", ModelOptions),
    ("`training`", TrainingOptions),
    ("`settings.<name>`", SettingOptions),
    ("`evaluation`", EvaluationOptions),
    ("`baselines`", UntrainedOptions),
    ("`analysis`", AnalysisOptions),
    ("`claims`", ComparisonOptions),
    ("`explorer`", ExplorerOptions),
]
PLUGINS = {
    "corpora": "`corpus.options` with `corpus.reader:",
    "alignment": "`alignment.options` with `alignment.aligner:",
    "semantics": "`semantics.options` with `semantics.source:",
    "features": "`features.options` with `features.kind:",
    "lemmas": "`lemmas.options` with `lemmas.source:",
    "training.objectives": "`settings.<name>.options` with `settings.<name>.objective:",
    "evaluation.analyses": "`analysis.analyses.",
    "report.figures": "`figures.",
    "report.tables": "`tables.",
}
INTRODUCTION = """\
# Configuration

Written by `awe document`; a test fails when it is out of date.

An experiment is one YAML file: `config.yaml`, or another one with `--configfile`. The sections `corpus`, `text`, `lexicon`,
`alignment`, `semantics`, `tokens`, `features` and `lemmas` hold for all languages; a language may hold the same sections
and override single keys. Unknown keys are errors. Single values can be changed on the command line:
`snakemake --cores 2 --config 'training={epochs: 5}'`.
"""


def schema() -> str:
    """JSON schema of an experiment after the shared sections were merged into its languages."""
    return json.dumps(Experiment.model_json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def reference() -> str:
    """Markdown page that lists every key with its type, default and meaning."""
    parts = [INTRODUCTION, *(_section(title, model) for title, model in SECTIONS)]
    for package, title in PLUGINS.items():
        for name in plugins.names(package):
            heading = f"{title}{name}`" if title.endswith(".") else f"{title} {name}`"
            module = plugins.load(package, name)
            summary = (module.__doc__ or "").strip().split("\n\n")[0]
            parts.append(_section(heading, module.Options, " ".join(summary.split())))
    return "\n".join(parts)


def _section(title: str, model: type[BaseModel], summary: str = "") -> str:
    text = summary or " ".join((inspect.getdoc(model) or "").partition("Attributes:")[0].split())
    lines = [f"## {title}", "", text, ""]
    meanings = meanings_of(model)
    if model.model_fields:
        lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
    properties: dict[str, Any] = model.model_json_schema().get("properties", {})
    for name, field in model.model_fields.items():
        cells = [
            f"`{name}`",
            _type(properties.get(name, {})),
            _default(field.get_default(call_default_factory=True, validated_data={})),
            meanings[name],
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines).rstrip() + "\n"


def meanings_of(model: type[BaseModel]) -> dict[str, str]:
    """Say what each option means: its description, what the docstring says of it, or of a section what it is about."""
    attributes = _attributes(model)

    def meaning(name: str, field: FieldInfo) -> str:
        below = field.annotation
        is_section = isinstance(below, type) and issubclass(below, BaseModel)
        about = (inspect.getdoc(below) or "").partition("\n\n")[0] if is_section else ""
        about = " ".join(about.split()).removesuffix(".")
        return field.description or attributes.get(name) or f"{about[:1].lower()}{about[1:]}"

    return {name: meaning(name, field) for name, field in model.model_fields.items()}


def _attributes(model: type[BaseModel]) -> dict[str, str]:
    """Meanings of the fields as the class docstrings under `Attributes:` give them, own and inherited."""
    meanings: dict[str, str] = {}
    for base in reversed(model.__mro__):
        block = inspect.cleandoc(base.__doc__ or "").partition("Attributes:")[2]
        for match in re.finditer(r"^    (\w+): (.*(?:\n {8}.*)*)", block, re.MULTILINE):
            meanings[match[1]] = " ".join(match[2].split())
    return meanings


def _type(schema_part: dict[str, Any]) -> str:
    if "anyOf" in schema_part:
        return " or ".join(dict.fromkeys(_type(part) for part in schema_part["anyOf"]))
    if "enum" in schema_part:
        return " or ".join(f"`{value}`" for value in schema_part["enum"])
    if "const" in schema_part:
        return f"`{schema_part['const']}`"
    if "$ref" in schema_part or schema_part.get("type") == "object":
        return "section"
    names = {"array": "list", "string": "text", "integer": "integer", "number": "number", "boolean": "true or false"}
    return names.get(str(schema_part.get("type")), "any")


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "needed"
    if isinstance(value, BaseModel):
        return "as below"
    text = json.dumps(value, ensure_ascii=False, default=lambda model: model.model_dump(mode="json"))
    return f"`{text}`"
