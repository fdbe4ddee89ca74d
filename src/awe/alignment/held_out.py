"""Fits under models that have not heard the utterance: in a small corpus, models learn wrong transcripts by heart."""

from collections.abc import Sequence
from dataclasses import dataclass

from awe.alignment.acoustic_model import Utterance, best_fitting_paths, collect
from awe.alignment.mixtures import Mixtures

LITTLE_SPEECH_S = 600.0  # in more, one utterance hardly moves the models
FOLDS = 10


@dataclass(frozen=True)
class HeldOut:
    """Fits of the utterances, in their order, and of all decoys."""

    fits: list[float]
    decoy_fits: list[float]


def fit_held_out(
    utterances: Sequence[Utterance],
    kept: Sequence[bool],
    decoys: Sequence[Sequence[Utterance]],
    mixtures: Mixtures,
    pause_length: int,
) -> HeldOut:
    """Fit each tenth of the utterances with mixtures estimated anew without that tenth.

    Args:
        utterances: all that the mixtures were trained on.
        kept: which of them were learnt from in the last round.
        decoys: each utterance's features with wrong transcripts.
        mixtures: as trained.
        pause_length: frames of the shortest pause.

    """
    paths = best_fitting_paths(utterances, mixtures, pause_length)
    learnt = [(one, path) for one, path, fits in zip(utterances, paths, kept, strict=True) if fits]
    everything = collect(learnt, mixtures)
    own, decoy_fits = [0.0] * len(utterances), []
    for fold in range(min(FOLDS, len(utterances))):
        numbers = range(fold, len(utterances), FOLDS)
        held = collect([(utterances[number], paths[number]) for number in numbers if kept[number]], mixtures)
        without = everything.without(held).estimate(mixtures)
        fold_paths = best_fitting_paths([utterances[number] for number in numbers], without, pause_length)
        for number, path in zip(numbers, fold_paths, strict=True):
            own[number] = path.fit
        wrong = [decoy for number in numbers for decoy in decoys[number]]
        decoy_fits += [path.fit for path in best_fitting_paths(wrong, without, pause_length) if len(path.places)]
    return HeldOut(own, decoy_fits)
