"""Judge utterances by models that have not heard them: in a small corpus, models learn wrong transcripts by heart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from awe.alignment.acoustic_model import Path, Utterance, best_fitting_paths, collect
from awe.alignment.mixtures import Mixtures

LITTLE_SPEECH_S = 600.0  # in more, one utterance hardly moves the models
FOLDS = 10
HELD_OUT_DECOYS = 8  # wrong transcripts of each of the two kinds for each utterance


@dataclass(frozen=True)
class HeldOut:
    """How much better than wrong transcripts those given fit, in the order of the utterances, and the wrong ones."""

    fits: list[float]
    decoy_fits: list[float]


def fit_held_out(
    utterances: Sequence[Utterance],
    paths: Sequence[Path],
    kept: Sequence[bool],
    decoys: Sequence[Sequence[Utterance]],
    mixtures: Mixtures,
    pause_length: int,
) -> HeldOut:
    """Fit each tenth of the utterances with mixtures estimated anew without that tenth.

    Models of so little speech fit some utterances well and others badly, whatever the transcript. So an utterance
    is compared with itself: from the fit of its transcript that of wrong ones is taken away, on average over its
    decoys, as in the normalisation of scores by a cohort (Auckenthaler et al., 2000, Score normalization for
    text-independent speaker verification systems). A decoy is compared with the utterance's other decoys.

    Args:
        utterances: all that the mixtures were trained on.
        paths: theirs, under these mixtures.
        kept: which of them were learnt from in the last round.
        decoys: each utterance's features with wrong transcripts.
        mixtures: as trained.
        pause_length: frames of the shortest pause.

    """
    learnt = [(one, path) for one, path, fits in zip(utterances, paths, kept, strict=True) if fits]
    everything = collect(learnt, mixtures)
    own, decoy_fits = [0.0] * len(utterances), []
    for fold in range(min(FOLDS, len(utterances))):
        numbers = range(fold, len(utterances), FOLDS)
        held = collect([(utterances[number], paths[number]) for number in numbers if kept[number]], mixtures)
        without = everything.without(held).estimate(mixtures)
        tried = [one for number in numbers for one in (utterances[number], *decoys[number])]
        fits = iter([path.fit for path in best_fitting_paths(tried, without, pause_length)])
        for number in numbers:
            own_fit, wrong = next(fits), np.array([next(fits) for _ in decoys[number]])
            wrong = wrong[np.isfinite(wrong)]
            own[number] = own_fit - float(wrong.mean()) if len(wrong) else np.inf
            if len(wrong) > 1:
                decoy_fits += list((wrong - wrong.mean()) * len(wrong) / (len(wrong) - 1))
    return HeldOut(own, decoy_fits)
