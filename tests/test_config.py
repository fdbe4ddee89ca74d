"""Every configuration error is one line that names the key; the shipped experiments are what they claim to be."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from awe import plugins
from awe.config import merge, parse_experiment
from awe.errors import ConfigError
from awe.training.options import ModelOptions, TrainingOptions

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = [
    ROOT / "config.yaml",
    *sorted((ROOT / "config").glob("*.yaml")),
    *sorted(ROOT.glob("tests/experiments/*.yaml")),
]
DEFAULT: dict[str, Any] = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_experiments_are_valid(path: Path) -> None:
    experiment = parse_experiment(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert experiment.languages


@pytest.mark.parametrize("name", ["synthetic-full", "globalphone"])
def test_the_papers_experiments_are_the_papers(name: str) -> None:
    experiment = parse_experiment(yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text(encoding="utf-8")))
    assert experiment.model == ModelOptions()
    assert experiment.training == TrainingOptions()
    model, training = experiment.model, experiment.training
    assert (model.conv_filters, model.conv_kernel, model.conv_stride) == (64, 5, 2)
    assert (model.gru_layers, model.gru_width, model.bidirectional, model.dropout) == (3, 512, False, 0.2)
    assert (model.decoder_feedback, model.regressor_hidden) == ("argmax", ())
    assert (training.epochs, training.batch_size, training.learning_rate) == (100, 256, 1e-3)
    assert (training.schedule_factor, training.schedule_patience) == (0.5, 10)
    assert list(experiment.settings["contrastive"].candidates["margin"]) == [0.2, 0.3, 0.4, 0.5]
    sizes = {code: one.tokens.sizes.model_dump() for code, one in experiment.languages.items()}
    assert sizes == {
        "por": {"train": 28810, "valid": 9029, "test": 9580},
        "deu": {"train": 28914, "valid": 9683, "test": 9372},
        "pol": {"train": 27979, "valid": 9656, "test": 9089},
    }
    for one in experiment.languages.values():
        assert one.tokens.speakers.train == 42
        assert one.tokens.minimum_phones == 4
        assert one.tokens.minimum_frequency == 2
        assert one.tokens.maximum_duration_s == 1.1
        assert one.features.kind == "mfcc"


def test_the_authors_preset_is_their_code_row_by_row() -> None:
    experiment = parse_experiment(yaml.safe_load((ROOT / "config" / "authors.yaml").read_text(encoding="utf-8")))
    model, training = experiment.model, experiment.training
    for one in experiment.languages.values():
        assert (one.features.kind, one.features.options, one.features.normalisation) == ("fbank", {}, "token")
        tokens = one.tokens
        assert (tokens.minimum_phones, tokens.minimum_frequency, tokens.maximum_duration_s) == (4, 2, 1.1)
        assert tokens.require_vector
        assert one.text.lower_case
    assert (model.padding, model.fixed_frames, model.validation_offsets) == ("authors", 120, "redrawn")
    assert (model.conv_batch_norm, model.conv_relu, model.conv_dropout, model.dropout) == (True, True, 0.1, 0.1)
    assert (model.decoder_feedback, model.symbol_embedding) == ("argmax", 128)
    assert (model.initialisation, training.gradient_clip) == ("authors", 0.25)
    assert (training.schedule, training.schedule_factor, training.schedule_patience) == ("plateau", 0.5, 11)
    assert (training.schedule_threshold, training.last_batch) == (1e-4, "drop")
    assert (training.epochs, training.batch_size, training.learning_rate) == (100, 256, 1e-3)
    for name, (alpha, beta) in {"form": (1, 0), "meaning": (0, 1), "form_meaning": (1, 1)}.items():
        options = experiment.settings[name].options
        assert options == {"alpha": alpha, "beta": beta, "form_scale": "mean"}
    contrastive = experiment.settings["contrastive"]
    assert contrastive.options == {
        "distance": "full",
        "reduction": "sum",
        "positive_may_be_anchor": True,
        "negatives_from": "positive",
        "negatives_among": "anchors",
    }
    assert contrastive.candidates == {"margin": [0.2, 0.3, 0.4, 0.5]}


def test_the_comparisons_are_on_the_papers_data_and_complete() -> None:
    full, comparisons = (
        yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("synthetic-full", "comparisons")
    )
    same = set(full) - {"experiment", "settings", "figures"}
    assert {key: full[key] for key in same} == {key: comparisons[key] for key in same}
    settings = comparisons["settings"]
    assert {one["objective"] for one in settings.values()} == set(plugins.names("training.objectives"))
    controls = {(one["options"].get("alpha", 1), one["options"]["meaning"]) for one in settings.values()
                if "meaning" in one.get("options", {})}  # fmt: skip
    assert controls == {
        (alpha, meaning) for alpha in (0, 1) for meaning in ("shuffled", "random", "onehot", "binarised")
    }
    minutes = {one["training"]["train_minutes"] for one in settings.values() if "training" in one}
    assert minutes == {10, 30, 60}
    assert set(settings["form_meaning_grid"]["candidates"]) == {"alpha", "beta"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tokns": {}}, "config.tokns: unknown key"),
        ({"tokens": {"minimum_fones": 3}}, "config.tokens.minimum_fones: unknown key"),
        ({"languages": {"por": {"tokens": {"sizes": {"train": -1}}}}}, "config.languages.por.tokens.sizes.train"),
        ({"languages": None}, "config: languages: must be a section"),
        ({"languages": {"por": 3}}, "config: languages: must be a section"),
        ({"text": 3}, "config: text: must be a section"),
        ({"text": {"numbers": "xx"}, "languages": {"por": {"text": {"numbers": "xx"}}}}, "no such language"),
        ({"corpus": {"reader": "nowhere"}}, "corpus: corpora: 'nowhere' is unknown; choose one of"),
        ({"corpus": {"reader": "../base"}}, "'../base' is unknown"),
        ({"corpus": {"synthesis": {"speakers": "many"}}}, "config.corpus.synthesis.speakers"),
        ({"alignment": {"aligner": "kaldi"}}, "alignment: 'kaldi' is unknown"),
        ({"alignment": {"options": {"bem": 4}}}, "config.alignment.options.bem: unknown key"),
        ({"semantics": {"options": {"epoch": 4}}}, "config.semantics.options.epoch: unknown key"),
        ({"languages": {"pol": {"lemmas": {"options": {"language": "xx"}}}}}, "simplemma has no dictionary of 'xx'"),
        ({"features": {"kind": "mfc"}}, "features: 'mfc' is unknown"),
        ({"features": {"kind": "options"}}, "features: 'options' is unknown; choose one of fbank, mfcc"),
        ({"semantics": {"source": "options"}}, "semantics: 'options' is unknown; choose one of none, pretrained"),
        (
            {"corpus": {"synthesis": {"official_splits": {"train": 16, "valid": 4, "test": 4}}}},
            "official_splits needs tokens.split_by: official",
        ),
        ({"settings": {"form": {"objective": "multitask", "options": {"alfa": 1}}}}, "alfa"),
        (
            {"settings": {"cae": {"objective": "cae", "candidates": {"pretraining_epochs": [3, 14]}}}},
            "config: settings.cae: training job: pretraining_epochs: 14 of 14 training.epochs leave none",
        ),
        ({"settings": {"bad name": {"objective": "multitask"}}}, "letters, digits"),
        ({"experiment": "../elsewhere"}, "config.experiment"),
        ({"seeds": [1, 1]}, "config.seeds"),
        ({"seeds": []}, "config.seeds"),
        ({"training": {"epochs": 0}}, "config.training.epochs"),
        ({"figures": {"pie": {}}}, "report.figures: 'pie' is unknown"),
        ({"figures": {"test_map": {"settings": ["form", "fom"]}}}, "figures.test_map: 'fom' is not among the settings"),
        ({"figures": {"tsne": {"setting": "fom"}}}, "figures.tsne: 'fom' is not among the settings"),
        ({"claims": {"reference": "fom"}}, "claims.reference: 'fom' is not among the settings"),
        ({"tables": {"pie": {}}}, "report.tables: 'pie' is unknown"),
        ({"tables": {"findings": {"digits": 2}}}, "config.tables.findings.digits: unknown key"),
        ({"analysis": {"analyses": {"strata": {"phones": []}}}}, "config.analysis.analyses.strata.phones"),
        (
            {"languages": {"deu": {"semantics": {"source": "pretrained", "options": {"path": "/x"}}}}},
            "config.languages.deu.semantics.options.path: must be a path inside the data root",
        ),
        (
            {"tokens": {"speakers": {"test": [1, 2]}}},
            "config.tokens.speakers.test: must be a number of speakers from 1",
        ),
        ({"tokens": {"speakers": {"valid": 0}}}, "(numbers among them in quotation marks), or a file"),
        (
            {"languages": {False: {"name": "Norwegian"}}},
            "config.languages.false: this name must be text; put it in quot",
        ),
        ({"languages": {"por": {"name": 1}}}, "config.languages.por.name: must be text; put it in quotation marks"),
        (
            {"languages": {"por": {"corpus": {"reader": "word_folders", "options": {"words": {0: "zero"}}}}}},
            "config.languages.por.corpus.options.words.0: this name must be text",
        ),
    ],
)
def test_errors_are_one_line_naming_the_key(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_experiment(merge(deepcopy(DEFAULT), change))
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 1000
    assert not re.search(r"constrained|function-|\[key\]|\w+\[\w+\]", str(error.value)), "says how pydantic calls it"


def test_a_language_overrides_single_keys() -> None:
    changed = merge(
        deepcopy(DEFAULT), {"languages": {"deu": {"text": {"lower_case": False}, "tokens": {"minimum_phones": 2}}}}
    )
    languages = parse_experiment(changed).languages
    assert not languages["deu"].text.lower_case
    assert languages["deu"].text.numbers == "de"
    assert languages["por"].text.lower_case
    assert (languages["deu"].tokens.minimum_phones, languages["por"].tokens.minimum_phones) == (2, 4)


@pytest.mark.parametrize("written", ["/x/data", "/x/data/", "/x//data", "/x/./data/.", "//x/data"])
def test_a_path_written_otherwise_is_the_same_path(written: str) -> None:
    language = {"lexicon": {"dictionary": written.strip("/")}, "tokens": {"speakers": {"test": written.strip("/")}}}
    changed = merge(deepcopy(DEFAULT), {"data_root": written, "languages": {"por": language}})
    experiment = parse_experiment(changed)
    assert experiment.data_root == "/x/data"
    assert experiment.languages["por"].lexicon.dictionary == "x/data"
    assert experiment.languages["por"].tokens.speakers.test == "x/data"
    assert parse_experiment(merge(changed, {"data_root": f".{written}/../y"})).data_root == "x/data/../y"


def test_the_readme_recipe_for_an_own_corpus_works() -> None:
    recipe = (ROOT / "README.md").read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    own = yaml.safe_load(recipe)
    shared = {key: value for key, value in DEFAULT.items() if key != "languages"}
    experiment = parse_experiment({**shared, **own})
    assert experiment.languages["deu"].corpus.reader == "speaker_folder"
    assert experiment.languages["deu"].corpus.synthesis is None
