"""How long Snakemake plans the paper's grid with ten seeds, and what a finished run leaves on the file system.

`python benchmarks/planning.py`: a dry run of everything, then the same with every file there ("Nothing to be done"). No
stage runs: the files are made empty and `snakemake --touch` records them as made.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, config: Path, *arguments: str) -> tuple[str, float]:
    """Run Snakemake on the paper's grid with ten seeds; its output and seconds."""
    seeds = "seeds=[" + ",".join(map(str, range(1, 11))) + "]"
    start = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        ROOT / "Snakefile",
        "--directory",
        folder,
        "--cores",
        "2",
    ]
    command = [*start, "--configfile", config, "--config", seeds, *arguments]
    started = time.monotonic()
    done = subprocess.run([*map(str, command)], check=True, capture_output=True, text=True)
    return done.stdout + done.stderr, time.monotonic() - started


def make_outputs(folder: Path, config: Path) -> None:
    """Make every output, log and benchmark empty."""
    text, _ = run(folder, config, "--summary")
    lines = [line.split("\t") for line in text.splitlines() if line.startswith("results/")]
    for output, *_ in lines:
        path = folder / output
        if path.suffix:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        else:
            path.mkdir(parents=True, exist_ok=True)
    run(folder, config, "--touch")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=ROOT / "config" / "synthetic-full.yaml")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plans = [run(folder, arguments.config, "--dry-run") for _ in range(arguments.repeats)]
        text = plans[0][0]
        jobs = next(line.split()[1] for line in text.splitlines() if line.startswith("total"))
        print(
            f"{jobs} jobs planned in {sorted(seconds for _, seconds in plans)[arguments.repeats // 2]:.1f} s (median)"
        )
        make_outputs(folder, arguments.config)
        nothing = [run(folder, arguments.config, "--dry-run") for _ in range(arguments.repeats)]
        assert "Nothing to be done" in nothing[0][0]
        print(f"nothing to do: {sorted(seconds for _, seconds in nothing)[arguments.repeats // 2]:.1f} s (median)")
        counts = Counter(
            path.relative_to(folder).parts[0 if path.relative_to(folder).parts[0] != ".snakemake" else 1]
            for path in folder.rglob("*")
            if path.is_file()
        )
        print(f"files: {counts['results']} results, {counts['metadata']} records in .snakemake/metadata")
        print(f"and for each of the {jobs} jobs, when it runs, a log and a benchmark")


if __name__ == "__main__":
    main()
