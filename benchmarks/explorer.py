"""How fast the explorer is with 10,000 tokens in 4 settings and 3 languages, in a headless Chromium.

`python benchmarks/explorer.py`: writes a page of random clusters (places, neighbours, words, recordings' worth of bytes), opens it from
the file system, and measures loading, drawing both maps, moving the mouse, choosing a token and filtering.
"""

import base64
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from awe.report.explorer import GRID, fill_template
from chromium import Page, open_browser

TOKENS, WORDS, SPEAKERS = 10_000, 1_500, 20
SETTINGS = ("form", "meaning", "form + meaning", "contrastive")


def language(name: str, random: np.random.Generator) -> dict[str, Any]:
    words = random.integers(0, WORDS, TOKENS)

    def space() -> dict[str, Any]:
        places = random.uniform(0.05, 0.95, (WORDS, 2))[words] + random.normal(0, 0.01, (TOKENS, 2))
        x, y = np.clip(places * GRID, 0, GRID).astype(int).T
        neighbours = random.integers(0, TOKENS, (TOKENS, 10))
        distances = np.sort(random.uniform(0, 1, (TOKENS, 10)), axis=1).round(3)
        return {"x": x.tolist(), "y": y.tolist(), "neighbours": neighbours.tolist(), "distances": distances.tolist()}

    def indexed(of: np.ndarray, names: list[str]) -> dict[str, Any]:
        return {"names": names, "of": of.tolist()}

    return {
        "name": name,
        "words": indexed(words, [f"word{number}" for number in range(WORDS)]),
        "speakers": indexed(random.integers(0, SPEAKERS, TOKENS), [f"speaker{number}" for number in range(SPEAKERS)]),
        "phones": indexed(words, [f"w ɜː d {number}" for number in range(WORDS)]),
        "splits": indexed(np.zeros(TOKENS, dtype=int), ["test"]),
        "milliseconds": random.integers(200, 900, TOKENS).tolist(),
        "maps": [{"setting": setting, **space()} for setting in SETTINGS],
        "clips": [base64.b64encode(random.bytes(3000)).decode() for _ in range(TOKENS)],
    }


def timed(page: Page, script: str, times: int = 30) -> float:
    """Median milliseconds of a script, the pixels of both maps included."""
    expression = f"""(async () => {{
        const painted = () => new Promise(done => requestAnimationFrame(() => {{
          const channel = new MessageChannel(); channel.port1.onmessage = done; channel.port2.postMessage(0); }}));
        const all = [];
        for (let round = 0; round < {times}; round++) {{
            await painted();
            const start = performance.now();
            {script};
            for (const side of ["left", "right"]) el(side + "-map").getContext("2d").getImageData(0, 0, 1, 1);
            const end = performance.now();
            await painted();
            all.push(end - start);
        }}
        return all;
    }})()"""
    return float(median(page.evaluate(expression)))


def main() -> None:
    random = np.random.default_rng(0)
    names = ("Portuguese", "German", "Polish")
    data = {
        "experiment": "benchmark",
        "tokens": "test tokens",
        "seed": 1,
        "grid": GRID,
        "languages": [language(name, random) for name in names],
    }
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "explorer.html"
        path.write_text(fill_template(data), encoding="utf-8")
        print(f"page: {path.stat().st_size / 1e6:.1f} MB")
        with open_browser(Path(folder) / "profile") as page:
            start = time.monotonic()
            page.open(path, width=1600, height=1000)
            print(f"opened: {time.monotonic() - start:.2f} s")
            print(f"both maps drawn anew: {timed(page, 'paint()'):.1f} ms")
            hover = (
                "el('left-map').dispatchEvent(new PointerEvent('pointermove',"
                " {clientX: 100 + 20 * round, clientY: 200 + 10 * round})); paint()"
            )
            print(f"pointer moved, token named and marked: {timed(page, hover):.1f} ms")
            print(f"token chosen, neighbours listed: {timed(page, 'choose(round * 97); paint()'):.1f} ms")
            search = "el('word').value = 'word' + round; el('word').dispatchEvent(new Event('input')); paint()"
            print(f"letters of a word typed, maps filtered: {timed(page, search):.1f} ms")
            switch = "el('language').value = round % 3; el('language').dispatchEvent(new Event('change')); paint()"
            print(f"language switched: {timed(page, switch):.1f} ms")
            if errors := [error for error in page.errors if "willReadFrequently" not in error]:
                raise SystemExit(errors)


if __name__ == "__main__":
    main()
