"""The file of a trained model: its weights, and all that is needed to use it again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from awe.errors import TableError
from awe.files import write_bytes
from awe.training.encoder import AcousticEncoder
from awe.training.options import ModelOptions

_FACTS = ("options", "coefficients", "phones", "best_epoch")  # no times, so that equal models are equal files


def write_model(path: Path, weights: dict[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write weights, and of the job's facts what says how to use them."""
    kept = {name: facts[name] for name in _FACTS}
    write_bytes(save(weights, {"job": json.dumps(kept, ensure_ascii=False)}), path)


def read_encoder(path: Path) -> AcousticEncoder:
    """Load the encoder of a trained model, ready to embed tokens with the features it was trained on.

    Raises:
        TableError: if the file is missing or no model.

    """
    try:
        with safe_open(path, framework="pt") as file:
            job = json.loads(file.metadata()["job"])
            names = [name for name in file.keys() if name.startswith("encoder.")]  # noqa: SIM118 -- no mapping
            weights = {name.removeprefix("encoder."): file.get_tensor(name) for name in names}
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise TableError(f"{path}: no trained model ({str(error)[:80]}); give a model.safetensors") from None
    encoder = AcousticEncoder(job["coefficients"], ModelOptions.model_validate(job["options"]["model"]))
    encoder.load_state_dict(weights)
    return encoder.eval()
