"""How training goes: a bar on a terminal, a line now and then in a log, and TensorBoard events."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from awe.progress import say
from awe.training.loop import Progress

EVENTS_FILE = "events.out.tfevents.history"  # TensorBoard looks for "tfevents" in a name
LOG_INTERVAL_S = 30.0


class Reporter:
    """Follows one job; `begin` comes first, then a call after each epoch."""

    def __init__(self, label: str, epochs: int, folder: Path | None) -> None:
        self.label, self.epochs = label, epochs
        self.events = None if folder is None else _Events(folder / EVENTS_FILE)
        self.bar: tqdm[Any] | None = None
        self.said_at = 0.0

    def begin(self, progress: Progress) -> None:
        """Take over what an earlier process has done."""
        if progress.epoch or progress.step:
            say(f"{self.label}: goes on after epoch {progress.epoch}, step {progress.step}")
        if self.events:
            self.events.write(progress.history)
        if sys.stderr.isatty():
            self.bar = tqdm(desc=self.label, total=self.epochs, initial=progress.epoch, unit="epoch")

    def __call__(self, progress: Progress) -> None:
        """Show the epoch that has just ended."""
        epoch = progress.history[-1]
        if self.events:
            self.events.write([epoch])
        figures = (
            f"loss {epoch['train_loss']:.3f}, validation mAP {epoch['validation_map']:.3f}, "
            f"{epoch['tokens_per_s']:,.0f} tokens/s"
        )
        if self.bar is not None:
            self.bar.set_postfix_str(figures)
            self.bar.update()
        elif progress.epoch == self.epochs or time.monotonic() - self.said_at >= LOG_INTERVAL_S:
            self.said_at = time.monotonic()
            recent = [row["seconds"] for row in progress.history[-5:]]
            left_s = (self.epochs - progress.epoch) * sum(recent) / len(recent)
            say(f"{self.label}: epoch {progress.epoch}/{self.epochs}, {figures}, {left_s:.0f} s left")

    def close(self) -> None:
        """End the bar and the file."""
        if self.bar is not None:
            self.bar.close()
        if self.events:
            self.events.close()


class _Events:
    """The columns of table `history` as TensorBoard scalars; without tensorboardX there are none.

    A job's file is begun anew by each process, with the epochs done before, so that no epoch is there twice.
    """

    def __init__(self, path: Path) -> None:
        self.writer = None
        try:
            from tensorboardX.record_writer import RecordWriter
        except ImportError:
            say("tensorboardX is not installed: no TensorBoard events are written")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self.writer = RecordWriter(str(path))
        self._append(wall_time=time.time(), file_version="brain.Event:2")

    def write(self, epochs: Sequence[dict[str, float]]) -> None:
        """Add the scalars of some epochs; they are in the file when this returns."""
        if self.writer is None:
            return
        from tensorboardX.proto.summary_pb2 import Summary

        for epoch in epochs:
            curves = {name: value for name, value in epoch.items() if name not in {"epoch", "pretraining"}}
            summary = Summary(value=[Summary.Value(tag=name, simple_value=value) for name, value in curves.items()])
            self._append(step=int(epoch["epoch"]), wall_time=time.time(), summary=summary)
        self.writer.flush()

    def close(self) -> None:
        """Close the file."""
        if self.writer is not None:
            self.writer.close()

    def _append(self, **fields: Any) -> None:
        from tensorboardX.proto.event_pb2 import Event

        assert self.writer is not None  # noqa: S101 -- for mypy; only called with a writer
        self.writer.write(Event(**fields).SerializeToString())
