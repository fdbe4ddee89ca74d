"""The embedded aligner at work on a corpus: choose, train, set the threshold, align speaker by speaker."""

import importlib.metadata
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch

from awe.alignment.acoustic_model import Path, Utterance, align_batches, train
from awe.alignment.base import AlignmentResult, AlignmentTask
from awe.alignment.chains import Chain, StateInventory, build_chain
from awe.alignment.checks import split_alignable
from awe.alignment.hmm_features import Floats, mfcc_with_slopes, normalise_speaker
from awe.alignment.mixtures import Mixtures
from awe.alignment.plausibility import decoy_transcripts, fit_threshold
from awe.audio import AudioError, read_segment
from awe.progress import say, track
from awe.tables import reject, table_from

if TYPE_CHECKING:
    from awe.alignment.hmm import Options

LONGEST_GROUP_S = 1800.0  # of one speaker at a time, so that memory stays bounded
Row = dict[str, Any]


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


def align_corpus(task: AlignmentTask, options: "Options") -> AlignmentResult:
    """Align all utterances of the task; see `awe.alignment.hmm.align`."""
    torch.set_num_threads(task.threads)
    alignable, lexicon, rejects = split_alignable(task)
    phones = [phone for pronunciation in lexicon.values() for phone in pronunciation]
    setup = Setup(task, options, lexicon, StateInventory(phones))
    versions = {
        "aligner": f"awe hmm {importlib.metadata.version('awe')}",
        "torch": torch.__version__,
        "python_speech_features": importlib.metadata.version("python_speech_features"),
    }
    chosen = choose_training(alignable, options.training_s, task.seed)
    material = [pair for group in _groups(chosen) for pair in _read_group(group, setup)[0]]
    if not any(len(utterance.features) >= len(utterance.chain.states) for _, utterance in material):
        rejects += [reject("alignment", row["utterance_id"], "alignment_failed", "nothing to train on") for row in alignable]
        return AlignmentResult(table_from("alignment", []), rejects, versions)
    say(f"aligner: training on {len(material)} of {len(alignable)} utterances")
    utterances = [utterance for _, utterance in material]
    mixtures = train(utterances, setup.inventory.num_states, setup.pause_length, options.rounds)
    threshold = -np.inf
    if options.reject_implausible:
        threshold = _learn_threshold([row["words"] for row, _ in material], utterances, mixtures, setup)
        versions["fit_threshold"] = f"{threshold:.3f}"

    aligned: dict[str, list[Row]] = {}
    groups = list(_groups(alignable))
    for group in track(groups, "aligning", len(groups)):
        pairs, unreadable = _read_group(group, setup)
        rejects += unreadable
        for numbers, paths in align_batches([utterance for _, utterance in pairs], mixtures, setup.pause_length):
            for number, path in zip(numbers, paths, strict=True):
                row, utterance = pairs[number]
                problem = _problem(row, utterance, path, threshold)
                if problem:
                    rejects.append(problem)
                else:
                    aligned[row["utterance_id"]] = _word_rows(row, utterance.chain, path, options.shift_s)
    in_order = [word for row in alignable for word in aligned.get(row["utterance_id"], [])]
    return AlignmentResult(table_from("alignment", in_order), rejects, versions)


def choose_training(rows: Sequence[Row], training_s: float, seed: int) -> list[Row]:
    """Choose utterances to train on: one of each speaker in turn, in random order, until there is enough speech."""
    if not rows:
        return []
    frame = pd.DataFrame({"speaker_id": [row["speaker_id"] for row in rows], "duration_s": [row["duration_s"] for row in rows]})
    shuffled = frame.iloc[np.random.default_rng(seed).permutation(len(frame))]
    turn = shuffled.groupby("speaker_id").cumcount()
    in_turn = shuffled.loc[turn.sort_values(kind="stable").index]
    spoken_before = in_turn["duration_s"].cumsum() - in_turn["duration_s"]
    return [rows[number] for number in sorted(in_turn.index[spoken_before < training_s])]


def _groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Utterances of one speaker each, at most `LONGEST_GROUP_S` together."""
    by_speaker: dict[str, list[Row]] = {}
    for row in rows:
        by_speaker.setdefault(row["speaker_id"], []).append(row)
    for utterances in by_speaker.values():
        group: list[Row] = []
        length_s = 0.0
        for row in utterances:
            if group and length_s + row["duration_s"] > LONGEST_GROUP_S:
                yield group
                group, length_s = [], 0.0
            group.append(row)
            length_s += row["duration_s"]
        yield group


def _read_group(group: Sequence[Row], setup: Setup) -> tuple[list[tuple[Row, Utterance]], list[dict[str, str]]]:
    """Features and chains of one speaker's utterances, and rejects for those that cannot be read."""

    def read(row: Row) -> Floats | AudioError:
        try:
            signal = read_segment(setup.task.data_root / row["audio_path"], row["start_s"], row["duration_s"])
        except AudioError as error:
            return error
        return mfcc_with_slopes(signal, setup.options.shift_s, setup.options.window_s)

    rows, features, rejects = [], [], []
    with ThreadPoolExecutor(setup.task.threads) as pool:
        for row, result in zip(group, pool.map(read, group), strict=True):
            if isinstance(result, AudioError):
                rejects.append(reject("alignment", row["utterance_id"], result.reason, result.detail))
            else:
                rows.append(row)
                features.append(result)
    normalised = normalise_speaker(features) if features else []
    chains = [setup.chain(row["words"]) for row in rows]
    utterances = [Utterance(*pair) for pair in zip(normalised, chains, strict=True)]
    return list(zip(rows, utterances, strict=True)), rejects


def _learn_threshold(
    transcripts: Sequence[Sequence[str]], utterances: Sequence[Utterance], mixtures: Mixtures, setup: Setup
) -> float:
    decoys = [
        Utterance(utterance.features, setup.chain(words))
        for utterance, words in zip(utterances, decoy_transcripts(transcripts, setup.task.seed), strict=True)
        if words
    ]
    own, wrong = (
        [path.fit for _, paths in align_batches(some, mixtures, setup.pause_length) for path in paths if len(path.places)]
        for some in (utterances, decoys)
    )
    return fit_threshold(own, wrong)


def _problem(row: Row, utterance: Utterance, path: Path, threshold: float) -> dict[str, str] | None:
    if not len(path.places):
        detail = f"{len(utterance.features)} frames are too few for {len(utterance.chain.states)} states"
        return reject("alignment", row["utterance_id"], "alignment_failed", detail)
    if path.fit < threshold:
        detail = f"fit {path.fit:.2f} is below {threshold:.2f}: audio and transcript do not belong together"
        return reject("alignment", row["utterance_id"], "alignment_implausible", detail)
    return None


def _word_rows(row: Row, chain: Chain, path: Path, shift_s: float) -> list[Row]:
    """Rows of table `alignment`; places only grow along a path, so words are found by bisection."""
    starts = np.searchsorted(path.places, chain.word_starts) * shift_s
    ends = np.searchsorted(path.places, chain.word_ends) * shift_s
    return [
        {
            "utterance_id": row["utterance_id"],
            "position": position,
            "word": word,
            "start_s": round(float(start), 6),
            "end_s": min(round(float(end), 6), row["duration_s"]),
            "aligner": "hmm",
        }
        for position, (word, start, end) in enumerate(zip(row["words"], starts, ends, strict=True))
    ]
