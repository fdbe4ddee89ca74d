"""How often do 95 % intervals hold the truth? Over speakers, words and training runs, on made-up data whose truth is known.

`python benchmarks/intervals.py`: for corpora of speakers of unequal clarity, drawn anew again and again, the deviation of
each score, and the half width and coverage of its interval over speakers, by bootstrap of the queries and by the
jackknife; then the same of the interval over words; then how often two settings that are one are told apart (p < .05).
"""

from collections.abc import Callable, Mapping

import numpy as np

from awe.metrics.bootstrap import confidence_interval
from awe.metrics.jackknife import jackknife_interval, leave_out, speaker_groups
from awe.metrics.same_different import Precisions, same_different
from awe.metrics.seeds import over_words_and_seeds

CORPORA, WORDS, WIDTH = 100, 40, 16
DEFINITIONS = ("per_query", "pooled", "cross_speaker")
Interval = tuple[float, float]
Intervals = Callable[[np.ndarray, np.ndarray, np.ndarray, Mapping[str, Precisions]], dict[str, Interval]]


def speakers_corpus(number: int, speakers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same words by other speakers: embeddings, words, speakers."""
    random = np.random.default_rng(number)
    prototypes = np.random.default_rng(0).standard_normal((WORDS, WIDTH))
    words, speaker_of = np.tile(np.arange(WORDS), speakers), np.repeat(np.arange(speakers), WORDS)
    noise = 1.1 * np.exp(random.normal(0, 0.2, speakers))[speaker_of, None]
    return prototypes[words] + noise * random.standard_normal((len(words), WIDTH)), words, speaker_of


def words_corpus(number: int, speakers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Other words, some clearer than others, of unequal frequency."""
    random = np.random.default_rng(number)
    words = np.repeat(np.arange(60), random.zipf(1.8, 60).clip(2, 25))
    noise = np.exp(random.normal(0, 0.3, 60))[words, None]
    embeddings = random.standard_normal((60, WIDTH))[words] + noise * random.standard_normal((len(words), WIDTH))
    return embeddings, words, random.integers(0, speakers, len(words))


def by_bootstrap(
    embeddings: np.ndarray, words: np.ndarray, speakers: np.ndarray, results: Mapping[str, Precisions]
) -> dict[str, Interval]:
    del embeddings, words
    return {name: confidence_interval(results[name], speakers, 300) for name in DEFINITIONS}


def over_words(
    embeddings: np.ndarray, words: np.ndarray, speakers: np.ndarray, results: Mapping[str, Precisions]
) -> dict[str, Interval]:
    del embeddings, speakers
    return {name: confidence_interval(results[name], words, 300) for name in DEFINITIONS}


def by_jackknife(
    embeddings: np.ndarray, words: np.ndarray, speakers: np.ndarray, results: Mapping[str, Precisions]
) -> dict[str, Interval]:
    def score(rows: np.ndarray) -> dict[str, float]:
        found = same_different(embeddings[rows], words[rows], speakers[rows])
        return {name: found[name].value for name in DEFINITIONS}

    without = leave_out(speaker_groups(speakers, seed=1), score)
    return {
        name: jackknife_interval(results[name].value, [values[name] for values in without], 0.95)
        for name in DEFINITIONS
    }


def show(title: str, make: Callable[[int, int], tuple[np.ndarray, ...]], speakers: int, intervals: Intervals) -> None:
    scores: dict[str, list[float]] = {name: [] for name in DEFINITIONS}
    bounds: dict[str, list[Interval]] = {name: [] for name in DEFINITIONS}
    for number in range(CORPORA):
        corpus = make(number, speakers)
        results = same_different(*corpus)
        found = intervals(*corpus, results)
        for name in DEFINITIONS:
            scores[name].append(results[name].value)
            bounds[name].append(found[name])
    for name in DEFINITIONS:
        low, high = np.array(bounds[name]).T
        truth = np.mean(scores[name])
        covered = np.mean((low <= truth) & (truth <= high))
        print(
            f"{title:40s} {name:14s} deviation {np.std(scores[name]):.3f}"
            f"  half width {np.mean(high - low) / 2:.3f}  coverage {covered:.2f}"
        )


def false_alarms(seeds: int, experiments: int = 2000) -> float:
    """Share of p < .05 where runs deviate by .03, words by .15 and the settings are one."""
    random = np.random.default_rng(seeds)
    alarms = 0
    for _ in range(experiments):
        of_seed, of_word = random.normal(0, 0.03, seeds), random.normal(0, 0.15, 400)
        alarms += over_words_and_seeds(of_seed + of_word.mean(), 0.15 / 20, 400, 0.95).p_value < 0.05
    return alarms / experiments


def main() -> None:
    for speakers in (4, 10, 24):
        show(f"{speakers} speakers, bootstrap of queries", speakers_corpus, speakers, by_bootstrap)
        show(f"{speakers} speakers, jackknife", speakers_corpus, speakers, by_jackknife)
    show("60 words, bootstrap", words_corpus, 8, over_words)
    for seeds in (2, 3, 5):
        print(f"one setting twice, {seeds} seeds each: told apart in {100 * false_alarms(seeds):.1f} %")


if __name__ == "__main__":
    main()
