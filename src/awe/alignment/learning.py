"""The embedded aligner's training: on a share of the corpus, without the transcripts that do not fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from awe.alignment.acoustic_model import Path, Utterance, best_fitting_paths, train
from awe.alignment.checks import Row
from awe.alignment.held_out import HELD_OUT_DECOYS, LITTLE_SPEECH_S, fit_held_out
from awe.alignment.mixtures import Mixtures
from awe.alignment.plausibility import Decoys
from awe.alignment.setup import Setup, decoys_of, read_utterances
from awe.alignment.sieve import Sieve
from awe.alignment.speech_groups import choose_training, groups_by_speaker
from awe.progress import say

NUM_TRAINING_DECOYS = 50  # training utterances tried with wrong transcripts


@dataclass(frozen=True)
class Trained:
    """Mixtures of all speakers, and what is known of the utterances that they were trained on.

    Attributes:
        mixtures: of all speakers.
        threshold: fit that separates right from wrong in training.
        heard: utterances trained on and their paths, by name.
        fits: of those judged without having been heard, in a small corpus, by name.
        decoy_fits: of wrong transcripts, judged in the same way.

    """

    mixtures: Mixtures
    threshold: float
    heard: Mapping[str, tuple[Utterance, Path]]
    fits: Mapping[str, float]
    decoy_fits: Sequence[float]


def train_on_share(alignable: Sequence[Row], setup: Setup) -> Trained | None:
    """Train on a share of the utterances; None if nothing can be used."""
    chosen = choose_training(alignable, setup.options.training_s, setup.task.seed)
    read = [pair for group in groups_by_speaker(chosen) for pair in read_utterances(group, setup, [])]
    read = [(row, one) for row, one in read if len(one.features) >= len(one.chain.states)]
    if not read:
        return None
    say(f"aligner: training on {len(read)} of {len(alignable)} utterances")
    decoys = Decoys([row["words"] for row in alignable], setup.task.seed)
    spread = np.random.default_rng(setup.task.seed).permutation(len(read))[:NUM_TRAINING_DECOYS]
    shown = [read[number] for number in spread]
    wrong = [one for row, utterance in shown for one in decoys_of(row, utterance, decoys, setup)]
    is_small = sum(row["duration_s"] for row, _ in read) <= LITTLE_SPEECH_S
    sieve = Sieve([row["speaker_id"] for row, _ in read], wrong, setup.pause_length)
    names, utterances = [row["utterance_id"] for row, _ in read], [utterance for _, utterance in read]
    keep = sieve if setup.options.reject_implausible else _keep_all
    mixtures = train(utterances, setup.inventory.num_states, setup.pause_length, setup.options.rounds, keep)
    paths = best_fitting_paths(utterances, mixtures, setup.pause_length)
    kept = keep(mixtures, [path.fit for path in paths])
    heard = dict(zip(names, zip(utterances, paths, strict=True), strict=True))
    if not (is_small and setup.options.reject_implausible):
        return Trained(mixtures, sieve.threshold, heard, {}, [])
    each = [decoys_of(row, utterance, decoys, setup, HELD_OUT_DECOYS) for row, utterance in read]
    held_out = fit_held_out(utterances, paths, kept, each, mixtures, setup.pause_length)
    fits = dict(zip(names, held_out.fits, strict=True))
    return Trained(mixtures, sieve.threshold, heard, fits, held_out.decoy_fits)


def _keep_all(_: Mixtures, fits: Sequence[float]) -> list[bool]:
    return [True] * len(fits)
