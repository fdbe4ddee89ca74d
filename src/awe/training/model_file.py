"""The file of a trained model: its weights, and all that is needed to use it again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from awe.checksum import PLACEHOLDER, check, seal
from awe.errors import TableError
from awe.files import write_bytes
from awe.training.encoder import AcousticEncoder
from awe.training.options import ModelOptions

_FACTS = ("options", "coefficients", "phones", "best_epoch")  # no times, so that equal models are equal files


def write_model(path: Path, weights: dict[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write weights, and of the job's facts what says how to use them, under a checksum."""
    # one entry only: safetensors writes several in any order, and equal models shall be equal files
    kept = {name: facts[name] for name in _FACTS} | {"checksum": PLACEHOLDER}
    write_bytes(seal(save(weights, {"job": json.dumps(kept, ensure_ascii=False)})), path)


def read_encoder(path: Path) -> AcousticEncoder:
    """Load the encoder of a trained model, ready to embed tokens with the features it was trained on.

    Raises:
        TableError: if the file is missing or no model.

    """
    try:
        check(path.read_bytes())
        with safe_open(path, framework="pt") as file:
            job = json.loads(file.metadata()["job"])
            names = [name for name in file.keys() if name.startswith("encoder.")]  # noqa: SIM118 -- no mapping
            weights = {name.removeprefix("encoder."): file.get_tensor(name) for name in names}
        encoder = AcousticEncoder(job["coefficients"], ModelOptions.model_validate(job["options"]["model"]))
        encoder.load_state_dict(weights)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:80]
        raise TableError(f"{path}: no trained model ({reason}); give a model.safetensors") from None
    return encoder.eval()
