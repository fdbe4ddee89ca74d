"""Options of training: the model, how it is trained, and what it is trained for (a setting)."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from awe import plugins
from awe.errors import ConfigError
from awe.options import Options, check_options

_CANDIDATE_NAME = re.compile(r"[A-Za-z0-9_.-]+")  # it names a folder


class ModelOptions(Options):
    """The network; the defaults are those of the paper's section 4.2.

    Attributes:
        conv_filters: filters of the convolution over time.
        conv_kernel: frames that one filter sees.
        conv_stride: frames from one output of the convolution to the next.
        conv_batch_norm: normalise each filter's output over the batch (not in the paper).
        conv_relu: rectify each filter's output (not in the paper).
        conv_dropout: dropout probability after the convolution. The paper's "layer-wise dropout with a probability
            of 0.2" may include this layer; it is read as between the recurrent layers. The authors' code has it here too.
        gru_layers: layers of the recurrent block.
        gru_width: hidden units of each layer, and so the dimensions of an embedding (twice that if bidirectional).
        bidirectional: run the recurrent block in both directions.
        dropout: dropout probability between the recurrent layers (see `conv_dropout`).
        padding: `exact` takes the state at each token's own last frame, so that padding has no influence;
            `authors` places each token at a random offset among `fixed_frames` frames of zeros, in training
            and in evaluation, and takes the state after the last of them.
        fixed_frames: frames of every padded token under `authors`.
        validation_offsets: under padding `authors`, the offsets of the validation after each epoch: `fixed` draws
            them once a job, `redrawn` anew for each epoch (the authors' code). Embeddings that are written have those
            drawn once.
        decoder_feedback: what the phonological decoder is fed: its own most probable symbol (`argmax`, no
            teacher forcing), or the true previous phone with probability `teacher_forcing_ratio`.
        teacher_forcing_ratio: see `decoder_feedback`.
        symbol_embedding: dimensions of the decoder's symbol embeddings (the paper is silent).
        regressor_hidden: widths of hidden tanh layers between embedding and word vector; the paper has none.
        initialisation: `pytorch` keeps PyTorch's own; `authors` draws the weights of linear layers from
            U(-0.05, 0.05) and sets their biases to 0.

    """

    conv_filters: int = Field(default=64, gt=0)
    conv_kernel: int = Field(default=5, gt=0)
    conv_stride: int = Field(default=2, gt=0)
    conv_batch_norm: bool = False
    conv_relu: bool = False
    conv_dropout: float = Field(default=0.0, ge=0, lt=1)
    gru_layers: int = Field(default=3, gt=0)
    gru_width: int = Field(default=512, gt=0)
    bidirectional: bool = False
    dropout: float = Field(default=0.2, ge=0, lt=1)
    padding: Literal["exact", "authors"] = "exact"
    fixed_frames: int = Field(default=120, gt=0)
    validation_offsets: Literal["fixed", "redrawn"] = "fixed"
    decoder_feedback: Literal["argmax", "teacher_forcing"] = "argmax"
    teacher_forcing_ratio: float = Field(default=1.0, ge=0, le=1)
    symbol_embedding: int = Field(default=128, gt=0)
    regressor_hidden: tuple[int, ...] = ()
    initialisation: Literal["pytorch", "authors"] = "pytorch"

    @field_validator("regressor_hidden")
    @classmethod
    def _widths_are_positive(cls, widths: tuple[int, ...]) -> tuple[int, ...]:
        if any(width <= 0 for width in widths):
            raise ValueError("widths must be greater than 0")
        return widths

    @property
    def embedding_width(self) -> int:
        """Dimensions of an acoustic word embedding."""
        return self.gru_width * (2 if self.bidirectional else 1)


class TrainingOptions(Options):
    """How a model is trained; the defaults are those of the paper's section 4.2, on every machine.

    Attributes:
        epochs: passes over the training tokens.
        batch_size: tokens in a batch.
        learning_rate: Adam's first step size.
        schedule: `plateau` multiplies the learning rate by `schedule_factor` after `schedule_patience` epochs in
            a row without a better validation mAP; `constant` leaves it.
        schedule_factor: see `schedule`.
        schedule_patience: see `schedule`. PyTorch's ReduceLROnPlateau counts one epoch more: its patience of 10,
            as in the authors' code, is 11 here.
        schedule_threshold: a better mAP must exceed the best so far by this share of it; PyTorch's default, and so
            the authors' code, is 0.0001.
        gradient_clip: largest norm of the gradient, or null for none.
        batching: `random` draws the tokens of a batch. `like_length` puts tokens of similar length together, which
            saves padding and so time on a GPU, but changes what stands in a batch and with it the results, most of all of
            objectives that compare the tokens of a batch. `auto` means `random` for those objectives and under
            padding `authors`, else `like_length`: settings then differ in more than their objective.
        last_batch: the tokens that an epoch's last batch lacks to be a full one: `keep` trains on the smaller batch,
            `drop` leaves these tokens, others each epoch, out (the authors' code).
        train_minutes: train on this much speech only, drawn with the seed (smaller amounts are part of
            larger ones); null for all.
        precision: of training steps and the validation after each epoch: `float32`, `bfloat16` (mixed; on a
            GPU its recurrent blocks in TF32), or `auto`, bfloat16 where the device computes it natively, so that results
            depend on the machine; a job that goes on elsewhere keeps to what it was begun in. The embeddings that are
            written are always computed in float32; job.json says what was used.
        device: `auto` takes a GPU if there is one.
        threads: CPU threads of one job.
        evaluation_batch_size: tokens embedded at once.
        checkpoint_interval_s: seconds between checkpoints.

    """

    epochs: int = Field(default=100, gt=0)
    batch_size: int = Field(default=256, gt=1)
    learning_rate: float = Field(default=1e-3, gt=0)
    schedule: Literal["plateau", "constant"] = "plateau"
    schedule_factor: float = Field(default=0.5, gt=0, lt=1)
    schedule_patience: int = Field(default=10, gt=0)
    schedule_threshold: float = Field(default=0.0, ge=0, lt=1)
    gradient_clip: float | None = Field(default=None, gt=0)
    batching: Literal["auto", "like_length", "random"] = "random"
    last_batch: Literal["keep", "drop"] = "keep"
    train_minutes: float | None = Field(default=None, gt=0)
    precision: Literal["auto", "float32", "bfloat16"] = "float32"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: int = Field(default=1, gt=0)
    evaluation_batch_size: int = Field(default=512, gt=0)
    checkpoint_interval_s: float = Field(default=30.0, ge=0)


class SettingOptions(Options):
    """One experimental setting: an objective with its options, and what may differ from the rest of the experiment.

    Attributes:
        objective: name of a module in `awe.training.objectives`.
        options: options of the objective.
        candidates: values to try for some options; validation chooses among all combinations, which must differ.
            Values are part of folder names: letters, digits, '.', '_' and '-' only.
        model: entries that replace those of the experiment's `model` options.
        training: entries that replace those of the experiment's `training` options.

    """

    objective: str
    options: dict[str, Any] = Field(default_factory=dict)
    candidates: dict[str, list[Any]] = Field(default_factory=dict)
    model: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_known(self) -> "SettingOptions":
        names: dict[str, str] = {}  # of candidates, by the options that they stand for
        with _named_by_pydantic():
            for name, options in self.candidate_options().items():
                # as checked: 1 and 1.0 are one margin
                equal = names.setdefault(objective_options(self.objective, options).model_dump_json(), name)
                if equal != name:
                    raise ConfigError(f"candidates: {equal} and {name} are the same; remove one of them")
            check_options(ModelOptions, self.model, "model")
            check_options(TrainingOptions, self.training, "training")
        return self

    def candidate_options(self) -> dict[str, dict[str, Any]]:
        """Give each candidate's name (as `margin-0.4`, or `only`) and the objective's options that it stands for.

        Raises:
            ConfigError: if there is none, two have one name, or a name is unfit for a folder.

        """
        named: dict[str, dict[str, Any]] = {}
        for values in product(*self.candidates.values()):
            chosen = dict(zip(self.candidates, values, strict=True))
            name = "_".join(f"{key}-{value}" for key, value in chosen.items()) or "only"
            if not _CANDIDATE_NAME.fullmatch(name):
                raise ConfigError(f"candidates: {name!r}: use values of letters, digits, '.', '_' and '-' only")
            if name in named:
                raise ConfigError(f"candidates: {name} is there twice; remove one of the two equal values")
            named[name] = {**self.options, **chosen}
        if not named:
            raise ConfigError("candidates: every entry needs at least one value; add one or remove the entry")
        return named


class ObjectiveChoice(Options):
    """An objective and its options, as one job trains it."""

    objective: str
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_known(self) -> "ObjectiveChoice":
        with _named_by_pydantic():
            objective_options(self.objective, self.options)
        return self


class JobOptions(Options):
    """Everything that decides what one training job computes from its tables."""

    model: ModelOptions = ModelOptions()
    training: TrainingOptions = TrainingOptions()
    setting: ObjectiveChoice
    seed: int = Field(default=1, ge=0, lt=2**31)

    @model_validator(mode="after")
    def _goes_beyond_pretraining(self) -> "JobOptions":
        if self.pretraining_epochs >= self.training.epochs:
            raise ValueError(
                f"pretraining_epochs: {self.pretraining_epochs} of {self.training.epochs} training.epochs leave none for "
                "the objective itself; lower the first or raise the second"
            )
        return self

    @property
    def pretraining_epochs(self) -> int:
        """First epochs that train something else than the objective, where its options have this key; else 0."""
        return int(getattr(objective_options(self.setting.objective, self.setting.options), "pretraining_epochs", 0))


def job_options(
    model: Mapping[str, Any], training: Mapping[str, Any], setting: SettingOptions, candidate: str, seed: int
) -> JobOptions:
    """Put together the options of one job: the experiment's, then what the setting replaces.

    Raises:
        ConfigError: with one line naming every offending key.

    """
    candidates = setting.candidate_options()
    if candidate not in candidates:
        raise ConfigError(f"candidate {candidate!r} is unknown; choose one of {', '.join(candidates)}")
    values = {
        "model": {**model, **setting.model},
        "training": {**training, **setting.training},
        "setting": {"objective": setting.objective, "options": candidates[candidate]},
        "seed": seed,
    }
    return check_options(JobOptions, values, "training job")


def objective_options(name: str, options: Mapping[str, Any]) -> Options:
    """Check the options of the objective `name`.

    Raises:
        ConfigError: with one line naming the offending keys.

    """
    model: type[Options] = plugins.load("training.objectives", name).Options
    return check_options(model, dict(options), "options")


@contextmanager
def _named_by_pydantic() -> Iterator[None]:
    """Turn a ConfigError into what a validator must raise, so that pydantic adds the key it was found at."""
    try:
        yield
    except ConfigError as error:
        raise ValueError(str(error)) from None
