"""Where and how exactly the network is computed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from awe.errors import ConfigError
from awe.training.options import TrainingOptions


def choose_device(options: TrainingOptions) -> torch.device:
    """Take the device the options ask for, and make its results repeatable.

    Raises:
        ConfigError: if there is no such device.

    """
    if options.device == "cuda" and not torch.cuda.is_available():
        raise ConfigError("training.device: no usable GPU is there; use auto or cpu")
    on_gpu = options.device != "cpu" and torch.cuda.is_available()
    torch.set_num_threads(options.threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it cuBLAS refuses to be deterministic
    torch.use_deterministic_algorithms(mode=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # saves time
    device = torch.device("cuda" if on_gpu else "cpu")
    allow_rounding(mixed=use_bfloat16(options, device))
    return device


def allow_rounding(*, mixed: bool) -> None:
    """Let a GPU compute the GRU in TF32 in mixed precision only: else cuDNN would round float32 factors to 10 bits."""
    torch.backends.cudnn.allow_tf32 = mixed


@contextmanager
def precision(device: torch.device, *, mixed: bool) -> Iterator[None]:
    """Compute a forward pass in mixed precision, or in float32 with nothing rounded on the way."""
    allowed = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = allowed and mixed
    try:
        with torch.autocast(device.type, torch.bfloat16, enabled=mixed):
            yield
    finally:
        torch.backends.cudnn.allow_tf32 = allowed


@contextmanager
def not_deterministic() -> Iterator[None]:
    """Allow, for a while, operations whose last digits may differ from run to run."""
    torch.use_deterministic_algorithms(mode=False)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(mode=True)


def use_bfloat16(options: TrainingOptions, device: torch.device) -> bool:
    """Tell whether to train in bfloat16; `auto` does where the device has units for it."""
    if options.precision != "auto":
        return options.precision == "bfloat16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())  # noqa: SLF001


def device_name(device: torch.device) -> str:
    """Name the device for the record."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"cpu ({torch.get_num_threads()} threads)"
