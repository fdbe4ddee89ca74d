"""The experiments on real corpora plan their whole grid where the named files are, and nothing is downloaded for that."""

from pathlib import Path

import pytest
import yaml

from awe.config import parse_experiment
from awe.synthesis.corpus import plan
from awe.synthesis.prose import analyse, read_prose
from awe.tokens.options import SPLITS
from awe.tokens.splits import assign_speakers
from chain import ROOT, snakemake
from corpus_samples import write

JOBS = {
    "corpus": 3, "lexicon": 3, "align": 3, "vectors": 3, "tokens": 3, "train": 3 * 3 * (3 + 4), "score": 3 * 3 * 4
}  # fmt: skip


@pytest.mark.parametrize("name", ["globalphone", "mls", "commonvoice"])
def test_experiments_on_real_corpora_are_complete(name: str, tmp_path: Path) -> None:
    path = ROOT / "config" / f"{name}.yaml"
    experiment = parse_experiment(yaml.safe_load(path.read_text(encoding="utf-8")))
    sizes = [one.tokens.sizes.model_dump() for one in experiment.languages.values()]
    assert sizes == [
        {"train": 28810, "valid": 9029, "test": 9580},
        {"train": 28914, "valid": 9683, "test": 9372},
        {"train": 27979, "valid": 9656, "test": 9089},
    ]  # the paper's Table 1
    for one in experiment.languages.values():
        assert one.tokens.speakers.train == 42
        write(tmp_path / experiment.data_root / str(one.semantics.options["path"]), "")
    done = snakemake(tmp_path, "--dry-run", "--quiet", "rules", config=path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    planned = dict(
        line.split() for line in done.stdout.splitlines() if len(line.split()) == 2 and line.split()[1].isdigit()
    )
    assert {rule: int(planned.get(rule, 0)) for rule in JOBS} == JOBS


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("config.yaml", "97 % of the sentences that test speakers read are also read by training speakers"),
        ("config/synthetic-full.yaml", "every sentence that a test speaker reads is also read by training speakers"),
        ("config/authors.yaml", "every sentence that a test speaker reads is also read by training speakers"),
        ("config/comparisons.yaml", "every sentence that a test speaker reads is also read by training speakers"),
    ],
)
def test_experiments_on_synthetic_speech_say_what_their_tests_are_about(path: str, said: str) -> None:
    experiment = parse_experiment(yaml.safe_load((ROOT / path).read_text(encoding="utf-8")))
    notes = " ".join(experiment.notes)
    assert said in notes
    assert "The meaning is weak: the word vectors are a skip-gram" in notes
    for one in experiment.languages.values():
        assert one.corpus.synthesis is not None
        prose = [analyse(text, one.text) for text in read_prose(one.corpus.synthesis.prose)]
        assert 8_400 <= sum(len(sentence.words) for sentence in prose) < 9_200
        read = {
            reading.speaker.speaker_id: reading.numbers
            for reading in plan(prose, one.corpus.synthesis, experiment.seed)
        }
        speakers = {split: getattr(one.tokens.speakers, split) for split in SPLITS}
        assigned = assign_speakers(sorted(read), speakers, experiment.seed)
        trained = [number for speaker in assigned["train"] for number in read[speaker]]
        tested = [number for speaker in assigned["test"] for number in read[speaker]]
        known = sum(map(set(trained).__contains__, tested)) / len(tested)
        assert round(known, 2) == (0.97 if "97 %" in said else 1.0)
        readers = len(trained) / len(set(trained))
        assert "97 %" in said or 8 <= readers <= 11
