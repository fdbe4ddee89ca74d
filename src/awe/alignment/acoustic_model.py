"""The embedded aligner's acoustic model: flat start, then Viterbi re-estimation with ever more Gaussians."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from awe.alignment.chains import PAUSE, Chain
from awe.alignment.fit import fit_of
from awe.alignment.mixtures import Mixtures, Statistics, single_gaussians, split
from awe.alignment.viterbi import Floats, Integers, best_paths
from awe.progress import track

CELLS_PER_BATCH = 8_000_000  # frames x utterances x places of one Viterbi batch
FRAMES_PER_BLOCK = 2_048  # of one density computation; small blocks stay in the processor's cache


@dataclass(frozen=True)
class Utterance:
    """Normalised features with shape `(num_frames, dimension)` and the chain of states to pass through."""

    features: Floats
    chain: Chain


@dataclass(frozen=True)
class Path:
    """How an utterance passes through its chain.

    Attributes:
        places: place in the chain at each frame, shape `(num_frames,)`; empty where there is no path.
        fit: see `awe.alignment.fit`; 0 at best, minus infinity without a path.

    """

    places: Integers
    fit: float


def train(
    utterances: Sequence[Utterance],
    num_states: int,
    pause_length: int,
    rounds: Sequence[int],
    keep: Callable[[Mixtures, Sequence[float]], Sequence[bool]],
) -> Mixtures:
    """Train Gaussian mixtures on utterances whose words' times are unknown.

    Before each doubling of the Gaussians, utterances that do not fit their transcripts are left out, of all, so that
    one left out before may come back.

    Args:
        utterances: at least one, all with no fewer frames than places.
        num_states: number of acoustic states.
        pause_length: frames of the shortest pause.
        rounds: rounds of Viterbi re-estimation with 1, 2, 4, ... Gaussians a state.
        keep: which utterances fit, given some mixtures and each utterance's fit under them.

    """
    mixtures = used = _flat_start(utterances, num_states)
    statistics, kept, fits = Statistics(mixtures), [True] * len(utterances), [0.0] * len(utterances)
    doublings = [doubling for doubling, count in enumerate(rounds) for _ in range(count)]
    before = 0
    for doubling in track(doublings, "training the aligner", len(doublings)):
        if doubling > before:
            kept = list(keep(used, fits))
            kept = kept if any(kept) else [True] * len(kept)
            mixtures = split(mixtures, statistics.counts)
        before, used, statistics = doubling, mixtures, Statistics(mixtures)
        for numbers, paths in align_batches(utterances, mixtures, pause_length):
            pairs = list(zip(numbers, paths, strict=True))
            _add([(utterances[number], path) for number, path in pairs if kept[number]], mixtures, statistics)
            for number, path in pairs:
                fits[number] = path.fit
        mixtures = statistics.estimate(mixtures)
    return mixtures


def align_batches(
    utterances: Sequence[Utterance], mixtures: Mixtures, pause_length: int
) -> Iterator[tuple[list[int], list[Path]]]:
    """Yield the numbers of some utterances with their best paths, batch by batch, until all are done."""
    for numbers in _batches(utterances):
        batch = [utterances[number] for number in numbers]
        max_frames = max(len(utterance.features) for utterance in batch)
        max_places = max(len(utterance.chain.states) for utterance in batch)
        emissions = np.zeros((max_frames, len(batch), max_places), np.float32)
        ceilings: list[Floats] = []
        best_states: list[Integers] = []
        for row, utterance in enumerate(batch):
            if row == 0 or utterance.features is not batch[row - 1].features:  # decoys share their features
                densities = state_log_densities(utterance.features, mixtures)
                best_state = densities.argmax(1)
                ceiling = densities[np.arange(len(densities)), best_state]
            emissions[: len(densities), row, : len(utterance.chain.states)] = densities[:, utterance.chain.states]
            ceilings.append(ceiling)
            best_states.append(best_state)
        num_frames = np.array([len(utterance.features) for utterance in batch])
        found = []
        for row, places in enumerate(best_paths(emissions, num_frames, [one.chain for one in batch], pause_length)):
            own = emissions[np.arange(len(places)), row, places]
            found.append(Path(places, fit_of(own, ceilings[row], best_states[row], batch[row].chain, places)))
        yield numbers, found


def best_fitting_paths(utterances: Sequence[Utterance], mixtures: Mixtures, pause_length: int) -> list[Path]:
    """Best paths in the order of the utterances."""
    found: dict[int, Path] = {}
    for numbers, paths in align_batches(utterances, mixtures, pause_length):
        found.update(zip(numbers, paths, strict=True))
    return [found[number] for number in range(len(utterances))]


def state_log_densities(features: Floats, mixtures: Mixtures) -> Floats:
    """Log densities of features `(num_frames, dimension)` in each state: `(num_frames, num_states)`."""
    blocks = [features[start : start + FRAMES_PER_BLOCK] for start in range(0, len(features), FRAMES_PER_BLOCK)]
    if not blocks:
        return np.zeros((0, len(mixtures.means)), np.float32)
    densities: Floats = torch.cat([mixtures.log_densities(torch.from_numpy(block)) for block in blocks]).numpy()
    return densities


def collect(aligned: Sequence[tuple[Utterance, Path]], mixtures: Mixtures) -> Statistics:
    """Sum up what the frames of some utterances say about the states they fall in."""
    statistics = Statistics(mixtures)
    _add(aligned, mixtures, statistics)
    return statistics


def _add(aligned: Sequence[tuple[Utterance, Path]], mixtures: Mixtures, statistics: Statistics) -> None:
    frames = [utterance.features for utterance, path in aligned if len(path.places)]
    states = [utterance.chain.states[path.places] for utterance, path in aligned if len(path.places)]
    if frames:
        statistics.add(mixtures, torch.from_numpy(np.concatenate(frames)), torch.from_numpy(np.concatenate(states)))


def _batches(utterances: Sequence[Utterance]) -> Iterator[list[int]]:
    """Group the numbers of utterances of similar length, so that little is padded."""
    batch: list[int] = []
    max_places = 0
    for number in sorted(range(len(utterances)), key=lambda number: len(utterances[number].features)):
        num_frames, num_places = len(utterances[number].features), len(utterances[number].chain.states)
        if num_frames == 0:
            yield [number]
            continue
        max_places = max(max_places, num_places)
        if batch and (len(batch) + 1) * num_frames * max_places > CELLS_PER_BATCH:
            yield batch
            batch, max_places = [], num_places
        batch.append(number)
    if batch:
        yield batch


def _flat_start(utterances: Sequence[Utterance], num_states: int) -> Mixtures:
    frames = np.concatenate([utterance.features for utterance in utterances])
    states = np.concatenate([_even_states(utterance) for utterance in utterances])
    return single_gaussians(torch.from_numpy(frames), torch.from_numpy(states), num_states)


def _even_states(utterance: Utterance) -> Integers:
    """Spread the phones' states evenly from the first to the last loud frame; the quietest frames are pause."""
    energies = utterance.features[:, 0]
    low, high = np.percentile(energies, [5, 95])
    loud = np.flatnonzero(energies > low + 0.3 * (high - low))
    first, end = (loud[0], loud[-1] + 1) if len(loud) else (0, len(energies))
    spoken = utterance.chain.states[utterance.chain.states != PAUSE]
    states = np.full(len(energies), PAUSE)
    states[first:end] = spoken[np.arange(end - first) * len(spoken) // (end - first)]
    states[energies < low + 0.1 * (high - low)] = PAUSE
    return states
