"""The embedded aligner at work on a corpus: choose, train, align speaker by speaker, reject what does not fit."""

import importlib.metadata
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from awe.alignment.acoustic_model import Path, Utterance, best_fitting_paths, collect, train
from awe.alignment.base import AlignmentResult, AlignmentTask
from awe.alignment.chains import Chain, StateInventory, build_chain
from awe.alignment.checks import Row, split_alignable
from awe.alignment.held_out import LITTLE_SPEECH_S, fit_held_out
from awe.alignment.mixtures import Mixtures, adapt_means
from awe.alignment.plausibility import Decoys, fit_threshold
from awe.alignment.sieve import Sieve, fitting_of_speaker
from awe.alignment.speech_groups import choose_training, groups_by_speaker, read_features
from awe.progress import say, track
from awe.tables import reject, table_from

if TYPE_CHECKING:
    from awe.alignment.hmm import Options

NUM_TRAINING_DECOYS = 100  # training utterances tried with wrong transcripts
NUM_DECOYS = 300  # utterances tried with wrong transcripts, over the whole corpus
Rejects = list[dict[str, str]]


@dataclass(frozen=True)
class Setup:
    """What stays the same over a corpus."""

    task: AlignmentTask
    options: "Options"
    lexicon: Mapping[str, Sequence[str]]
    inventory: StateInventory

    @property
    def pause_length(self) -> int:
        """Frames of the shortest pause."""
        return max(1, round(self.options.shortest_pause_s / self.options.shift_s))

    def chain(self, words: Sequence[str]) -> Chain:
        """Chain of states of some words."""
        return build_chain(words, self.lexicon, self.inventory, self.pause_length)


@dataclass(frozen=True)
class Trained:
    """Mixtures of all speakers, the fit that separates right from wrong in training, and fits of a small corpus."""

    mixtures: Mixtures
    threshold: float
    fits: Mapping[str, float]  # by utterance, of those fitted without having been heard
    decoy_fits: Sequence[float]


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
    trained = _train_on_share(alignable, setup)
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


def _train_on_share(alignable: Sequence[Row], setup: Setup) -> Trained | None:
    """Train on a share of the utterances; None if nothing can be used."""
    chosen = choose_training(alignable, setup.options.training_s, setup.task.seed)
    read = [pair for group in groups_by_speaker(chosen) for pair in _read(group, setup, [])]
    read = [(row, one) for row, one in read if len(one.features) >= len(one.chain.states)]
    if not read:
        return None
    say(f"aligner: training on {len(read)} of {len(alignable)} utterances")
    decoys = Decoys([row["words"] for row in alignable], setup.task.seed)
    spread = np.random.default_rng(setup.task.seed).permutation(len(read))[:NUM_TRAINING_DECOYS]
    shown = [read[number] for number in spread]
    wrong = [one for row, utterance in shown for one in _decoys_of(row, utterance, decoys, setup)]
    is_small = sum(row["duration_s"] for row, _ in read) <= LITTLE_SPEECH_S
    sieve = Sieve([row["speaker_id"] for row, _ in read], wrong, setup.pause_length)
    utterances = [utterance for _, utterance in read]
    keep = sieve if setup.options.reject_implausible else _keep_all
    mixtures = train(utterances, setup.inventory.num_states, setup.pause_length, setup.options.rounds, keep)
    kept = keep(mixtures, utterances)
    if not (is_small and setup.options.reject_implausible):
        return Trained(mixtures, sieve.threshold, {}, [])
    each = [_decoys_of(row, utterance, decoys, setup) for row, utterance in read]
    held_out = fit_held_out(utterances, kept, each, mixtures, setup.pause_length)
    fits = dict(zip((row["utterance_id"] for row, _ in read), held_out.fits, strict=True))
    return Trained(mixtures, sieve.threshold, fits, held_out.decoy_fits)


def _keep_all(_: Mixtures, utterances: Sequence[Utterance]) -> list[bool]:
    return [True] * len(utterances)


def _decoys_of(row: Row, utterance: Utterance, decoys: Decoys, setup: Setup) -> list[Utterance]:
    return [Utterance(utterance.features, setup.chain(words)) for words in decoys.of(row["words"])]


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
        read = _read(group, setup, rejects)
        utterances = [utterance for _, utterance in read]
        own = _adapt(trained, utterances, setup)
        for (row, utterance), path in zip(read, best_fitting_paths(utterances, own, setup.pause_length), strict=True):
            if len(path.places):
                tried.append(Tried(row, utterance.chain, path))
            else:
                num_frames, num_states = len(utterance.features), len(utterance.chain.states)
                rejects.append(_failed(row, f"{num_frames} frames are too few for {num_states} states"))
        if trained.decoy_fits:
            continue
        wrong = [one for row, utterance in read[:num_decoys] for one in _decoys_of(row, utterance, decoys, setup)]
        paths = best_fitting_paths(wrong, own, setup.pause_length)
        decoy_fits += [path.fit for path in paths if len(path.places)]
    return tried, trained.decoy_fits or decoy_fits


def _adapt(trained: Trained, utterances: Sequence[Utterance], setup: Setup) -> Mixtures:
    """Adapt the mixtures to one speaker, with the utterances that fit their transcripts."""
    paths = best_fitting_paths(utterances, trained.mixtures, setup.pause_length)
    kept = fitting_of_speaker(np.array([path.fit for path in paths]), trained.threshold)
    chosen = [(one, path) for one, path, fits in zip(utterances, paths, kept, strict=True) if fits]
    statistics = collect(chosen, trained.mixtures)
    return adapt_means(trained.mixtures, statistics, setup.options.adaptation_frames)


def _read(group: Sequence[Row], setup: Setup, rejects: Rejects) -> list[tuple[Row, Utterance]]:
    """Read one speaker's utterances; what cannot be read goes to the rejects."""
    options, task = setup.options, setup.task
    rows, features, unreadable = read_features(group, task.data_root, options.shift_s, options.window_s, task.threads)
    rejects += unreadable
    return [(row, Utterance(one, setup.chain(row["words"]))) for row, one in zip(rows, features, strict=True)]


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
