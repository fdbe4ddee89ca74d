"""From words to the left-to-right chain of HMM states that an utterance must pass through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STATES_PER_PHONE = 3
PAUSE = 0  # number of the pause's state; the phones' states follow


@dataclass(frozen=True)
class Chain:
    """The states of one utterance, from left to right.

    Attributes:
        states: number of the acoustic state at each place, shape `(num_places,)`.
        word_starts: first place of each word.
        word_ends: place after the last of each word.

    """

    states: npt.NDArray[np.int64]
    word_starts: npt.NDArray[np.int64]
    word_ends: npt.NDArray[np.int64]


class StateInventory:
    """Numbers the acoustic states: one for the pause, three per phone."""

    def __init__(self, phones: Sequence[str]) -> None:
        self.phones = sorted(set(phones))
        self._first = {phone: 1 + STATES_PER_PHONE * index for index, phone in enumerate(self.phones)}
        self.num_states = 1 + STATES_PER_PHONE * len(self.phones)

    def of_phone(self, phone: str) -> range:
        """Numbers of the phone's states."""
        return range(self._first[phone], self._first[phone] + STATES_PER_PHONE)


def build_chain(words: Sequence[str], lexicon: Mapping[str, Sequence[str]], inventory: StateInventory) -> Chain:
    """Chain the phones of the words, with a place for a pause, which may be left out, before, between and after them."""
    states, starts, ends = [PAUSE], [], []
    for word in words:
        starts.append(len(states))
        for phone in lexicon[word]:
            states.extend(inventory.of_phone(phone))
        ends.append(len(states))
        states.append(PAUSE)
    return Chain(np.array(states), np.array(starts), np.array(ends))
