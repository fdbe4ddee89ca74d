"""The form-to-meaning regressor of a trained job, applied to stored embeddings."""

import re
from pathlib import Path

import numpy as np


def predict_vectors(model: Path, embeddings: np.ndarray) -> np.ndarray | None:
    """Map embeddings `(N, D)` to word vectors `(N, K)` with the regressor in `model`.safetensors (section 2.2).

    None if the model has no regressor.
    """
    from safetensors.numpy import load_file

    weights = load_file(model)
    found = {name: re.search(r"(?:^|\.)regressor\.layers\.(\d+)\.weight$", name) for name in weights}
    layers = sorted((int(match[1]), name) for name, match in found.items() if match)
    if not layers:
        return None
    vectors = embeddings.astype(np.float64)
    for _, name in layers:
        vectors = np.tanh(vectors @ weights[name].T + weights[name.removesuffix("weight") + "bias"])
    return vectors
