"""The embedded aligner's acoustic model: flat start, then Viterbi re-estimation with a growing number of Gaussians."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from awe.alignment.chains import PAUSE, Chain
from awe.alignment.mixtures import Mixtures, Statistics, single_gaussians, split
from awe.alignment.viterbi import Floats, Integers, best_paths
from awe.progress import track

CELLS_PER_BATCH = 6_000_000  # frames x utterances x places of one Viterbi batch
FRAMES_PER_BLOCK = 2_048  # of one density computation; small blocks stay in the processor's cache


@dataclass(frozen=True)
class Utterance:
    """Normalised features with shape `(num_frames, dimension)` and the chain of states to pass through."""

    features: Floats
    chain: Chain


def train(
    utterances: Sequence[Utterance], num_states: int, pause_length: int, rounds: Sequence[int]
) -> Mixtures:
    """Train Gaussian mixtures from utterances whose words' times are unknown.

    Args:
        utterances: with features and chains.
        num_states: acoustic states.
        pause_length: places of each optional pause in the chains.
        rounds: rounds of Viterbi re-estimation with 1, 2, 4, 8, ... Gaussians a state.

    """
    usable = [utterance for utterance in utterances if len(utterance.features) >= len(utterance.chain.states)]
    mixtures = _flat_start(usable, num_states)
    schedule = [(doubling, last) for doubling, count in enumerate(rounds) for last in _last_of(count)]
    for _, last in track(schedule, "training the aligner", len(schedule)):
        statistics = Statistics(mixtures)
        for numbers, paths in align_batches(usable, mixtures, pause_length):
            reached = [(usable[n].features, usable[n].chain.states[p]) for n, p in zip(numbers, paths, strict=True) if len(p)]
            if reached:
                frames, states = (np.concatenate(parts) for parts in zip(*reached, strict=True))
                statistics.add(mixtures, torch.from_numpy(frames), torch.from_numpy(states))
        mixtures = statistics.estimate(mixtures)
        if last:
            mixtures = split(mixtures, statistics.counts)
    return mixtures


def _last_of(count: int) -> Iterator[bool]:
    yield from (number == count - 1 for number in range(count))


def align_batches(
    utterances: Sequence[Utterance], mixtures: Mixtures, pause_length: int
) -> Iterator[tuple[list[int], list[Integers]]]:
    """Yield the numbers of some utterances and their best paths, batch by batch, until all are done."""
    for numbers in _batches(utterances):
        batch = [utterances[number] for number in numbers]
        emissions = batch_emissions(batch, mixtures)
        num_frames = np.array([len(utterance.features) for utterance in batch])
        yield numbers, best_paths(emissions, num_frames, [utterance.chain for utterance in batch], pause_length)


def state_log_likelihoods(features: Floats, mixtures: Mixtures) -> Floats:
    """Log densities of features `(num_frames, dimension)` in each state: `(num_frames, num_states)`."""
    blocks = torch.from_numpy(features).split(FRAMES_PER_BLOCK)
    return torch.cat([mixtures.log_likelihoods(block) for block in blocks]).numpy()


def batch_emissions(batch: Sequence[Utterance], mixtures: Mixtures) -> Floats:
    """Log density of each frame at each place of its chain: `(max_frames, batch, max_places)`."""
    max_frames = max(len(utterance.features) for utterance in batch)
    max_places = max(len(utterance.chain.states) for utterance in batch)
    emissions = np.zeros((max_frames, len(batch), max_places), np.float32)
    for row, utterance in enumerate(batch):
        densities = state_log_likelihoods(utterance.features, mixtures)
        states = utterance.chain.states
        emissions[: len(densities), row, : len(states)] = densities[:, states]
    return emissions


def _batches(utterances: Sequence[Utterance]) -> Iterator[list[int]]:
    """Group utterances of similar length, so that little is padded."""
    batch: list[int] = []
    most_places = 0
    for number in sorted(range(len(utterances)), key=lambda number: len(utterances[number].features)):
        utterance = utterances[number]
        most_places = max(most_places, len(utterance.chain.states))
        if batch and (len(batch) + 1) * len(utterance.features) * most_places > CELLS_PER_BATCH:
            yield batch
            batch, most_places = [], len(utterance.chain.states)
        batch.append(number)
    if batch:
        yield batch


def _flat_start(utterances: Sequence[Utterance], num_states: int) -> Mixtures:
    """Spread the words' states evenly over the stretch from the first to the last loud frame; quiet frames are pause."""
    frames = np.concatenate([utterance.features for utterance in utterances])
    states = np.concatenate([_even_states(utterance) for utterance in utterances])
    return single_gaussians(torch.from_numpy(frames), torch.from_numpy(states), num_states)


def _even_states(utterance: Utterance) -> npt.NDArray[np.int64]:
    energies = utterance.features[:, 0]
    low, high = np.percentile(energies, [5, 95])
    loud = np.flatnonzero(energies > low + 0.3 * (high - low))
    first, end = (loud[0], loud[-1] + 1) if len(loud) else (0, len(energies))
    spoken = utterance.chain.states[utterance.chain.states != PAUSE]
    states = np.full(len(energies), PAUSE)
    states[first:end] = spoken[np.arange(end - first) * len(spoken) // (end - first)]
    states[energies < low + 0.1 * (high - low)] = PAUSE
    return states
