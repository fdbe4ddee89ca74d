"""The embedded aligner against its limits: `python benchmarks/alignment.py [--data FOLDER] [--only NAME ...]`.

Aligns the embedded corpus of the default experiment in three languages, and what is there in the folder of real
recordings: `kerstin` and `tts-portuguese` (one speaker each) and `mfa-example` (with MFA's own output). Prints Markdown
tables: errors of the word boundaries in milliseconds, speed as times real time on one core with training, and how
many right and wrong transcripts are rejected. Wrong ones are made of 15 % of the utterances at a time, of the two
kinds that mistakes in a corpus have: the transcript of another utterance, and the own words in another order.
"""

import argparse
import importlib
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile
import yaml

from awe.alignment import given, hmm
from awe.alignment.base import AlignmentTask
from awe.alignment.boundary_errors import boundary_errors
from awe.cli import main as awe
from awe.config import parse_experiment
from awe.report.tabular import markdown
from awe.tables import read_table, table_from

ROOT = Path(__file__).resolve().parents[1]
SHARE_WRONG = 0.15
FEWEST_WRONG = 60  # of each kind; smaller corpora are aligned several times, with others made wrong
SHORT_S, REPEATS = 900.0, 3  # shorter corpora are timed so often, and the fastest counts
LEXICA = {"kerstin": ("de", "de"), "tts-portuguese": ("pt-br", "pt_BR")}  # voice, language of numbers


@dataclass(frozen=True)
class Case:
    """A corpus to align; `reference` are known word times, maybe none."""

    name: str
    task: AlignmentTask
    reference: pd.DataFrame


def synthetic_cases(folder: Path, names: list[str]) -> Iterator[Case]:
    """Speak the corpora of the default experiment."""
    experiment = parse_experiment(yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8")))
    for language, one in experiment.languages.items():
        if names and language not in names:
            continue
        place, text = folder / language, one.text.model_dump_json()
        synthesis = one.corpus.synthesis
        if synthesis is not None and not (place / "manifest.parquet").exists():
            call("synthesise", options=synthesis.model_dump_json(), text=text, seed=1, threads=2, output=place)
        yield ingest(one.name, place, place, "synthetic", {}, text, one.lexicon.model_dump_json())


def real_cases(folder: Path, data: Path, names: list[str]) -> Iterator[Case]:
    """Take the real recordings that are there."""
    for name, (voice, numbers) in LEXICA.items():
        if (data / name).is_dir() and (not names or name in names):
            text, lexicon = f'{{"numbers": "{numbers}"}}', f'{{"voice": "{voice}"}}'
            yield ingest(name, data, folder / name, "ljspeech", {"folder": name, "speaker": name}, text, lexicon)
    if (data / "mfa-example").is_dir() and (not names or "mfa-example" in names):
        yield mfa_example(data / "mfa-example", folder)


def ingest(
    name: str, data_root: Path, folder: Path, reader: str, options: dict[str, Any], text: str, lexicon: str
) -> Case:
    """Run the stages before alignment; the case."""
    tables = {table: folder / f"{table}.parquet" for table in ("utterances", "reference", "lexicon", "rejects")}
    if not tables["lexicon"].exists():
        written = {key: tables[key] for key in ("utterances", "reference", "rejects")}
        call("corpus", reader=reader, options=json.dumps(options), text=text,
             data_root=data_root, processes=2, **written)  # fmt: skip
        call("lexicon", options=lexicon, text=text, utterances=tables["utterances"], data_root=data_root,
             output=tables["lexicon"], rejects=folder / "unspoken.parquet", inventory=folder / "inventory.csv",
             remarks=folder / "remarks.csv",
             versions=folder / "versions.json")  # fmt: skip
    reference = read_table("alignment", tables["reference"])
    utterances, words = read_table("utterances", tables["utterances"]), read_table("lexicon", tables["lexicon"])
    task = AlignmentTask(utterances, words, table_from("alignment", []), data_root, data_root, folder)
    return Case(name, task, reference)


def call(command: str, **flags: Any) -> None:
    """Run a command of the package."""
    pairs = [(f"--{flag.replace('_', '-')}", str(value)) for flag, value in flags.items()]
    if awe([command, *(part for pair in pairs for part in pair)]):
        raise SystemExit(f"awe {command} failed")


def mfa_example(folder: Path, work_folder: Path) -> Case:
    """25 utterances with the dictionary that MFA had and the times that it found."""
    rows = []
    for path in sorted((folder / "corpus").rglob("*.wav")):
        text = path.with_suffix(".lab").read_text(encoding="utf-8").lower()
        words = "".join(letter for letter in text if letter not in ".,?!").split()
        row = {"utterance_id": path.stem, "speaker_id": path.parent.name, "text": text, "words": words,
               "audio_path": path.relative_to(folder).as_posix(), "start_s": 0.0, "official_split": "",
               "duration_s": soundfile.info(path).duration, "sample_rate_hz": 16_000}  # fmt: skip
        rows.append(row)
    lines = (line.split("\t") for line in (folder / "pt.dict").read_text(encoding="utf-8").splitlines())
    lexicon = [{"word": word, "phones": phones.split(), "source": "dictionary"} for word, phones in lines]
    empty = table_from("alignment", [])
    task = AlignmentTask(
        table_from("utterances", rows), table_from("lexicon", lexicon), empty, folder, folder, work_folder
    )
    return Case("mfa-example, against MFA", task, given.align(task, given.Options(folder="textgrids")).alignment)


def boundaries(case: Case, options: hmm.Options) -> dict[str, str]:
    """Align with the transcripts as they are; errors, rejects and speed."""
    importlib.import_module("awe.alignment.embedded")  # a second for libraries, whatever the corpus
    speech_s, cpu_s = case.task.utterances["duration_s"].sum(), np.inf
    for _ in range(REPEATS if speech_s < SHORT_S else 1):
        used = time.process_time()  # of one thread, so that other work on the machine matters less
        result = hmm.align(case.task, options)
        cpu_s = min(cpu_s, time.process_time() - used)
    row = {
        "corpus": case.name,
        "utterances": str(len(case.task.utterances)),
        "minutes": f"{speech_s / 60:.1f}",
        "times real time": f"{speech_s / cpu_s:.0f}",
        "right ones rejected": f"{len(result.rejects)} ({len(result.rejects) / len(case.task.utterances):.1%})",
    }
    for reject in result.rejects:
        print(f"{case.name}: rejected {reject['item_id']} ({reject['detail']})", flush=True)
    errors = boundary_errors(result.alignment, case.reference, case.task.utterances).set_index("scope")
    if len(errors):
        total, speakers = errors.loc["all"], errors.drop("all")
        both = case.reference.merge(result.alignment, on=["utterance_id", "position"], suffixes=("_known", ""))
        row |= {
            "median": f"{total['median_ms']:.1f} ms",
            "90th percentile": f"{total['p90_ms']:.0f} ms",
            "within 20 ms": f"{total['share_within_20_ms']:.0%}",
            "worst speaker's median": f"{speakers['median_ms'].max():.1f} ms",
            "onsets late by": f"{1000 * (both['start_s'] - both['start_s_known']).median():+.1f} ms",
            "offsets late by": f"{1000 * (both['end_s'] - both['end_s_known']).median():+.1f} ms",
        }
    return row


def in_contexts(task: AlignmentTask, fewest: int) -> AlignmentTask:
    """Give phones between the same neighbours within words models of their own, if spoken that often: triphones."""
    tokens = task.utterances["words"].explode().value_counts()
    spoken: dict[str, int] = {}
    named = {}
    for word, phones in zip(task.lexicon["word"], task.lexicon["phones"], strict=True):
        around = ["#", *phones, "#"]
        named[word] = ["-".join(around[place - 1 : place + 2]) for place in range(1, len(around) - 1)]
        for name in named[word]:
            spoken[name] = spoken.get(name, 0) + int(tokens.get(word, 0))
    lexicon = task.lexicon.copy()
    lexicon["phones"] = [
        [name if spoken[name] >= fewest else phone for name, phone in zip(named[word], phones, strict=True)]
        for word, phones in zip(lexicon["word"], lexicon["phones"], strict=True)
    ]
    return replace(task, lexicon=lexicon)


def plausibility(case: Case, options: hmm.Options, seed: int) -> dict[str, str]:
    """Align with some wrong transcripts; how many of them, and of the right ones, are rejected."""
    words = [list(one) for one in case.task.utterances["words"]]
    random = np.random.default_rng(seed)
    row = {"corpus": case.name}
    right = np.zeros(2, int)
    for kind, change in [("of another utterance", another), ("in another order", reordered)]:
        usable = [number for number in range(len(words)) if change(words, number, random) is not None]
        at_once, caught = max(1, round(SHARE_WRONG * len(words))), np.zeros(2, int)
        parts: list[list[int]] = []
        while caught[1] < FEWEST_WRONG and usable:
            if not parts:
                order = random.permutation(usable).tolist()
                parts = [order[start : start + at_once] for start in range(0, len(order), at_once)]
            wrong = {number: change(words, number, random) for number in parts.pop(0)}
            changed = case.task.utterances.copy()
            changed["words"] = pd.Series([wrong.get(number) or one for number, one in enumerate(words)])
            result = hmm.align(replace(case.task, utterances=changed), options)
            rejected = {one["item_id"] for one in result.rejects}
            lost = [name in rejected for name in changed["utterance_id"]]
            is_wrong = np.array([number in wrong for number in range(len(words))])
            caught += np.array([np.sum(np.array(lost)[is_wrong]), is_wrong.sum()])
            right += np.array([np.sum(np.array(lost)[~is_wrong]), (~is_wrong).sum()])
        row[f"words {kind}"] = f"{caught[0]} of {caught[1]} ({caught[0] / max(1, caught[1]):.1%})"
    row["right ones beside them"] = f"{right[0]} of {right[1]} ({right[0] / max(1, right[1]):.1%})"
    return row


def another(words: list[list[str]], number: int, random: np.random.Generator) -> list[str] | None:
    """Another utterance's transcript, of about the same length where there is one; the own one is never it."""
    others = [other for other in range(len(words)) if words[other] != words[number]]
    if not others:
        return None
    lengths = np.array([abs(len(words[other]) - len(words[number])) for other in others])
    near = [other for other, length in zip(others, lengths, strict=True) if length <= max(1, lengths.min())]
    return words[int(random.choice(near))]


def reordered(words: list[list[str]], number: int, random: np.random.Generator) -> list[str] | None:
    """The own words, shuffled until their order differs; None if there is no other order."""
    own = words[number]
    if len(set(own)) < 2:
        return None
    while (mixed := [own[place] for place in random.permutation(len(own))]) == own:
        pass
    return mixed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="real recordings")
    parser.add_argument("--folder", type=Path, help="keep the embedded corpus here; by default nowhere")
    parser.add_argument("--only", nargs="*", default=[], help="por, deu, pol, kerstin, tts-portuguese, mfa-example")
    parser.add_argument("--options", default="{}", help="JSON of the aligner's options")
    parser.add_argument("--no-plausibility", action="store_true", help="leave out the wrong transcripts")
    parser.add_argument("--seed", type=int, default=1, help="of the draw of wrong transcripts")
    parser.add_argument("--contexts", type=int, help="triphones, where spoken that often, instead of monophones")
    arguments = parser.parse_args()
    options = hmm.Options.model_validate_json(arguments.options)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        names = arguments.only
        cases = [*synthetic_cases(folder, names), *real_cases(folder, arguments.data, names)]
        if arguments.contexts:
            cases = [replace(case, task=in_contexts(case.task, arguments.contexts)) for case in cases]
        tables = [[boundaries(case, options) for case in cases]]
        if not arguments.no_plausibility:
            tables.append([plausibility(case, options, arguments.seed) for case in cases])
    for rows in tables:
        print("\n" + markdown(pd.DataFrame(rows).fillna("-")), flush=True)


if __name__ == "__main__":
    main()
