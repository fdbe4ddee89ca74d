"""Download the corpora of an experiment into its data root, as far as they have an address."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("config", type=Path, help="an experiment, such as config/mls.yaml")
    parser.add_argument("--language", action="append", help="only this one of its languages; can be repeated")
    parser.add_argument("--data-root", type=Path, help="instead of the experiment's own")
    parser.add_argument("--keep-archives", action="store_true", help="keep them after they are unpacked")


def run(arguments: argparse.Namespace) -> None:
    """Fetch, check and unpack what is not there yet; a language that cannot be had is named at the end."""
    from awe.config import read_experiment
    from awe.corpora.archives import DOWNLOADS, obtain
    from awe.errors import AweError, ConfigError, CorpusError
    from awe.progress import say

    experiment = read_experiment(arguments.config)
    chosen = arguments.language or list(experiment.languages)
    if unknown := set(chosen) - set(experiment.languages):
        raise ConfigError(
            f"--language: {arguments.config} has no {sorted(unknown)}; choose of {[*experiment.languages]}"
        )
    data_root = arguments.data_root or Path(experiment.data_root)
    problems = []
    for language in chosen:
        corpus = experiment.languages[language].corpus
        folder = data_root / str(corpus.options.get("folder", "."))
        try:
            new = [obtain(archive, data_root, keep=arguments.keep_archives) for archive in corpus.addresses()]
        except AweError as error:
            problems.append(f"{language}: {error}")
            continue
        if new and not folder.is_dir():
            problems.append(
                f"{language}: unpacked, but there is no {folder}; correct corpus.options.folder or into, or, if it was"
                f" deleted, delete the files *.unpacked in {data_root / DOWNLOADS}"
            )
        say(f"{language}: {sum(new)} of {len(new)} archives were new; {folder}")
    if problems:
        raise CorpusError("; ".join(problems))
