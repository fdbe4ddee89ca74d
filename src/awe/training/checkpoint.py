"""Checkpoints: everything a run needs to go on as if it had never stopped, in one file, written whole or not at all.

A checksum covers the file, so that a damaged one is never taken up.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from awe.checksum import PLACEHOLDER, check, seal
from awe.errors import TrainingError
from awe.progress import say


@dataclass(frozen=True)
class State:
    """A moment of training: named tensors, and facts that JSON can hold."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]


class Checkpoint:
    """The one checkpoint of a job; `fingerprint` names what the job computes, so that no other's state is taken."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path, self.fingerprint = path, fingerprint

    def save(self, state: State) -> None:
        """Replace the checkpoint.

        Raises:
            TrainingError: if it cannot be written; the one before it then still stands.

        """
        metadata = {"fingerprint": self.fingerprint, "facts": json.dumps(state.facts, allow_nan=False)}
        metadata["checksum"] = PLACEHOLDER
        try:
            tensors = {name: value.detach().cpu().contiguous() for name, value in state.tensors.items()}
            self._replace(seal(save(tensors, metadata)))
        except OSError as error:
            raise TrainingError(
                f"{self.path}: cannot save the checkpoint ({error.strerror}); the last one, if any, is intact: "
                "make room or mend the permissions and run again"
            ) from None

    def load(self) -> State | None:
        """Read the state, or None if there is none for this job; says why one that is there is not used."""
        if not self.path.exists():
            return None
        try:
            check(self.path.read_bytes())
            with safe_open(self.path, framework="pt") as file:
                metadata = file.metadata() or {}
                if metadata.get("fingerprint") != self.fingerprint:
                    say(f"{self.path}: made by other options, tables or code; ignored, training starts anew")
                    return None
                return State({name: file.get_tensor(name) for name in file.keys()}, json.loads(metadata["facts"]))  # noqa: SIM118
        except (SafetensorError, ValueError, KeyError, OSError) as error:
            say(f"{self.path}: damaged ({str(error)[:80]}); ignored, training starts anew")
            return None

    def remove(self) -> None:
        """Delete the checkpoint of a job that is done."""
        self.path.unlink(missing_ok=True)

    def _replace(self, content: bytes) -> None:
        """Write the file whole or not at all.

        Unlike `awe.files.write_bytes` it is flushed to the disk, so that even a power failure costs only the last one,
        and always goes through the same temporary file, so that a job killed often leaves no heap of them.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_name(f".{self.path.name}.part")  # one writer only: the job holds a lock
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
