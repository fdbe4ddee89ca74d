"""Real recordings through the same chain; skipped where their folder is absent."""

from pathlib import Path

import pandas as pd
import pytest
import yaml
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
    scores = pd.read_csv(run("fsdd", tmp_path) / "report" / "scores.csv")
    chosen = scores[(scores["definition"] == "per_query") & (scores["split"] == "test")] if "split" in scores else scores
    value = chosen.groupby("setting")["value"].first()
    with capsys.disabled():
        print("\nspoken digits of unseen speakers, test mAP:", value.round(3).to_dict())
    assert value["form"] > value["downsampled_mfcc"] + 0.1
    assert value["contrastive"] > value["downsampled_mfcc"] + 0.1


def test_every_layout_of_real_recordings_reaches_the_report(tmp_path: Path) -> None:
    results = run("real", tmp_path)
    funnel = pd.read_csv(results / "report" / "funnel.csv")
    accepted = funnel.set_index(["language", "stage"])["accepted"] if "accepted" in funnel else None
    assert accepted is not None
    print(funnel.to_string())
    summary = (results / "report" / "summary.md").read_text(encoding="utf-8")
    for name in ("German", "Portuguese", "English commands"):
        assert name in summary
