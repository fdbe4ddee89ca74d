"""What lies in an experiment's folder from another configuration: languages, settings, seeds that are no longer asked for."""

from collections.abc import Collection, Iterator
from pathlib import Path

from awe.config import Experiment


def leftovers(results: Path, experiment: Experiment) -> list[Path]:
    """Find the folders of languages and jobs that the configuration does not name; only the topmost of each.

    Args:
        results: the experiment's folder.
        experiment: its checked configuration.

    """
    languages = [path.parent for path in results.glob("*/tables.json")]
    found = [path for path in languages if path.name not in experiment.languages]
    seeds = {f"seed-{seed}" for seed in experiment.seeds}
    for path in (path for path in languages if path.name in experiment.languages):
        for setting in _unplanned(path / "training", experiment.settings, found):
            candidates = experiment.settings[setting.name].candidate_options()
            for candidate in _unplanned(setting, candidates, found):
                list(_unplanned(candidate, seeds, found))
        for setting in _unplanned(path / "evaluation", experiment.settings, found):
            list(_unplanned(setting, seeds, found))
    return sorted(found)


def _unplanned(folder: Path, planned: Collection[str], found: list[Path]) -> Iterator[Path]:
    """Add the folders whose names are not planned to `found`, yield the others."""
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if path.name in planned:
            yield path
        elif path.is_dir():
            found.append(path)
