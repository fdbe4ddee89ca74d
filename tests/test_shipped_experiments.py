"""The experiments on real corpora plan their whole grid where the named files are, and nothing is downloaded for that."""

from pathlib import Path

import pytest
import yaml

from awe.config import parse_experiment
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
