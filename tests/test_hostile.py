"""Names, transcripts and configurations made to do harm: they are data, nothing of them is executed."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import soundfile
import yaml
from pydantic import ValidationError

from awe.errors import ConfigError
from awe.options import parse_options
from awe.tables import read_table
from chain import MICRO, RESULT, snakemake

SPEAKERS = [
    "-rf",
    "a;touch escaped",
    "$(touch escaped)",
    "`touch escaped`",
    "quote\"s'",
    "line\nbreak",
]
NOISE = "<script>document.title='escaped'</script> \x1b[31m\x07 {params.output} {{seed}} %s $(touch escaped) "
DATA_ROOT = "data; touch escaped $(touch escaped)"


def hostile_corpus(micro: Path, data_root: Path) -> None:
    """The embedded corpus as a user's folder of recordings, with names nobody should give."""
    utterances = read_table("utterances", micro / RESULT / "por" / "corpus" / "utterances.parquet")
    speakers = dict(zip(sorted(utterances["speaker_id"].unique()), SPEAKERS, strict=True))
    for number, row in enumerate(utterances.to_dict("records")):
        folder = data_root / speakers[row["speaker_id"]]
        folder.mkdir(parents=True, exist_ok=True)
        audio = micro / RESULT / "por" / "synthesis" / row["audio_path"]
        rate = soundfile.info(audio).samplerate
        first, count = round(row["start_s"] * rate), round(row["duration_s"] * rate)
        samples, _ = soundfile.read(audio, start=first, frames=count)
        name = f"--{number};$(touch escaped)\n'"
        soundfile.write(folder / f"{name}.wav", samples, rate)
        (folder / f"{name}.txt").write_text(row["text"] + (NOISE if number % 10 == 0 else ""), encoding="utf-8")


def test_hostile_names_and_transcripts_run_through_the_whole_chain(micro: Path, tmp_path: Path) -> None:
    hostile_corpus(micro, tmp_path / DATA_ROOT)
    config = yaml.safe_load(MICRO.read_text(encoding="utf-8"))
    config["data_root"] = DATA_ROOT
    config["languages"]["por"]["corpus"] = {}
    config["languages"]["por"]["name"] = "Portuguese $(touch escaped) <img src=x onerror=alert(1)>"
    config["corpus"] = {"reader": "speaker_folder"}
    config["notes"] = ["-n; touch escaped", 'it\'s "quoted" $(touch escaped)']
    path = tmp_path / "hostile.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    done = snakemake(tmp_path, config=path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert not [one for one in tmp_path.rglob("*") if one.name == "escaped"]
    results = tmp_path / RESULT
    tokens = read_table("tokens", results / "por" / "tokens" / "tokens.parquet")
    assert set(tokens["speaker_id"]) <= set(SPEAKERS)
    counted = pd.read_csv(results / "report" / "funnel.csv")
    assert len(counted) > 0
    summary = (results / "report" / "summary.md").read_text(encoding="utf-8")
    assert "<script>" not in summary
    assert "\x1b" not in summary
    for page in (summary, (results / "report" / "explorer.html").read_text(encoding="utf-8")):
        assert "<img src=x" not in page


@pytest.mark.parametrize(
    "text",
    [
        'experiment: !!python/object/apply:os.system ["touch escaped"]\n',
        'experiment: !!python/object/new:type [z, !!python/tuple [], {"x": !!python/name:os.system }]\n',
        'experiment: "../escaped"\n',
        'experiment: "$(touch escaped)"\n',
        "experiment: {a: &a [*a]}\n",
    ],
)
def test_hostile_configurations_stop_before_anything_runs(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text + MICRO.read_text(encoding="utf-8").partition("experiment: micro\n")[2], encoding="utf-8")
    done = snakemake(tmp_path / "run", config=path)
    assert done.returncode != 0
    assert not [one for one in tmp_path.rglob("*") if one.name in {"escaped", "results"}]


def test_files_named_in_the_configuration_lie_below_the_data_root() -> None:
    from awe.corpora.speaker_folder import Options as Corpus
    from awe.lexicon.options import LexiconOptions
    from awe.semantics.pretrained import Options as Vectors

    for outside in ("../secret", "/etc/passwd", "a/../../secret"):
        with pytest.raises(ConfigError, match="folder"):
            parse_options(Corpus, f'{{"folder": "{outside}"}}')
        with pytest.raises(ConfigError, match="dictionary"):
            parse_options(LexiconOptions, f'{{"voice": "de", "dictionary": "{outside}"}}')
        with pytest.raises(ConfigError, match="path"):
            parse_options(Vectors, f'{{"path": "{outside}"}}')


# options that are text and no path: names of columns, voices, languages, tiers, plugins
NO_PATHS = {
    *("table.audio", "table.start", "table.end", "table.text", "table.word", "table.speaker", "table.utterance_id"),
    *("table.split", "ljspeech.delimiter", "ljspeech.speaker", "given.format", "given.tier", "LexiconOptions.voice"),
    *("librispeech.parts", "given.silences", "word_folders.words", "mfa.config", "encoding"),
}


def test_no_text_option_leads_out_of_the_data_root() -> None:
    """Every text option of a plugin that reads files refuses such paths, unless it is known not to be one."""
    from awe import plugins
    from awe.corpora.lhotse import Manifest
    from awe.lexicon.options import LexiconOptions
    from awe.options import Options
    from awe.tokens.options import SplitSpeakers

    models: dict[str, type[Options]] = {one.__name__: one for one in (LexiconOptions, Manifest, SplitSpeakers)}
    for package in ("corpora", "alignment", "semantics", "features"):
        models |= {name: plugins.load(package, name).Options for name in plugins.names(package)}
    checked = 0
    for name, model in models.items():
        for key, field in model.model_fields.items():
            kind = str(field.annotation)
            if "str" not in kind or kind.startswith("typing.Literal") or {key, f"{name}.{key}"} & NO_PATHS:
                continue
            checked += 1
            for outside in ("../secret", "/etc/passwd", "a/../../secret", "a\0b"):
                value: object = outside
                if kind.startswith("tuple"):
                    value = [outside]
                elif kind.startswith("dict"):
                    value = {"test": outside}
                with pytest.raises(ValidationError) as caught:
                    model.model_validate({key: value})
                assert any(problem["loc"][0] == key for problem in caught.value.errors()), f"{name}.{key}: {outside}"
    assert checked > 25


@pytest.mark.parametrize("name", ["../../escaped", "/tmp/escaped", "corpus/../../escaped"])  # noqa: S108
def test_tables_of_another_experiment_stay_in_their_folder(tmp_path: Path, name: str) -> None:
    from awe.errors import ReuseError
    from awe.reuse import take_over

    source = tmp_path / "other" / "por"
    source.mkdir(parents=True)
    (tmp_path / "escaped").write_text("theirs", encoding="utf-8")
    record = {"corpus": {"made_of": {}, "files": {name: "0" * 64}}}
    (source / "tables.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ReuseError, match="no record of stages"):
        take_over(source, tmp_path / "mine" / "por", ["corpus"])
    assert (tmp_path / "escaped").read_text(encoding="utf-8") == "theirs"


def test_a_pickle_is_never_loaded(micro: Path, tmp_path: Path) -> None:
    """A pickle in the place of a table or of a checkpoint is damage, not code."""
    from awe.errors import TableError
    from awe.training.checkpoint import Checkpoint

    pickle = b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x0etouch escaped!\x85R."
    path = tmp_path / "state.safetensors"
    path.write_bytes(pickle)
    assert Checkpoint(path, "any").load() is None
    shutil.copy(path, tmp_path / "tokens.parquet")
    with pytest.raises(TableError, match="damaged"):
        read_table("tokens", tmp_path / "tokens.parquet")
    assert not list(Path.cwd().glob("escaped*"))
    assert micro.exists()
