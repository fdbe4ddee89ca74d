"""The explorer: one page without any network that shows, filters and plays the test tokens of an experiment."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from awe.progress import say
from awe.report.options import ExplorerOptions
from awe.report.page import read_file
from awe.report.style import label

if TYPE_CHECKING:
    from awe.report.results import Results

SPLITS = {"valid": "validation", "test": "test"}
GRID = 10_000  # coordinates are whole numbers from 0 to GRID


def explorer_page(results: "Results", audio_folders: Mapping[str, Path], options: ExplorerOptions) -> str:
    """Write the page: t-SNE maps of every language and setting (first seed), neighbours and recordings.

    Args:
        results: of the experiment.
        audio_folders: of every language, what its `audio_path` is relative to; languages left out cannot be played.
        options: see `ExplorerOptions`.

    """
    data = {
        "experiment": results.plan.experiment,
        "tokens": f"{' and '.join(SPLITS[split] for split in options.splits)} tokens",
        "seed": results.plan.seeds[0],
        "grid": GRID,
        "languages": [
            {"name": name, **_language(results, language, audio_folders.get(language), options)}
            for language, name in results.plan.languages.items()
        ],
    }
    return fill_template(data)


def fill_template(data: dict[str, Any]) -> str:
    """Put the page's data into its template, whatever the words in it contain."""
    # inside a script element only "<" could end the data
    embedded = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return read_file("explorer.html").replace("@STYLE@", read_file("page.css")).replace("@DATA@", embedded)


def _language(results: "Results", language: str, audio_folder: Path | None, options: ExplorerOptions) -> dict[str, Any]:
    from awe.report.clips import encode_clips

    tokens = results.tokens(language)
    tokens = tokens[tokens["split"].isin(options.splits)]
    tokens = tokens.sample(min(len(tokens), options.tokens), random_state=options.seed).sort_values("token_id")
    maps = []
    for setting in results.plan.settings:
        say(f"explorer: {language} {setting}, {len(tokens)} tokens")
        seed = results.plan.seeds[0]
        tables = [results.embeddings(language, setting, seed, split) for split in options.splits]
        table = pd.concat(tables).set_index("token_id")
        vectors = np.stack(list(table.loc[tokens["token_id"], "embedding"])).astype(np.float64)
        maps.append({"setting": label(setting), **_map(vectors, options)})
    clips: list[str | None] = [None] * len(tokens)
    if audio_folder is not None and options.clips:
        say(f"explorer: {language}, recordings")
        heard = np.sort(np.random.default_rng(options.seed).permutation(len(tokens))[: options.clips])
        encoded = encode_clips(tokens.iloc[heard], results.utterances(language), audio_folder)
        for place, clip in zip(heard, encoded, strict=True):
            clips[place] = clip
    durations = tokens["end_s"] - tokens["start_s"]
    return {
        "words": _indexed(tokens["word"]),
        "speakers": _indexed(tokens["speaker_id"]),
        "phones": _indexed(tokens["phones"].map(" ".join)),
        "splits": _indexed(tokens["split"]),
        "milliseconds": [round(1000 * seconds) for seconds in durations],
        "maps": maps,
        "clips": clips,
    }


def _indexed(values: "pd.Series[str]") -> dict[str, list[Any]]:
    """Store repeated texts once."""
    names, places = np.unique(values.to_numpy(dtype=str), return_inverse=True)
    return {"names": names.tolist(), "of": places.tolist()}


def _map(vectors: np.ndarray, options: ExplorerOptions) -> dict[str, list[Any]]:
    """Places of all tokens on the map, and each token's nearest neighbours with their cosine distances."""
    from awe.report.projection import project

    places = project(vectors, options.perplexity, options.seed)
    low, high = places.min(axis=0), places.max(axis=0)
    scaled = np.round((places - low) / np.maximum(high - low, 1e-9) * GRID).astype(int)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    count = min(options.neighbours, len(unit) - 1)
    neighbours = np.zeros((len(unit), count), dtype=int)
    distances = np.zeros((len(unit), count))
    for rows in np.array_split(np.arange(len(unit)), max(1, len(unit) // 1000)):
        distance = 1 - unit[rows] @ unit.T
        distance[np.arange(len(rows)), rows] = np.inf
        neighbours[rows] = np.argsort(distance, axis=1, kind="stable")[:, :count]
        distances[rows] = np.take_along_axis(distance, neighbours[rows], axis=1)
    return {
        "x": scaled[:, 0].tolist(),
        "y": scaled[:, 1].tolist(),
        "neighbours": neighbours.tolist(),
        "distances": np.round(distances, 3).tolist(),
    }
