"""t-SNE, seeded."""

import warnings

import numpy as np


def project(embeddings: np.ndarray, perplexity: float = 30.0, seed: int = 1) -> np.ndarray:
    """Map embeddings `(N, D)` to the plane `(N, 2)` by t-SNE on cosine distances.

    Few tokens get a lower perplexity (a third of the others); fewer than 5 are put on a line. The same input and seed
    give the same map.
    """
    if len(embeddings) < 5:
        return np.stack([np.arange(len(embeddings), dtype=float), np.zeros(len(embeddings))], axis=1)
    from openTSNE import TSNE

    exact = len(embeddings) <= 5000  # above, approximations are faster
    tsne = TSNE(
        perplexity=min(perplexity, (len(embeddings) - 1) / 3),
        metric="cosine",
        neighbors="exact" if exact else "annoy",
        negative_gradient_method="bh" if exact else "fft",
        initialization="pca",
        random_state=seed,
        n_jobs=1,
    )
    with warnings.catch_warnings():  # joblib counts cores with lscpu, which a bare machine does not have
        warnings.filterwarnings("ignore", "Could not find the number of physical cores", UserWarning)
        places: np.ndarray = np.asarray(tsne.fit(np.asarray(embeddings, dtype=np.float64)))
    return places
