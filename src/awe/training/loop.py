"""The training loop: epochs of steps, validation after each, the best epoch kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from awe.errors import InterruptedTrainingError, TrainingError
from awe.metrics.same_different import per_query_average_precision
from awe.progress import say
from awe.training.batches import Batch, Partners, epoch_batches, evaluation_batches
from awe.training.checkpoint import Checkpoint, State
from awe.training.device import allow_rounding, not_deterministic
from awe.training.network import DeviceTokens, Network, Placed
from awe.training.options import JobOptions, TrainingOptions

EPOCHS_SEED, REPORTED_LOSSES = 1, 3


@dataclass
class Progress:
    """How far training is."""

    epoch: int = 0  # finished epochs
    step: int = 0  # finished steps of the epoch under way
    best_epoch: int = 0
    best_map: float = -1.0
    epoch_seconds: float = 0.0  # spent on the epoch under way before this process took over
    history: list[dict[str, float]] = field(default_factory=list)


class Training:
    """One job under way; `run` takes it to its end."""

    def __init__(self, options: JobOptions, network: Network, data: DeviceTokens, members: np.ndarray) -> None:
        training = options.training
        self.options, self.network, self.data, self.members = options, network, data, members
        objective = network.objective
        self.partners = None
        if objective.needs_partners:
            self.partners = Partners(data.host, members, may_be_itself=objective.partner_may_be_itself)
            self.members = self.partners.usable(members)
        if not len(self.members):
            raise TrainingError("train: no token to train on; give more speech or another objective")
        self.drop_last = training.last_batch == "drop"
        self.tokens_per_epoch = len(self.members)
        if self.drop_last:
            self.tokens_per_epoch -= len(self.members) % training.batch_size
        if not self.tokens_per_epoch:
            raise TrainingError(
                f"train: {len(self.members)} tokens are no full batch; lower training.batch_size or set "
                "training.last_batch to keep"
            )
        self.like_length = training.batching == "like_length" or (
            training.batching == "auto" and not objective.compares_tokens and not data.fixed
        )
        self.optimizer = torch.optim.Adam(network.parameters(), training.learning_rate, fused=True)
        self.schedule = plateau_schedule(self.optimizer, training)
        self.progress = Progress()
        self.best: dict[str, Tensor] = {}
        self.sums = torch.zeros(REPORTED_LOSSES, dtype=torch.float64, device=data.device)
        valid = data.host.splits["valid"]
        self.valid_words = torch.from_numpy(data.host.words[valid]).to(data.device)

    def run(
        self, checkpoint: Checkpoint | None, stop_asked: Callable[[], bool], report: Callable[[Progress], None]
    ) -> None:
        """Train all epochs that are left, saving a checkpoint now and then.

        Raises:
            TrainingError: if the loss is not finite or the checkpoint cannot be written.
            InterruptedTrainingError: if `stop_asked` said so; a checkpoint is saved first.

        """
        saver = _Saver(checkpoint, self.options.training.checkpoint_interval_s, stop_asked)
        while self.progress.epoch < self.options.training.epochs:
            self.run_epoch(saver)
            report(self.progress)

    def run_epoch(self, saver: "_Saver | None" = None) -> None:
        """Train the steps of the epoch that are left, then validate."""
        started = time.monotonic() - self.progress.epoch_seconds
        batches = self._batches(self.progress.epoch)
        placed = self.data.upload(batches)
        partners = self.data.upload([batch.partners for batch in batches if batch.partners is not None])
        self.network.train()
        while self.progress.step < len(batches):
            step = self.progress.step
            self._step(len(batches[step].tokens), placed[step], partners[step] if partners else None)
            self.progress.step += 1
            if saver and saver.is_due():
                self._check()
                self.progress.epoch_seconds = time.monotonic() - started
                saver.save(self.state())
        self._finish_epoch(started)

    def trained_tokens(self) -> np.ndarray:
        """Tokens that were trained on up to the best epoch, sorted: all that stood in a batch.

        Batches follow from the seed, so these are the same tokens however often training was stopped.
        """
        trained = np.zeros(0, dtype=np.int64)
        for epoch in range(self.progress.best_epoch):
            batches = [taken for batch in self._batches(epoch) for taken in (batch, batch.partners) if taken]
            trained = np.union1d(trained, np.concatenate([batch.tokens for batch in batches]))
            if len(trained) == len(self.members):  # without dropped tokens, after the first epoch
                break
        return trained

    def embed(self, split: str) -> np.ndarray:
        """Embed the tokens of a split with the best epoch's network, in float32, with shape (tokens, D)."""
        self.network.load_state_dict(self.best)
        return self.network.embeddings(self.data, *self._evaluation(split)).cpu().numpy()

    def state(self) -> State:
        """Everything needed to go on from here."""
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        tensors |= {f"best.{name}": value for name, value in self.best.items()}
        for number, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{name}": value for name, value in moments.items()}
        tensors |= {"sums": self.sums, "random.cpu": torch.get_rng_state()}
        if self.data.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state()
        best = float(self.schedule.best)  # minus infinity before the first epoch, which JSON cannot hold
        facts = {
            "precision": self.network.precision,
            "progress": vars(self.progress),
            "schedule": {"best": best if np.isfinite(best) else None, "num_bad_epochs": self.schedule.num_bad_epochs},
            "learning_rate": self.optimizer.param_groups[0]["lr"],
        }
        return State(tensors, facts)

    def restore(self, state: State) -> None:
        """Go back to a moment of training, and to the precision that it was computed in."""
        begun = state.facts["precision"]
        if begun != self.network.precision:
            say(f"begun in {begun}: goes on so, though this machine would take {self.network.precision}")
            self.network.mixed_precision = begun == "bfloat16"
            allow_rounding(mixed=self.network.mixed_precision)
        self.network.load_state_dict(_below("network.", state.tensors))
        self.best = {name: value.to(self.data.device) for name, value in _below("best.", state.tensors).items()}
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in _below("optimizer.", state.tensors).items():
            number, _, moment = name.partition(".")
            moments.setdefault(int(number), {})[moment] = value
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        self.optimizer.param_groups[0]["lr"] = state.facts["learning_rate"]
        known = {name: value for name, value in state.facts["schedule"].items() if value is not None}
        self.schedule.load_state_dict(known)
        self.progress = Progress(**state.facts["progress"])
        self.sums = state.tensors["sums"].to(self.data.device)
        torch.set_rng_state(state.tensors["random.cpu"])
        if self.data.device.type == "cuda" and "random.cuda" in state.tensors:
            torch.cuda.set_rng_state(state.tensors["random.cuda"])

    def _batches(self, epoch: int) -> list[Batch]:
        """Make the batches of an epoch; they depend on seed and epoch alone, so a resumed epoch finds the same ones."""
        return epoch_batches(
            self.data.host,
            self.members,
            self.options.model,
            batch_size=self.options.training.batch_size,
            like_length=self.like_length,
            drop_last=self.drop_last,
            partners=self.partners,
            chance=np.random.default_rng([self.options.seed, EPOCHS_SEED, epoch]),
        )

    def _step(self, size: int, placed: Placed, partners: Placed | None) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        losses = self.network.losses(self.data, placed, partners, self.progress.epoch)
        losses.minimised.backward()  # type: ignore[no-untyped-call]
        if self.options.training.gradient_clip is not None:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.options.training.gradient_clip)
        self.optimizer.step()
        reported = torch.stack([losses.per_token, losses.form, losses.meaning])
        self.sums += reported.detach() * size

    def _check(self) -> None:
        """Raise if the loss or a weight is not finite; before every checkpoint, so that the last one is a good one."""
        loss = float(self.sums[0])
        if np.isfinite(loss) and all(bool(weights.isfinite().all()) for weights in self.network.parameters()):
            return
        wrong = "a weight is not finite" if np.isfinite(loss) else f"the loss is {loss}"
        raise TrainingError(
            f"epoch {self.progress.epoch + 1}: {wrong}; lower training.learning_rate, "
            "set training.gradient_clip or use precision float32"
        )

    def _finish_epoch(self, started: float) -> None:
        """Validate, remember the best epoch, lower the learning rate if due, and write the epoch's history."""
        progress = self.progress
        self._check()
        total, form, meaning = (self.sums / self.tokens_per_epoch).tolist()
        redrawn = self.options.model.validation_offsets == "redrawn"
        valid_batches = self._evaluation("valid", progress.epoch + 1 if redrawn else 0)
        embedded = self.network.embeddings(self.data, *valid_batches, in_float32=False)
        with not_deterministic():  # on a GPU a cumulative sum of the metric has no deterministic algorithm
            score = per_query_average_precision(embedded, self.valid_words)
        rate = self.optimizer.param_groups[0]["lr"]
        progress.epoch += 1
        pretraining = progress.epoch <= self.options.pretraining_epochs
        if self.options.training.schedule == "plateau" and not pretraining:
            self.schedule.step(score)
        if score > progress.best_map and not pretraining:
            progress.best_map, progress.best_epoch = score, progress.epoch
            self.best = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        seconds = time.monotonic() - started
        progress.history.append(
            {
                "epoch": progress.epoch,
                "train_loss": total,
                "form_loss": form,
                "meaning_loss": meaning,
                "validation_map": score,
                "learning_rate": rate,
                "seconds": seconds,
                "tokens_per_s": self.tokens_per_epoch / seconds,
                "pretraining": float(pretraining),
            }
        )
        progress.step, progress.epoch_seconds = 0, 0.0
        self.sums.zero_()

    def _evaluation(self, split: str, epoch: int = 0) -> tuple[np.ndarray, list[Batch]]:
        return evaluation_batches(
            self.data.host,
            self.data.host.splits[split],
            self.options.model,
            batch_size=self.options.training.evaluation_batch_size,
            seed=self.options.seed,
            epoch=epoch,
        )


def plateau_schedule(
    optimizer: torch.optim.Optimizer, options: TrainingOptions
) -> torch.optim.lr_scheduler.ReduceLROnPlateau:
    """Lower the learning rate after `schedule_patience` epochs in a row without improvement (section 4.2).

    Improvement is a validation mAP that exceeds the best so far by the share `schedule_threshold` of it; PyTorch's own
    default would take small improvements for none. PyTorch lowers the rate once more epochs than its patience were bad,
    hence one less.
    """
    return torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer,
        mode="max",
        factor=options.schedule_factor,
        patience=options.schedule_patience - 1,
        threshold=options.schedule_threshold,
    )


class _Saver:
    """Knows when a checkpoint is due, and ends the run after it if that was asked for."""

    def __init__(self, checkpoint: Checkpoint | None, interval_s: float, stop_asked: Callable[[], bool]) -> None:
        self.checkpoint, self.interval_s, self.stop_asked = checkpoint, interval_s, stop_asked
        self.saved_at, self.stopping = time.monotonic(), False

    def is_due(self) -> bool:
        """Tell whether to save now."""
        self.stopping = self.checkpoint is not None and self.stop_asked()
        return self.stopping or (self.checkpoint is not None and time.monotonic() - self.saved_at > self.interval_s)

    def save(self, state: State) -> None:
        """Save; raises InterruptedTrainingError if training is to stop."""
        if self.checkpoint is not None:
            self.checkpoint.save(state)
        self.saved_at = time.monotonic()
        if self.stopping:
            raise InterruptedTrainingError("asked to stop; a checkpoint is saved, run again to go on")


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
