"""Same-different word discrimination: average precision, as every group of the field defines it, in one pass.

All definitions rank tokens, or pairs of tokens, by cosine distance. A token is never its own candidate; it is left
out by its index, not by its distance. **Ties** are resolved against the model: among equal distances (closer than
`cosine.LEVELS` can tell) the tokens or pairs of other words come first. So an encoder that maps everything onto one
point scores at chance or below, and no result depends on the order of tokens or on the numbering of labels.

| definition | ranking | mean over |
|---|---|---|
| `per_query` (the paper's, section 4.3) | all other tokens, for every token whose word has another token | queries |
| `per_type` | the same | queries of a word type, then word types |
| `per_query_without_same_speaker` | only the tokens of other speakers | queries with a match by another speaker |
| `pooled` | all unordered pairs of tokens in one ranking | pairs of one word |
| `swdp` | the same; matches of one speaker count as hits | pairs of one word by different speakers |
| `cross_speaker` | all unordered pairs of tokens of different speakers | pairs of one word |

Average precision is the mean, over the matches, of the precision at the match's rank.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from awe.errors import AweError
from awe.metrics.cosine import LEVELS, as_tensor, distance_levels, unit_rows

PER_QUERY = ("per_query", "per_type", "per_query_without_same_speaker")
POOLED = ("pooled", "swdp", "cross_speaker")
DEFINITIONS = PER_QUERY + POOLED
PAIRS_AT_ONCE = 64_000_000  # of two words, 4 bytes each, sorted together
_LAST = torch.iinfo(torch.int32).max  # the key of the query itself: after every candidate


class NoQueriesError(AweError):
    """No word has two tokens, so nothing can be retrieved."""


@dataclass(frozen=True)
class Precisions:
    """The terms that an average precision is the weighted mean of.

    Attributes:
        precisions: `(Q,)`, one per query (its average precision) or per matching pair (precision at its rank).
        first: `(Q,)`, row of the query, or of the pair's first token.
        second: `(Q,)`, row of the query again, or of the pair's second token.
        weights: `(Q,)`, all 1 except in `per_type`.

    """

    precisions: np.ndarray
    first: np.ndarray
    second: np.ndarray
    weights: np.ndarray

    @property
    def value(self) -> float:
        """The average precision."""
        return float(np.average(self.precisions, weights=self.weights))


def per_query_average_precision(embeddings: np.ndarray | torch.Tensor, labels: np.ndarray | torch.Tensor) -> float:
    """Mean average precision per query, as the paper measures it on validation and test (section 4.3).

    Every token whose word has another token is a query; all other tokens are ranked by cosine distance; the score is
    the mean of the queries' average precisions. Ties count against the model (see the module's docstring).

    Args:
        embeddings: `(N, D)`; the work is done on their device, in blocks.
        labels: `(N,)`, whole numbers, equal for tokens of one word.

    Raises:
        NoQueriesError: if no word has two tokens.
        awe.metrics.cosine.EmbeddingError: if a value is not finite.

    """
    unit = unit_rows(embeddings)
    words = _labels(labels, unit)
    queries = _queries(words)
    total = torch.zeros((), dtype=torch.float64, device=unit.device)
    for rows, levels in distance_levels(unit, queries):
        same_word = words[rows, None] == words
        total += _per_query(_ranked(levels.mul_(2).add_(same_word), rows) & 1 == 1).sum()
    return float(total) / len(queries)


def same_different(
    embeddings: np.ndarray | torch.Tensor, labels: np.ndarray, speakers: np.ndarray | None = None
) -> dict[str, Precisions]:
    """Compute every definition of `DEFINITIONS` from one pass over all distances.

    Definitions without a single query are left out: those about speakers if `speakers` is None or if no word is
    spoken by two speakers. Memory grows with the pairs of one word, not with all pairs (docs/benchmarks.md).

    Args:
        embeddings: `(N, D)`.
        labels: `(N,)`, whole numbers, equal for tokens of one word.
        speakers: `(N,)`, whole numbers, equal for tokens of one speaker.

    Raises:
        NoQueriesError: if no word has two tokens.
        awe.metrics.cosine.EmbeddingError: if a value is not finite.

    """
    unit = unit_rows(embeddings)
    words = _labels(labels, unit)
    # without speakers every token has its own, so that nothing is "same speaker"
    voices = torch.arange(len(unit), device=unit.device) if speakers is None else _labels(speakers, unit)
    _queries(words)
    pairs = _PairKeys(unit, words, voices)
    every_row = torch.arange(len(unit), device=unit.device)
    averages, averages_without = [], []
    for rows, levels in distance_levels(unit, every_row):
        same_word, same_speaker = words[rows, None] == words, voices[rows, None] == voices
        keys = levels.mul_(4).add_(same_word, alpha=2).add_(same_speaker)
        pairs.add(rows.cpu().numpy(), keys.cpu().numpy())
        code = _ranked(keys, rows) & 3
        averages.append(_per_query(code >= 2))
        averages_without.append(_per_query(code == 2, kept=code & 1 == 0))
    results = _query_results(torch.cat(averages).cpu().numpy(), torch.cat(averages_without).cpu().numpy(), words)
    results |= pairs.results()
    wanted = DEFINITIONS if speakers is not None else ("per_query", "per_type", "pooled")
    return {name: results[name] for name in wanted if len(results[name].precisions)}


def average_precisions_of_distances(distances: np.ndarray, queries: np.ndarray, labels: np.ndarray) -> Precisions:
    """Average precision per query from given distances, for methods that have no embeddings (DTW).

    Args:
        distances: `(Q, N)`, from every query to every token, at least 0.
        queries: `(Q,)`, row of each query among the tokens; its distance to itself is not looked at.
        labels: `(N,)`, whole numbers, equal for tokens of one word.

    Raises:
        NoQueriesError: if no query's word has another token.

    """
    words = torch.from_numpy(np.array(labels))
    rows = torch.from_numpy(np.array(queries))
    levels = torch.from_numpy(np.round(distances / max(float(distances.max()), 1e-300) * 2 * LEVELS).astype(np.int32))
    averages = _per_query(_ranked(levels.mul_(2).add_(words[rows, None] == words), rows) & 1 == 1).numpy()
    found = ~np.isnan(averages)
    if not found.any():
        raise NoQueriesError("no queries: no word among them has two tokens; give more queries")
    return Precisions(averages[found], queries[found], queries[found], np.ones(int(found.sum())))


def _labels(labels: np.ndarray | torch.Tensor, unit: torch.Tensor) -> torch.Tensor:
    words = as_tensor(labels).to(unit.device)
    if words.shape != unit.shape[:1]:
        raise ValueError(f"{len(unit)} embeddings but labels of shape {tuple(words.shape)}")
    return words


def _queries(words: torch.Tensor) -> torch.Tensor:
    """Rows of the tokens whose word has another token."""
    _, word_of, counts = torch.unique(words, return_inverse=True, return_counts=True)
    queries: torch.Tensor = (counts[word_of] > 1).nonzero().squeeze(1)
    if not len(queries):
        raise NoQueriesError("no queries: no word has two tokens; give more tokens or fewer, more frequent words")
    return queries


def _ranked(keys: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Sort each row's keys `(B, N)`, drop the query itself: `(B, N - 1)`, nearest first."""
    keys[torch.arange(len(rows), device=keys.device), rows] = _LAST
    if keys.device.type == "cpu":  # many times faster than torch's sort
        parts = np.array_split(keys.numpy(), torch.get_num_threads())
        with ThreadPoolExecutor(len(parts)) as threads:
            list(threads.map(lambda part: part.sort(axis=1), parts))
        return keys[:, :-1]
    ranked: torch.Tensor = keys.sort(dim=1).values
    return ranked[:, :-1]


def _per_query(match: torch.Tensor, kept: torch.Tensor | None = None) -> torch.Tensor:
    """Average precision of each row of ranked candidates `(B, N - 1)`: `(B,)`, NaN where nothing matches."""
    row, place = match.nonzero(as_tuple=True)
    counts = match.sum(dim=1)
    hits = torch.arange(1, len(row) + 1, device=row.device) - (counts.cumsum(0) - counts)[row]
    rank = place + 1 if kept is None else kept.cumsum(dim=1, dtype=torch.int32)[row, place]
    sums = torch.zeros(len(match), dtype=torch.float64, device=row.device).index_add_(0, row, hits.double() / rank)
    return sums / counts


def _query_results(averages: np.ndarray, averages_without: np.ndarray, words: torch.Tensor) -> dict[str, Precisions]:
    _, word_of, counts = np.unique(words.cpu().numpy(), return_inverse=True, return_counts=True)
    queries, queries_without = np.flatnonzero(~np.isnan(averages)), np.flatnonzero(~np.isnan(averages_without))
    ones, ones_without = np.ones(len(queries)), np.ones(len(queries_without))
    return {
        "per_query": Precisions(averages[queries], queries, queries, ones),
        "per_type": Precisions(averages[queries], queries, queries, 1.0 / counts[word_of[queries]]),
        "per_query_without_same_speaker": Precisions(
            averages_without[queries_without], queries_without, queries_without, ones_without
        ),
    }


class _PairKeys:
    """Ranks all unordered pairs in one list, without ever holding the pairs of two words all at once.

    A key is the level of distance, times 4, plus 2 if the words are the same, plus 1 if the speakers are. Pairs of one
    word are few and kept; of the others it is counted how many come before each of these.
    """

    def __init__(self, unit: torch.Tensor, words: torch.Tensor, voices: torch.Tensor) -> None:
        self._keys, self._first, self._second = _matching_pairs(unit, words, voices)
        self._different = self._keys & 1 == 0
        self._others = np.zeros(len(self._keys), dtype=np.int64)
        self._others_across = np.zeros(int(self._different.sum()), dtype=np.int64)
        self._waiting: list[np.ndarray] = []

    def add(self, rows: np.ndarray, keys: np.ndarray) -> None:
        """Take over the pairs of two words (row, column) with column > row from keys `(B, N)`."""
        self._waiting.append(keys[(np.arange(keys.shape[1]) > rows[:, None]) & (keys & 2 == 0)])
        if sum(map(len, self._waiting)) > PAIRS_AT_ONCE:
            self._count()

    def _count(self) -> None:
        waiting = np.concatenate([*self._waiting, np.empty(0, dtype=np.int32)])
        waiting.sort()
        # a pair of two words at the same level comes first: its key is below that level's 4 * level + 2
        limits = (self._keys | 3) - 1
        self._others += np.searchsorted(waiting, limits)
        self._others_across += np.searchsorted(waiting[waiting & 1 == 0], limits[self._different])
        self._waiting.clear()

    def results(self) -> dict[str, Precisions]:
        """Return the pooled definitions."""
        self._count()
        different = self._different
        hits, hits_across = np.arange(1, len(self._keys) + 1), np.arange(1, int(different.sum()) + 1)
        precisions = hits / (hits + self._others)
        across = hits_across / (hits_across + self._others_across)
        first, second = self._first[different], self._second[different]
        return {
            "pooled": Precisions(precisions, self._first, self._second, _ones(len(precisions))),
            "swdp": Precisions(precisions[different], first, second, _ones(len(first))),
            "cross_speaker": Precisions(across, first, second, _ones(len(first))),
        }


def _matching_pairs(
    unit: torch.Tensor, words: torch.Tensor, voices: torch.Tensor
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keys and both rows of all pairs of one word `(P,)` each, by rising key."""
    order = torch.argsort(words, stable=True)
    parts = []
    for members in torch.split(order, torch.unique(words, return_counts=True)[1].tolist()):
        places = torch.arange(len(members), device=unit.device)
        for place, levels in distance_levels(unit[members], places) if len(members) > 1 else ():
            row, column = (places > place[:, None]).nonzero(as_tuple=True)
            first, second = members[place[row]], members[column]
            keys = levels[row, column] * 4 + 2 + (voices[first] == voices[second])
            parts.append(torch.stack([keys, first, second]).to(torch.int32))
    keys, first, second = torch.cat(parts, dim=1).cpu().numpy()
    rising = np.argsort(keys, kind="stable")
    return keys[rising], first[rising], second[rising]


def _ones(count: int) -> np.ndarray:
    """As many ones, in the memory of one."""
    ones: np.ndarray = np.broadcast_to(1.0, count)
    return ones
