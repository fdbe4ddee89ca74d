"""The finished tables of one experiment, read when first asked for."""

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from awe.errors import TableError
from awe.evaluation.selection import read_selection
from awe.report.plan import Plan
from awe.tables import read_table


class Results:
    """Tables under `results/<experiment>`; each method reads a file once.

    Raises:
        TableError: from every method, if the file is missing or damaged.

    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self._read = cache(read_table)

    def tokens(self, language: str) -> pd.DataFrame:
        """Return table `tokens`."""
        return self._read("tokens", self.folder / language / "tokens" / "tokens.parquet")

    def utterances(self, language: str) -> pd.DataFrame:
        """Return table `utterances`."""
        return self._read("utterances", self.folder / language / "corpus" / "utterances.parquet")

    def lexicon(self, language: str) -> pd.DataFrame:
        """Return table `lexicon`."""
        return self._read("lexicon", self.folder / language / "lexicon" / "lexicon.parquet")

    def alignment(self, language: str) -> pd.DataFrame:
        """Return table `alignment`."""
        return self._read("alignment", self.folder / language / "alignment" / "alignment.parquet")

    def vectors(self, language: str) -> pd.DataFrame:
        """Return table `vectors`."""
        return self._read("vectors", self.folder / language / "semantics" / "vectors.parquet")

    def lemmas(self, language: str) -> "pd.Series[str]":
        """Return the lemmas of the words that have one, indexed by word."""
        frame = self._read("lemmas", self.folder / language / "lemmas" / "lemmas.parquet")
        return frame.set_index("word")["lemma"]

    def rejects(self, language: str, stage: str) -> pd.DataFrame:
        """Return table `rejects` of a stage: corpus, lexicon, alignment, semantics or tokens."""
        return self._read("rejects", self.folder / language / stage / "rejects.parquet")

    def boundary_errors(self, language: str) -> pd.DataFrame | None:
        """Return the aligner's errors against known word times, the row of all words first; None if none are known."""
        path = self.folder / language / "alignment" / "boundary_errors.csv"
        if not path.exists():
            return None
        try:
            frame = pd.read_csv(path)
        except (ValueError, OSError) as error:
            raise TableError(f"{path}: {error}; delete it and run again") from None
        return None if frame.empty else frame

    def selection(self, language: str, setting: str) -> dict[str, Any]:
        """Return what `awe select` wrote about a setting's candidates."""
        path = self.folder / language / "evaluation" / setting / "selection.json"
        return read_selection(path)

    def history(self, language: str, setting: str, seed: int, candidate: str | None = None) -> pd.DataFrame:
        """Return table `history` of a job, by default of the chosen candidate."""
        return self._read("history", self._job(language, setting, seed, candidate) / "history.parquet")

    def embeddings(self, language: str, setting: str, seed: int, split: str) -> pd.DataFrame:
        """Return table `embeddings` of the chosen candidate."""
        return self._read("embeddings", self._job(language, setting, seed, None) / f"{split}.parquet")

    def queries(self, language: str, setting: str, seed: int) -> pd.DataFrame:
        """Return table `queries`: average precisions of the test queries."""
        path = self.folder / language / "evaluation" / setting / f"seed-{seed}" / "queries.parquet"
        return self._read("queries", path)

    def left_out(self, language: str, setting: str, seed: int) -> pd.DataFrame:
        """Return table `left_out`: test scores without each group of speakers."""
        path = self.folder / language / "evaluation" / setting / f"seed-{seed}" / "left_out.parquet"
        return self._read("left_out", path)

    def findings(self, language: str) -> pd.DataFrame:
        """Return table `findings` of all settings and seeds, in the plan's order."""
        folder = self.folder / language / "evaluation"
        return pd.concat(
            [
                self._read("findings", folder / setting / f"seed-{seed}" / "findings.parquet")
                for setting in self.plan.settings
                for seed in self.plan.seeds
            ],
            ignore_index=True,
        )

    def scores(self, language: str) -> pd.DataFrame:
        """Return table `scores` of all settings, all seeds and the untrained baselines, in the plan's order."""
        folder = self.folder / language / "evaluation"
        paths = [
            folder / setting / f"seed-{seed}" / "scores.parquet"
            for setting in self.plan.settings
            for seed in self.plan.seeds
        ]
        return pd.concat(
            [self._read("scores", path) for path in [*paths, folder / "baselines.parquet"]], ignore_index=True
        )

    def _job(self, language: str, setting: str, seed: int, candidate: str | None) -> Path:
        chosen = candidate or self.selection(language, setting)["chosen"]
        return self.folder / language / "training" / setting / chosen / f"seed-{seed}"
