"""Dynamic time warping, the oldest way to compare two spoken words; slow, so only for a sample of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from awe.metrics.jackknife import leave_out, speaker_groups
from awe.metrics.same_different import NoQueriesError, Precisions, average_precisions_of_distances
from awe.progress import track

DTW = "dtw_mfcc"


def dtw_distances(queries: Sequence[np.ndarray], segments: Sequence[np.ndarray]) -> np.ndarray:
    """Align every query with every segment `(T, C)`: sum of the frames' cosine distances over both lengths `(Q, N)`."""
    from dtaidistance import dtw_ndim

    def unit(segment: np.ndarray) -> np.ndarray:
        frames = np.asarray(segment, dtype=np.float64)
        scaled: np.ndarray = frames / np.maximum(np.linalg.norm(frames, axis=1, keepdims=True), 1e-12)
        return np.ascontiguousarray(scaled)

    prepared = [unit(segment) for segment in segments]
    distances = np.empty((len(queries), len(segments)))
    for row, query in enumerate(track([unit(query) for query in queries], "DTW", total=len(queries))):
        for column, segment in enumerate(prepared):
            # the library returns the root of the summed squared distances; of unit vectors these are 2 (1 - cosine)
            total = dtw_ndim.distance_fast(query, segment) ** 2 / 2
            distances[row, column] = total / (len(query) + len(segment))
    return distances


@dataclass(frozen=True)
class ComparedQueries:
    """A sample of queries, whose mean average precision estimates that of all, and their distances to all segments.

    Attributes:
        queries: `(Q,)`, rows among the segments, rising.
        distances: `(Q, N)`.
        labels: `(N,)`, whole numbers, equal for segments of one word.

    """

    queries: np.ndarray
    distances: np.ndarray
    labels: np.ndarray

    def score(self, rows: np.ndarray) -> Precisions:
        """Average precision of the queries among some rows (rising), each against all others of them.

        Raises:
            NoQueriesError: if none of the queries has another segment of its word there.

        """
        kept = np.isin(self.queries, rows)
        if not kept.any():
            raise NoQueriesError("no queries: no word among them has two tokens; give more queries")
        places = np.searchsorted(rows, self.queries[kept])
        return average_precisions_of_distances(self.distances[kept][:, rows], places, self.labels[rows])

    def values_without_speakers(self, speakers: np.ndarray, seed: int) -> list[Mapping[str, float]]:
        """Score without each group of speakers in turn, for intervals over speakers."""
        return leave_out(speaker_groups(speakers, seed), lambda rows: {"per_query": self.score(rows).value})


def compare_queries(segments: Sequence[np.ndarray], labels: np.ndarray, count: int, seed: int) -> ComparedQueries:
    """Compare a seeded sample of queries with all segments.

    Raises:
        NoQueriesError: if no word has two tokens.

    """
    _, word_of, counts = np.unique(labels, return_inverse=True, return_counts=True)
    candidates = np.flatnonzero(counts[word_of] > 1)
    chosen = np.sort(np.random.default_rng(seed).permutation(candidates)[:count])
    if not len(chosen):
        raise NoQueriesError("no queries: no word has two tokens; give more tokens or fewer, more frequent words")
    return ComparedQueries(chosen, dtw_distances([segments[row] for row in chosen], segments), labels)
