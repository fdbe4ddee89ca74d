"""Best paths through left-to-right chains of states, many utterances at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from awe.alignment.chains import Chain

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
IMPOSSIBLE = np.float32(-1e30)


def best_paths(emissions: Floats, num_frames: Integers, chains: Sequence[Chain], pause_length: int) -> list[Integers]:
    """Find the most likely path of each utterance through its chain (Viterbi).

    From one frame to the next a path stays at its place, moves on by one, or jumps over an optional pause, all
    with the same probability: the transition probabilities of frames of a few milliseconds weigh nothing beside
    the densities of 39 dimensions.

    Args:
        emissions: log likelihood of each frame at each place, shape `(max_frames, batch, max_places)`;
            what lies beyond an utterance's frames or places is ignored.
        num_frames: frames of each utterance, at least 1, shape `(batch,)`.
        chains: one per utterance.
        pause_length: places that a jump leaves out.

    Returns:
        For each utterance the place at each frame, shape `(num_frames,)`; empty where it has too few frames for
        its chain.

    """
    max_frames, batch, max_places = emissions.shape
    jump = pause_length + 1
    lengths = np.array([len(chain.states) for chain in chains])
    barrier = np.full((batch, max_places), IMPOSSIBLE)
    for row, chain in enumerate(chains):
        barrier[row, : lengths[row]][chain.skippable] = 0.0

    # columns of `IMPOSSIBLE` before the first place make "one place back" and "one jump back" plain slices
    padded = np.full((batch, jump + max_places), IMPOSSIBLE)
    scores, one_back, jump_back = padded[:, jump:], padded[:, jump - 1 : -1], padded[:, :max_places]
    scores[:, 0], scores[:, pause_length] = emissions[0][:, 0], emissions[0][:, pause_length]
    moves = np.zeros(emissions.shape, np.int8)  # places moved on at each frame
    last = np.zeros(batch, np.int64)
    ending: dict[int, list[int]] = {}
    for row, count in enumerate(num_frames.tolist()):
        ending.setdefault(count - 1, []).append(row)
    _note_ends(last, scores, ending.get(0, []), lengths, pause_length)
    moved, jumped, better = np.empty_like(scores), np.empty_like(scores), np.empty(scores.shape, bool)
    for frame in range(1, max_frames):
        moved[:] = one_back
        np.add(jump_back, barrier, out=jumped)
        np.greater(moved, scores, out=better)
        np.maximum(moved, scores, out=scores)
        moves[frame] = better
        np.greater(jumped, scores, out=better)
        np.maximum(jumped, scores, out=scores)
        np.putmask(moves[frame], better, jump)
        scores += emissions[frame]
        _note_ends(last, scores, ending.get(frame, []), lengths, pause_length)
    return [
        path[:count] if end >= 0 else path[:0]
        for path, count, end in zip(_trace_back(moves, num_frames, last).T, num_frames, last, strict=True)
    ]


def _note_ends(last: Integers, scores: Floats, ending: Sequence[int], lengths: Integers, pause_length: int) -> None:
    """For utterances that end at this frame, note the better of the two places they may end at, or -1 for none."""
    for row in ending:
        after_pause = lengths[row] - 1
        after_word = after_pause - pause_length
        best = after_pause if scores[row, after_pause] > scores[row, after_word] else after_word
        last[row] = best if scores[row, best] > IMPOSSIBLE / 2 else -1


def _trace_back(moves: npt.NDArray[np.int8], num_frames: Integers, last: Integers) -> Integers:
    """Follow the moves from the last places back to the first frame; shape `(max_frames, batch)`."""
    rows = np.arange(len(last))
    paths = np.zeros(moves.shape[:2], np.int64)
    place = last.copy()
    for frame in range(len(moves) - 1, -1, -1):
        paths[frame] = place
        place -= np.where(frame < num_frames, moves[frame, rows, place], 0)
    return paths
