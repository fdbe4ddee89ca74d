"""Real recordings through the same chain; skipped where their folder is absent."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from awe.tables import read_table
from chain import ROOT, snakemake

DATA = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the recordings are not at {DATA}")


def run(name: str, folder: Path) -> Path:
    """Run one of the experiments on real recordings; returns its results."""
    config = yaml.safe_load((ROOT / "tests" / "experiments" / f"{name}.yaml").read_text(encoding="utf-8"))
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(config | {"data_root": str(DATA)}), encoding="utf-8")
    done = snakemake(folder, config=path)
    assert done.returncode == 0, done.stderr[-5000:]
    return folder / "results" / name


def test_trained_embeddings_beat_downsampled_features_on_unseen_speakers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = read_table("scores", run("fsdd", tmp_path) / "eng" / "evaluation" / "baselines.parquet")
    trained = [
        read_table("scores", tmp_path / f"results/fsdd/eng/evaluation/{setting}/seed-1/scores.parquet")
        for setting in ("form", "contrastive")
    ]
    every = pd.concat([scores, *trained])
    test = every[(every["split"] == "test") & (every["definition"] == "per_query")]
    value = test.groupby("setting")["value"].first()
    with capsys.disabled():
        print("\nspoken digits of unseen speakers, test mAP:", value.round(3).to_dict())
    assert value["form"] > value["downsampled_mfcc"] + 0.1
    assert value["contrastive"] > value["downsampled_mfcc"] + 0.1


def test_every_layout_of_real_recordings_reaches_the_report(tmp_path: Path) -> None:
    results = run("real", tmp_path)
    for language, utterances in {"deu": 150, "por": 20, "eng": 300}.items():
        folder = results / language
        ingested = read_table("utterances", folder / "corpus" / "utterances.parquet")
        left_out = read_table("rejects", folder / "corpus" / "rejects.parquet")
        assert len(ingested) + len(left_out) == utterances
        assert len(left_out) == 0
        unaligned = read_table("rejects", folder / "alignment" / "rejects.parquet")
        assert len(unaligned) <= 0.05 * utterances
        assert set(read_table("tokens", folder / "tokens" / "tokens.parquet")["split"]) == {"train", "valid", "test"}
    summary = (results / "report" / "summary.md").read_text(encoding="utf-8")
    for name in ("German", "Portuguese", "English commands"):
        assert name in summary
    assert "speakers who are in the training data too" in summary
