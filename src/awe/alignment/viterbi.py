"""Best paths through left-to-right chains of states, many utterances at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from awe.alignment.chains import PAUSE, Chain

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Moves = npt.NDArray[np.int8]
IMPOSSIBLE = np.float32(-1e30)
STAYED, MOVED_ON, LEFT_OUT_PAUSE, MADE_PAUSE = range(4)  # how a path came to a place


def best_paths(emissions: Floats, num_frames: Integers, chains: Sequence[Chain], pause_length: int) -> list[Integers]:
    """Find the most likely path of each utterance through its chain (Viterbi).

    From one frame to the next a path stays at its place, moves on by one, or leaves out an optional pause, all
    with the same probability: the transition probabilities of frames of a few milliseconds weigh nothing beside
    the densities of 26 dimensions.

    Likelihoods are taken relative to the pause's, so that frames of a pause weigh nothing. A path that has just made
    the shortest pause then has the score it had before, `pause_length` frames ago: one place does for the whole pause.

    Args:
        emissions: log likelihood of each frame at each place, shape `(max_frames, batch, max_places)`, the same at
            all pauses; what lies beyond an utterance's frames or places is ignored.
        num_frames: frames of each utterance, at least 1, shape `(batch,)`.
        chains: one per utterance.
        pause_length: frames of the shortest pause.

    Returns:
        For each utterance the place at each frame, shape `(num_frames,)`; empty where it has too few frames for
        its chain.

    """
    max_frames, batch, max_places = emissions.shape
    # before the first frame all paths are at a place of their own before the first pause; the rows lie end to end
    scores = np.empty((pause_length + max_frames, batch, 1 + max_places), np.float32)
    scores[:pause_length], scores[:, :, 0] = IMPOSSIBLE, IMPOSSIBLE
    scores[pause_length - 1, :, 0] = 0
    np.subtract(emissions, emissions[:, :, :1], out=scores[pause_length:, :, 1:])
    scores = scores.reshape(pause_length + max_frames, -1)
    starts = np.arange(batch) * (1 + max_places)
    by_row = [start + 1 + np.flatnonzero(chain.states == PAUSE) for start, chain in zip(starts, chains, strict=True)]
    pauses, words = np.concatenate(by_row), np.concatenate([row[:-1] + 1 for row in by_row])
    moves = _find_moves(scores, pauses, words, pause_length).reshape(max_frames, batch, 1 + max_places)

    after_pause = np.array([row[-1] for row in by_row])
    ends = pause_length + num_frames - 1
    at_end, before_end = scores[ends, after_pause], scores[ends, after_pause - 1]
    possible = np.maximum(at_end, before_end) > IMPOSSIBLE / 2
    last = np.where(at_end > before_end, after_pause, after_pause - 1) - starts
    return [
        _trace_back(moves[: num_frames[row], row], int(last[row]), pause_length) - 1
        if possible[row]
        else np.zeros(0, np.int64)
        for row in range(batch)
    ]


def _find_moves(scores: Floats, pauses: Integers, words: Integers, pause_length: int) -> Moves:
    """Add the best score so far to each place and frame of `scores`; how the best path came there.

    Args:
        scores: log likelihoods relative to the pause's, after `pause_length` frames before the first, shape
            `(pause_length + max_frames, places)`; changed.
        pauses: places of the pauses.
        words: first places of the words, each of which follows the place before the pause as well.
        pause_length: frames of the shortest pause.

    """
    num_frames, num_places = scores.shape
    moves = np.zeros((num_frames - pause_length, num_places), np.int8)
    best = np.empty(num_places, np.float32)
    best[0] = IMPOSSIBLE
    # paths also come from the place before a pause, in one step: pauses `pause_length` frames ago, words just now
    flat, places = scores.reshape(-1), np.concatenate([pauses, words])
    sources = np.concatenate([pauses - 1, words - 2 + (pause_length - 1) * num_places])
    names = np.repeat(np.array([MADE_PAUSE, LEFT_OUT_PAUSE], np.int8), [len(pauses), len(words)])
    for frame, move in enumerate(moves, pause_length):
        before = scores[frame - 1]
        np.greater(before[:-1], before[1:], out=move[1:].view(bool))  # true is `MOVED_ON`
        np.maximum(before[:-1], before[1:], out=best[1:])
        best[pauses], move[pauses] = before[pauses], STAYED
        others, known = flat[sources], best[places]
        better = others > known
        move[places[better]] = names[better]
        best[places] = np.maximum(others, known)
        scores[frame] += best
        sources += num_places
    return moves


def _trace_back(moves: Moves, last: int, pause_length: int) -> Integers:
    """Follow one utterance's moves from the last place back to the first frame; the place at each frame."""
    num_frames, num_places = moves.shape
    flat = moves.tobytes()  # single elements of bytes are read several times faster than those of arrays
    path = [0] * num_frames
    frame, place = num_frames - 1, last
    while frame >= 0:
        move = flat[frame * num_places + place]
        if move == MADE_PAUSE:
            path[frame - pause_length + 1 : frame + 1] = [place] * pause_length
            frame, place = frame - pause_length, place - 1
        else:
            path[frame] = place
            frame, place = frame - 1, place - move  # STAYED, MOVED_ON and LEFT_OUT_PAUSE are numbers of places
    return np.array(path)
