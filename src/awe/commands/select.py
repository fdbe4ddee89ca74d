"""Choose a setting's candidate by its best validation mAP, averaged over seeds."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--setting", required=True)
    parser.add_argument(
        "--training-folder", type=Path, required=True, help="holds <candidate>/seed-<n>/history.parquet"
    )
    parser.add_argument("--candidates", nargs="+", required=True, help="the first wins among equals")
    parser.add_argument("--seeds", nargs="+", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True, help="JSON")


def run(arguments: argparse.Namespace) -> None:
    """Read every history, choose, write the choice and what it rests on."""
    from awe.evaluation.selection import select_candidate, write_selection
    from awe.tables import read_table

    histories = {
        candidate: {
            seed: read_table("history", arguments.training_folder / candidate / f"seed-{seed}" / "history.parquet")
            for seed in arguments.seeds
        }
        for candidate in arguments.candidates
    }
    write_selection(select_candidate(arguments.setting, histories), arguments.output)
