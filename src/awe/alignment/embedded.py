"""The embedded aligner at work on a corpus: choose, train, align speaker by speaker, reject what does not fit."""

import importlib.metadata
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from awe.alignment.acoustic_model import Path, Utterance, best_fitting_paths, collect
from awe.alignment.base import AlignmentResult, AlignmentTask
from awe.alignment.chains import Chain, StateInventory
from awe.alignment.checks import Row, split_alignable
from awe.alignment.learning import Trained, train_on_share
from awe.alignment.mixtures import Mixtures, adapt_means
from awe.alignment.plausibility import Decoys, fit_threshold
from awe.alignment.setup import Rejects, Setup, decoys_of, read_utterances
from awe.alignment.sieve import fitting_of_speaker
from awe.alignment.speech_groups import groups_by_speaker
from awe.progress import track
from awe.tables import reject, table_from

if TYPE_CHECKING:
    from awe.alignment.hmm import Options

NUM_DECOYS = 100  # utterances tried with wrong transcripts, over the whole corpus


@dataclass(frozen=True)
class Tried:
    """An utterance with its best path, not yet judged."""

    row: Row
    chain: Chain
    path: Path


def align_corpus(task: AlignmentTask, options: "Options") -> AlignmentResult:
    """Align all utterances of the task; see `awe.alignment.hmm.align`."""
    torch.set_num_threads(task.threads)
    alignable, lexicon, rejects = split_alignable(task)
    inventory = StateInventory([phone for phones in lexicon.values() for phone in phones])
    setup = Setup(task, options, lexicon, inventory)
    versions = {
        "aligner": f"awe hmm {importlib.metadata.version('awe')}",
        "torch": torch.__version__,
        "python_speech_features": importlib.metadata.version("python_speech_features"),
    }
    trained = train_on_share(alignable, setup)
    if trained is None:
        rejects += [_failed(row, "no utterance is long enough to train on") for row in alignable]
        return AlignmentResult(table_from("alignment", []), rejects, versions)

    tried, decoy_fits = _try_all(alignable, trained, setup, rejects)
    fits = [trained.fits.get(one.row["utterance_id"], one.path.fit) for one in tried]
    threshold = fit_threshold(fits, decoy_fits) if options.reject_implausible else -math.inf
    versions["fit_threshold"] = f"{threshold:.3f}"
    aligned: dict[str, list[Row]] = {}
    for one, fit in zip(tried, fits, strict=True):
        if fit < threshold:
            detail = f"fit {fit:.2f} is below {threshold:.2f}: audio and transcript do not belong together"
            rejects.append(reject("alignment", one.row["utterance_id"], "alignment_implausible", detail))
        else:
            aligned[one.row["utterance_id"]] = _word_rows(one, options.shift_s)
    in_order = [word for row in alignable for word in aligned.get(row["utterance_id"], [])]
    return AlignmentResult(table_from("alignment", in_order), rejects, versions)


def _try_all(
    alignable: Sequence[Row], trained: Trained, setup: Setup, rejects: Rejects
) -> tuple[list[Tried], Sequence[float]]:
    """Align every utterance with its transcript, and some with wrong ones; returns these and the wrong ones' fits."""
    groups = list(groups_by_speaker(alignable))
    decoys = Decoys([row["words"] for row in alignable], setup.task.seed)
    num_decoys = math.ceil(NUM_DECOYS / max(1, len(groups)))
    tried: list[Tried] = []
    decoy_fits: list[float] = []
    for group in track(groups, "aligning", len(groups)):
        if all(row["utterance_id"] in trained.heard for row in group):
            read = [(row, trained.heard[row["utterance_id"]][0]) for row in group]
            paths = [trained.heard[row["utterance_id"]][1] for row in group]
        else:
            read = read_utterances(group, setup, rejects)
            paths = best_fitting_paths([one for _, one in read], trained.mixtures, setup.pause_length)
        utterances = [utterance for _, utterance in read]
        own = _adapt(trained, utterances, paths, setup)
        for (row, utterance), path in zip(read, best_fitting_paths(utterances, own, setup.pause_length), strict=True):
            if len(path.places):
                tried.append(Tried(row, utterance.chain, path))
            else:
                num_frames, num_states = len(utterance.features), len(utterance.chain.states)
                rejects.append(_failed(row, f"{num_frames} frames are too few for {num_states} states"))
        if trained.decoy_fits:
            continue
        wrong = [one for row, utterance in read[:num_decoys] for one in decoys_of(row, utterance, decoys, setup)]
        paths = best_fitting_paths(wrong, own, setup.pause_length)
        decoy_fits += [path.fit for path in paths if len(path.places)]
    return tried, trained.decoy_fits or decoy_fits


def _adapt(trained: Trained, utterances: Sequence[Utterance], paths: Sequence[Path], setup: Setup) -> Mixtures:
    """Adapt the mixtures to one speaker, with the utterances that fit their transcripts."""
    kept = fitting_of_speaker(np.array([path.fit for path in paths]), trained.threshold)
    chosen = [(one, path) for one, path, fits in zip(utterances, paths, kept, strict=True) if fits]
    statistics = collect(chosen, trained.mixtures)
    return adapt_means(trained.mixtures, statistics, setup.options.adaptation_frames)


def _failed(row: Row, detail: str) -> dict[str, str]:
    return reject("alignment", row["utterance_id"], "alignment_failed", detail)


def _word_rows(one: Tried, shift_s: float) -> list[Row]:
    """Rows of table `alignment`; places never fall along a path, so words are found by bisection."""
    starts = np.searchsorted(one.path.places, one.chain.word_starts) * shift_s
    ends = np.searchsorted(one.path.places, one.chain.word_ends) * shift_s
    return [
        {
            "utterance_id": one.row["utterance_id"],
            "position": position,
            "word": word,
            "start_s": round(float(start), 6),
            "end_s": min(round(float(end), 6), one.row["duration_s"]),
            "aligner": "hmm",
        }
        for position, (word, start, end) in enumerate(zip(one.row["words"], starts, ends, strict=True))
    ]
