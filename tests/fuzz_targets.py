"""What the fuzzing of the readers reads: for each reader a function that writes good files, and one that reads them."""

import gzip
import json
import pickle
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lhotse  # noqa: F401  makes a folder in the home folder when it is imported, which no reader may
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import soundfile
import yaml

from alignment_samples import task_of, utterance_row
from awe import plugins
from awe.cli import main
from awe.errors import AweError
from awe.options import Options, parse_options
from awe.tables import SCHEMAS, read_arrow, read_table, table_from, write_arrow, write_table
from corpus_samples import SAMPLES

WORDS = ["casa", "mesa", "pão"]
TIMES = [(0.0, 0.3), (0.3, 0.6), (0.7, 1.0)]


@dataclass(frozen=True)
class Target:
    """`make` writes good files into a folder, `read` reads them; it may raise AweError and nothing else."""

    make: Callable[[Path], None]
    read: Callable[[Path], None]


class CommandError(AweError):
    """A command ended with an error's exit code."""


def command(*arguments: str | Path) -> None:
    """Run a command in this process; its own error line has been printed."""
    if main([str(argument) for argument in arguments]) != 0:
        raise CommandError("see above")


def corpus(name: str) -> Target:
    from awe.corpora.base import IngestOptions
    from awe.corpora.ingest import ingest
    from awe.corpora.splits import with_speaker_lists
    from awe.text import TextOptions

    options: dict[str, Any] = {}

    def make(folder: Path) -> None:
        options.update(SAMPLES[name](folder).options)
        (folder / "speakers.txt").write_text("001\nsp-1\nabc\n", encoding="utf-8")

    def read(folder: Path) -> None:
        reader = plugins.load("corpora", name)
        lists = {"speaker_lists": {"test": "speakers.txt"}}
        chosen = parse_options(reader.Options, json.dumps(options | lists))
        items = with_speaker_lists(reader.read(chosen, folder), chosen, folder)
        made = ingest(items, folder, TextOptions(numbers="de"), IngestOptions())
        tables = {"utterances": made.utterances, "alignment": made.reference, "rejects": made.rejects}
        for kind, table in tables.items():
            write_arrow(table, kind, folder / "out" / f"{kind}.parquet")
            assert read_arrow(kind, folder / "out" / f"{kind}.parquet").equals(table)

    return Target(make, read)


def _textgrid() -> bytes:
    intervals = "".join(
        f'        intervals [{number}]:\n            xmin = {start}\n            xmax = {end}\n            text = "{word}"\n'
        for number, (word, (start, end)) in enumerate(zip(WORDS, TIMES, strict=True), start=1)
    )
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 1\ntiers? <exists>\nsize = 1\n'
    tier = 'item []:\n    item [1]:\n        class = "IntervalTier"\n        name = "words"\n        xmin = 0\n        xmax = 1\n'
    return f"{head}{tier}        intervals: size = 3\n{intervals}".encode()


def _alignment_content(form: str) -> tuple[str, bytes]:
    """Name and content of a file of the format with the times of utterance `u1`."""
    timed = list(zip(WORDS, TIMES, strict=True))
    supervision = {"id": "u1", "recording_id": "r", "start": 0.0, "duration": 1.0, "channel": 0, "text": "x"}
    supervision["alignment"] = {"word": [[word, start, round(end - start, 3)] for word, (start, end) in timed]}
    entries = [[start, end, word] for word, (start, end) in timed]
    texts = {
        "audacity": ("u1.txt", "".join(f"{start}\t{end}\t{word}\n" for word, (start, end) in timed)),
        "ctm": ("all.ctm", "".join(f"u1 1 {start} {end - start:.3f} {word}\n" for word, (start, end) in timed)),
        "wrd": ("u1.wrd", "".join(f"{int(16000 * start)} {int(16000 * end)} {word}\n" for word, (start, end) in timed)),
        "mfa_csv": (
            "u1.csv",
            "Begin,End,Label,Type,Speaker\n"
            + "".join(f"{start},{end},{word},words,s1\n" for word, (start, end) in timed),
        ),
        "mfa_json": (
            "u1.json",
            json.dumps({"start": 0, "end": 1, "tiers": {"words": {"type": "interval", "entries": entries}}}),
        ),
        "table": (
            "all.csv",
            "utterance_id,word,start_s,end_s\n" + "".join(f"u1,{word},{start},{end}\n" for word, (start, end) in timed),
        ),
        "lhotse": ("all.jsonl", json.dumps(supervision) + "\n"),
    }
    if form == "textgrid":
        return "u1.TextGrid", _textgrid()
    name, text = texts[form]
    return name, text.encode()


def alignment(form: str) -> Target:
    from awe.alignment import given

    def make(folder: Path) -> None:
        name, content = _alignment_content(form)
        (folder / name).write_bytes(content)
        if form == "lhotse":
            (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        if form == "table":
            rows = [{"utterance_id": "u1", "word": "casa", "start_s": 0.0, "end_s": 0.5}]
            pq.write_table(pa.Table.from_pylist(rows), folder / "all.parquet")

    def read(folder: Path) -> None:
        rows = [utterance_row(name, "s1", f"{name}.wav", 1.0, WORDS) for name in ("u1", "u2")]
        result = given.align(task_of(folder, rows), given.Options(folder=".", format=form))
        write_table(result.alignment, "alignment", folder / "out.parquet")
        write_table(table_from("rejects", result.rejects), "rejects", folder / "out-rejects.parquet")

    return Target(make, read)


def text() -> Target:
    from awe.text import TextOptions, normalise

    def make(folder: Path) -> None:
        lines = (
            "1.000,5 é ½ 3º 1st 12:30 quinta-feira geht's ١٢٣ 00123 99999999999999999999 E\u0301 \u00ad\u200b 😀 ＡＢ"
        )
        (folder / "text.txt").write_text(lines, encoding="utf-8")

    def read(folder: Path) -> None:
        content = (folder / "text.txt").read_bytes().decode(errors="surrogateescape")
        for numbers in (None, "pt_BR", "de", "pl", "en", "cs"):
            options = TextOptions(numbers=numbers, lower_case=numbers != "de")
            words = normalise(content, options)
            assert normalise(" ".join(words), options) == words

    return Target(make, read)


def evaluate(suffix: str) -> Target:
    """The inputs of `awe evaluate` that were made elsewhere."""

    def make(folder: Path) -> None:
        random = np.random.default_rng(1)
        words, speakers = ["eins", "zwei", "nan"] * 4, ["a", "b"] * 6
        vectors = random.normal(size=(12, 4)).astype(np.float32)
        path = folder / f"in{suffix}"
        if suffix == ".npz":
            np.savez(path, word=np.array(words), speaker=np.array(speakers), embedding=vectors)
        elif suffix == ".csv":
            frame = pd.DataFrame(vectors, columns=[f"e{number}" for number in range(4)])
            frame.assign(word=words, speaker=speakers).to_csv(path, index=False)
        else:
            rows = zip(words, speakers, vectors.tolist(), strict=True)
            pq.write_table(
                pa.Table.from_pylist([dict(zip(("word", "speaker", "embedding"), row, strict=True)) for row in rows]),
                path,
            )

    def read(folder: Path) -> None:
        options = json.dumps({"bootstrap_samples": 100})
        command("evaluate", folder / f"in{suffix}", "--speaker", "speaker", "--options", options,
                "--output", folder / "out.csv")  # fmt: skip

    return Target(make, read)


def evaluate_tables() -> Target:
    """The tables `tokens` and `embeddings` without their checksums, as other programs write them."""

    def make(folder: Path) -> None:
        tokens = [
            {"token_id": f"t{number}", "utterance_id": "u", "speaker_id": f"s{number % 2}", "word": f"w{number % 3}",
             "phones": ["a", "b"], "start_s": 0.0, "end_s": 0.5, "split": "test"}
            for number in range(12)
        ]  # fmt: skip
        embeddings = [{"token_id": f"t{number}", "embedding": [float(number), 1.0, -1.0]} for number in range(12)]
        for name, rows in (("tokens", tokens), ("embeddings", embeddings)):
            pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMAS[name]), folder / f"{name}.parquet")

    def read(folder: Path) -> None:
        command("evaluate", folder / "embeddings.parquet", "--tokens", folder / "tokens.parquet",
                "--options", json.dumps({"bootstrap_samples": 100}))  # fmt: skip

    return Target(make, read)


def tables() -> Target:
    """Tables as this package writes them: damaged ones are errors, never other values."""

    def make(folder: Path) -> None:
        rows = [{"word": f"w{number}", "vector": [float(number), 0.5]} for number in range(50)]
        write_table(table_from("vectors", rows), "vectors", folder / "vectors.parquet")

    def read(folder: Path) -> None:
        frame = read_table("vectors", folder / "vectors.parquet")
        assert frame["word"].tolist() == [f"w{number}" for number in range(50)]
        assert [list(vector) for vector in frame["vector"]] == [[float(number), 0.5] for number in range(50)]

    return Target(make, read)


def vectors(name: str) -> Target:
    from awe.semantics import pretrained
    from awe.text import TextOptions

    def make(folder: Path) -> None:
        if name == "v.bin":
            from gensim.models import FastText
            from gensim.models.fasttext import save_facebook_model

            sentences = [WORDS, ["casa", "azul"], ["pão", "mesa"]]
            model = FastText(sentences=sentences, vector_size=3, epochs=1, bucket=20, min_count=1, workers=1)
            save_facebook_model(model, str(folder / name))
            return
        content = b"3 2\n" + "casa 0.5 -1\nmesa 1e-3 2\npão 9 9\n".encode()
        (folder / name).write_bytes(gzip.compress(content, mtime=0) if name.endswith("gz") else content)

    def read(folder: Path) -> None:
        found = pretrained.find_vectors(WORDS, pretrained.Options(path=name), folder, TextOptions(), 1)
        assert all(vector.dtype == np.float32 and np.isfinite(vector).all() for vector in found.values())
        assert len({vector.shape for vector in found.values()}) < 2

    return Target(make, read)


def word_lists() -> Target:
    """The small text files of the user: pronunciations, speakers, text to train vectors on."""
    from awe.commands.tokens import _speakers
    from awe.lexicon.dictionary import read_dictionary
    from awe.lexicon.pronunciations import build_lexicon
    from awe.semantics.trained import _read_lines
    from awe.text import TextOptions, normalise

    def make(folder: Path) -> None:
        (folder / "words.txt").write_text("# own\ncasa\tk a z ɐ\nmesa\tm e z ɐ\n", encoding="utf-8")
        (folder / "speakers.txt").write_text("s1\ns2\n", encoding="utf-8")
        (folder / "text.txt").write_text("a casa azul\no pão\n", encoding="utf-8")
        (folder / "espeak.txt").write_text("k_ˈa_z_ɐ\n(en)h_aʊ_s(pt)\n?\n", encoding="utf-8")

    def read(folder: Path) -> None:
        raw = (folder / "espeak.txt").read_bytes().decode(errors="replace").splitlines()
        build_lexicon([f"w{number}" for number in range(len(raw))], raw)
        for line in _read_lines(folder / "text.txt"):
            normalise(line, TextOptions())
        _speakers("speakers.txt", folder)
        read_dictionary(folder / "words.txt", TextOptions())

    return Target(make, read)


def configuration() -> Target:
    from awe.config import parse_experiment

    root = Path(__file__).resolve().parents[1]
    shipped = [root / "config.yaml", *sorted((root / "config").glob("*.yaml")), root / "tests/experiments/micro.yaml"]

    def make(folder: Path) -> None:
        for path in shipped:
            (folder / path.name).write_bytes(path.read_bytes())

    def read(folder: Path) -> None:
        for path in sorted(folder.iterdir()):
            try:
                values = yaml.safe_load(path.read_bytes())
            except (yaml.YAMLError, ValueError):  # Snakemake's business
                continue
            if isinstance(values, dict) and all(isinstance(key, str) for key in values):
                parse_experiment(values)

    return Target(make, read)


def option_texts() -> Target:
    """Options as JSON, as the workflow passes them to each command."""
    from awe.evaluation.options import EvaluationOptions
    from awe.features.options import FeatureOptions
    from awe.lexicon.options import LexiconOptions
    from awe.text import TextOptions
    from awe.tokens.options import TokenOptions
    from awe.training.options import JobOptions

    models: list[type[Options]] = [EvaluationOptions, FeatureOptions, LexiconOptions, TextOptions, TokenOptions]
    models += [plugins.load("corpora", name).Options for name in plugins.names("corpora")]
    models += [plugins.load("semantics", name).Options for name in ("pretrained", "trained")]
    models += [plugins.load("alignment", name).Options for name in ("given", "hmm", "mfa")]
    models.append(JobOptions)
    samples = [
        {"folder": "a/b", "encoding": "utf-8", "speaker_lists": {"train": "x"}, "file": "t.csv", "text": "text"},
        {"voice": "de", "dictionary": "d.txt", "numbers": "de", "kind": "mfcc", "options": {}, "path": "v.bin"},
        {"setting": {"objective": "multitask", "options": {"alpha": 1, "beta": 0}}, "seed": 1, "model": {}},
        {"speakers": {"train": 2, "valid": ["a"], "test": "file"}, "minimum_phones": 4},
        {"pattern": "(?P<speaker>[^_]+)_(?P<utterance>.*)", "manifests": [{"cuts": "c.jsonl"}], "splits": "x"},
    ]

    def make(folder: Path) -> None:
        for number, sample in enumerate(samples):
            (folder / f"{number}.json").write_text(json.dumps(sample), encoding="utf-8")

    def read(folder: Path) -> None:
        for path in sorted(folder.glob("*.json")):
            content = path.read_bytes().decode(errors="replace")
            for model in models:
                try:
                    parse_options(model, content)
                except AweError as error:
                    assert "\n" not in str(error)  # noqa: PT017 -- the law of this target, for every model

    return Target(make, read)


def models() -> Target:
    """Trained models and checkpoints, with the checksum made right again after every other change."""
    from torch import ones

    from awe.training.checkpoint import Checkpoint, State
    from awe.training.encoder import AcousticEncoder
    from awe.training.model_file import read_encoder, write_model
    from awe.training.options import ModelOptions

    options = ModelOptions(conv_filters=2, gru_layers=1, gru_width=2)

    def make(folder: Path) -> None:
        encoder = AcousticEncoder(3, options)
        weights = {f"encoder.{name}": value for name, value in encoder.state_dict().items()}
        facts = {"options": {"model": options.model_dump(mode="json")}, "coefficients": 3, "phones": ["a"]}
        write_model(folder / "model.safetensors", weights, facts | {"best_epoch": 1})
        Checkpoint(folder / "state.safetensors", "print").save(State({"a.b": ones(3, 2)}, {"epoch": 1, "rate": 0.5}))

    def read(folder: Path) -> None:
        state = Checkpoint(folder / "state.safetensors", "print").load()
        assert state is None or isinstance(state.facts, dict)
        read_encoder(folder / "model.safetensors")

    return Target(make, read)


def archives() -> Target:
    from awe.archive import unpack
    from awe.provenance import hashes

    def make(folder: Path) -> None:
        inside = folder / "exp"
        (inside / "por" / "tokens").mkdir(parents=True)
        write_table(table_from("rejects", []), "rejects", inside / "por" / "tokens" / "rejects.parquet")
        record = {"files": hashes(inside), "config": {"languages": {}}}
        (inside / "provenance.json").write_text(json.dumps(record), encoding="utf-8")
        with tarfile.open(folder / "exp.tar", "w", format=tarfile.PAX_FORMAT) as tar:
            tar.add(inside, "exp")

    def read(folder: Path) -> None:
        packed = folder / "exp.tar.gz"
        if not packed.exists():
            packed.write_bytes(gzip.compress((folder / "exp.tar").read_bytes(), mtime=0))
        unpack(packed, folder / "into")

    return Target(make, read)


def records() -> Target:
    """The JSON and CSV files between the stages."""
    from awe.evaluation.selection import write_selection
    from awe.report.plan import Plan
    from awe.report.results import Results
    from awe.reuse import read_stages
    from awe.verification import differences

    plan = Plan(experiment="exp", languages={"por": "Portuguese"}, settings=["form"], seeds=[1])

    def make(folder: Path) -> None:
        (folder / "por" / "alignment").mkdir(parents=True)
        (folder / "por" / "evaluation" / "form").mkdir(parents=True)
        (folder / "por" / "training" / "form" / "only" / "seed-1").mkdir(parents=True)
        selection = {"setting": "form", "chosen": "only", "candidates": [{"candidate": "only"}]}
        write_selection(selection, folder / "por" / "evaluation" / "form" / "selection.json")
        (folder / "por" / "alignment" / "boundary_errors.csv").write_text(
            "scope,n_words,median_ms\nall,1000,11.5\n", encoding="utf-8"
        )
        embeddings = table_from("embeddings", [{"token_id": "t", "embedding": [1.0]}])
        job = folder / "por" / "training" / "form" / "only" / "seed-1"
        write_table(embeddings, "embeddings", job / "test.parquet")
        stages = {"corpus": {"made_of": {"seed": 1}, "files": {"corpus/utterances.parquet": "0"}}}
        (folder / "tables.json").write_text(json.dumps(stages), encoding="utf-8")
        record = {"files": {"a.parquet": "0"}, "config": {"languages": {}}, "inputs": {"por": {"sha256": "0"}}}
        (folder / "provenance.json").write_text(json.dumps(record), encoding="utf-8")

    def read(folder: Path) -> None:
        results = Results(folder, plan)
        results.boundary_errors("por")
        differences(folder)
        results.embeddings("por", "form", 1, "test")
        read_stages(folder / "tables.json")

    return Target(make, read)


def audio(name: str) -> Target:
    from awe.audio import inspect, read_segment

    def make(folder: Path) -> None:
        noise = np.random.default_rng(1).normal(0, 0.1, 4_000)
        if name.endswith(".adc"):
            (folder / name).write_bytes((noise * 32_767).astype("<i2").tobytes())
        elif name.endswith(".opus"):
            soundfile.write(folder / name, noise, 16_000, format="OGG", subtype="OPUS")
        else:
            soundfile.write(folder / name, noise, 16_000)

    def read(folder: Path) -> None:
        facts = inspect(folder / name, max_duration_s=40.0)
        samples = read_segment(folder / name)
        assert np.isfinite(samples).all()
        assert abs(len(samples) / 16_000 - facts.duration_s) < 0.01

    return Target(make, read)


def unpickled() -> Target:
    """Every reader of binary files given pickles that would run a command."""
    others: Sequence[Target] = [
        evaluate(".npz"),
        evaluate(".parquet"),
        tables(),
        vectors("v.bin"),
        models(),
        archives(),
    ]

    class Evil:
        def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
            import os

            return os.mkdir, ("escaped",)

    def make(folder: Path) -> None:
        names = ["in.npz", "in.parquet", "vectors.parquet", "v.bin", "model.safetensors", "state.safetensors"]
        for name in [*names, "exp.tar.gz", "exp.tar"]:
            (folder / name).write_bytes(pickle.dumps(Evil()))

    def read(folder: Path) -> None:
        for other in others:
            try:
                other.read(folder)
            except AweError:
                continue
            raise AssertionError("a pickle was read as data")

    return Target(make, read)


FORMATS = ("audacity", "ctm", "lhotse", "mfa_csv", "mfa_json", "table", "textgrid", "wrd")

TARGETS: dict[str, Callable[[], Target]] = {
    **{f"corpus-{name}": lambda name=name: corpus(name) for name in SAMPLES},  # type: ignore[misc]
    **{f"alignment-{form}": lambda form=form: alignment(form) for form in FORMATS},  # type: ignore[misc]
    **{f"evaluate{suffix}": lambda suffix=suffix: evaluate(suffix) for suffix in (".csv", ".npz", ".parquet")},  # type: ignore[misc]
    **{f"vectors-{name}": lambda name=name: vectors(name) for name in ("v.vec", "v.vec.gz", "v.bin")},  # type: ignore[misc]
    **{f"audio-{kind}": lambda kind=kind: audio(f"a.{kind}") for kind in ("wav", "flac", "ogg", "opus", "mp3", "adc")},  # type: ignore[misc]
    "evaluate-tables": evaluate_tables,
    "tables": tables,
    "text": text,
    "word_lists": word_lists,
    "configuration": configuration,
    "options": option_texts,
    "models": models,
    "archives": archives,
    "records": records,
    "pickles": unpickled,
}
