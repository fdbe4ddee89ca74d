"""The form-to-meaning regressor of a trained job, applied to stored embeddings."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from awe.checksum import check
from awe.errors import TableError


def predict_vectors(model: Path, embeddings: np.ndarray) -> np.ndarray | None:
    """Map embeddings `(N, D)` to word vectors `(N, K)` with the regressor in `model`.safetensors (section 2.2).

    None if the model has no regressor, or one that was trained on a control (`meaning` other than `true_vectors`):
    what it predicts cannot be compared with the words' own vectors. The model file's metadata say so.

    Raises:
        TableError: if the file is missing or damaged.

    """
    from safetensors import SafetensorError, safe_open

    try:
        check(model.read_bytes())
        with safe_open(model, framework="np") as file:
            job = json.loads((file.metadata() or {}).get("job", "{}"))
            weights = {name: file.get_tensor(name) for name in file.keys() if "regressor." in name}  # noqa: SIM118
    except (OSError, SafetensorError, ValueError) as error:
        raise TableError(f"{model}: no trained model ({str(error)[:80]}); delete it and run again") from None
    if _meaning_of(job) != "true_vectors":
        return None
    found = {name: re.search(r"(?:^|\.)regressor\.layers\.(\d+)\.weight$", name) for name in weights}
    layers = sorted((int(match[1]), name) for name, match in found.items() if match)
    if not layers:
        return None
    vectors = embeddings.astype(np.float64)
    for _, name in layers:
        vectors = np.tanh(vectors @ weights[name].T + weights[name.removesuffix("weight") + "bias"])
    return vectors


def _meaning_of(job: dict[str, Any]) -> str:
    """Tell from a model's record which vectors its regressor learned; an option that is not written has its default."""
    options = job.get("options", {}).get("setting", {}).get("options", {})
    return str(options.get("meaning", "true_vectors"))
