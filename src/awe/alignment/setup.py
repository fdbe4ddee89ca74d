"""What the steps of the embedded aligner share over a corpus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awe.alignment.acoustic_model import Utterance
from awe.alignment.base import AlignmentTask
from awe.alignment.chains import Chain, StateInventory, build_chain
from awe.alignment.checks import Row
from awe.alignment.plausibility import Decoys
from awe.alignment.speech_groups import read_features

if TYPE_CHECKING:
    from awe.alignment.hmm import Options

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
        return build_chain(words, self.lexicon, self.inventory)


def read_utterances(group: Sequence[Row], setup: Setup, rejects: Rejects) -> list[tuple[Row, Utterance]]:
    """Read one speaker's utterances; what cannot be read goes to the rejects."""
    options, task = setup.options, setup.task
    rows, features, unreadable = read_features(
        group, task.audio_folder, options.shift_s, options.window_s, task.threads
    )
    rejects += unreadable
    return [(row, Utterance(one, setup.chain(row["words"]))) for row, one in zip(rows, features, strict=True)]


def decoys_of(row: Row, utterance: Utterance, decoys: Decoys, setup: Setup, count: int = 1) -> list[Utterance]:
    """Give the utterance wrong transcripts: `count` of other utterances, and as many in another order."""
    return [Utterance(utterance.features, setup.chain(words)) for words in decoys.of(row["words"], count)]
