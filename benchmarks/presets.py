"""The paper's choices against those of the authors' released code, on the same tokens: `python benchmarks/presets.py`.

Two experiments on the embedded corpus, as large as config.yaml (its network, epochs, batches and learning rate), three
seeds each: `presets-paper` with every other choice as the paper states it, `presets-authors` as config/authors.yaml has
it, with the tables of the first. Prints the mean test mAP per query and its deviation over seeds as a Markdown table.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[1]
SEEDS, SETTINGS = [1, 2, 3], ("form_meaning", "contrastive")


def experiments() -> dict[str, dict[str, Any]]:
    """Make both configurations from the shipped ones."""
    paper = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    authors = yaml.safe_load((ROOT / "config" / "authors.yaml").read_text(encoding="utf-8"))
    sizes = {name: paper["model"][name] for name in ("gru_layers", "gru_width")}
    shared = {"seeds": SEEDS, "figures": {"test_map": {}}}
    both = {
        "presets-paper": {**paper, **shared},
        "presets-authors": {
            **paper,
            **shared,
            "reuse": "presets-paper",
            "features": {**authors["features"], "shards": paper["features"]["shards"]},
            "model": {**authors["model"], **sizes},
            "training": {**authors["training"], **paper["training"]},
        },
    }
    for name, source in (("presets-paper", paper), ("presets-authors", authors)):
        chosen = {setting: dict(source["settings"][setting]) for setting in SETTINGS}
        chosen["contrastive"] |= {
            "candidates": {"margin": [0.4]},
            "training": paper["settings"]["contrastive"]["training"],
        }
        both[name] |= {"experiment": name, "settings": chosen}
    return both


def main() -> None:
    """Run both experiments as far as their scores, then print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", default="2")
    parser.add_argument("--directory", type=Path, default=Path(), help="where results/ lies")
    arguments = parser.parse_args()
    columns: dict[str, pd.Series[str]] = {}
    for name, config in experiments().items():
        folder = Path("results") / name
        targets = [
            folder / language / "evaluation" / setting / f"seed-{seed}" / "scores.parquet"
            for language in config["languages"]
            for setting in SETTINGS
            for seed in SEEDS
        ]
        targets += [folder / language / "tables.json" for language in config["languages"]]
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / f"{name}.yaml"
            path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
            command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--configfile", path]
            command += ["--directory", arguments.directory, "--cores", arguments.cores, "--rerun-incomplete", *targets]
            subprocess.run([str(part) for part in command], check=True)
        scores = pd.concat(
            pd.read_parquet(arguments.directory / target) for target in targets if target.suffix == ".parquet"
        )
        scores = scores[
            (scores["split"] == "test") & (scores["definition"] == "per_query") & (scores["ci_over"] == "words")
        ]
        groups = scores.groupby(["language", "setting"])["value"]
        columns[name] = groups.agg(lambda values: f"{values.mean():.3f} ± {values.std():.3f}")
    print(pd.DataFrame(columns).reset_index().to_markdown(index=False))


if __name__ == "__main__":
    main()
