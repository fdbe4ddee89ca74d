"""Where to write the names of clusters so that they cover neither each other nor the points."""

import numpy as np

_DIRECTIONS = [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)]


def place_labels(clusters: list[np.ndarray], sizes: np.ndarray, width: float, height: float) -> np.ndarray:
    """Find a centre for every cluster's label.

    Each label tries places around its cluster's median, nearest first, and takes the one that hides the fewest points
    and labels; larger clusters choose first.

    Args:
        clusters: points `(n, 2)` of every cluster, in the unit of the panel.
        sizes: width and height of every label `(K, 2)`.
        width: of the panel.
        height: of the panel.

    Returns:
        centres `(K, 2)`.

    """
    points = np.concatenate(clusters)
    centres = np.zeros((len(clusters), 2))
    placed: list[int] = []
    for cluster in sorted(range(len(clusters)), key=lambda number: -len(clusters[number])):
        tried = _candidates(clusters[cluster], sizes[cluster], width, height)
        costs = []
        for distance, centre in enumerate(tried):
            hidden = (np.abs(points - centre) < sizes[cluster] / 2).all(axis=1).sum()
            room = (sizes[cluster] + sizes[placed]) / 2 if placed else np.zeros((0, 2))
            overlaps = (np.abs(centres[placed] - centre) < room).all(axis=1).sum() if placed else 0
            costs.append(hidden + 1000 * overlaps + 0.1 * distance)
        centres[cluster] = tried[int(np.argmin(costs))]
        placed.append(cluster)
    return centres


def _candidates(points: np.ndarray, size: np.ndarray, width: float, height: float) -> np.ndarray:
    """Places around a cluster, kept inside the panel, nearest first: `(C, 2)`."""
    middle = np.median(points, axis=0)
    # a single token far away must not drive the name off its cluster
    reach = 1.6 * np.median(np.abs(points - middle), axis=0)
    places = [
        middle + np.array(direction) * (reach + size / 2 + step * size[1])
        for step in (0.15, 0.6, 1.2, 2.0, 3.0)
        for direction in _DIRECTIONS
    ]
    inside: np.ndarray = np.clip(np.array(places), size / 2, np.array([width, height]) - size / 2)
    return inside
