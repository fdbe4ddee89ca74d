"""How long Snakemake plans the paper's grid with ten seeds, and what a finished run leaves on the file system.

`python benchmarks/planning.py`: a dry run of everything, then the same with every file there ("Nothing to be done"). No
stage runs: the files are made empty and `snakemake --touch` records them as made.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def cpu_s() -> float:
    """Seconds of CPU time that finished child processes took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(folder: Path, config: Path, *arguments: str) -> tuple[str, float, float]:
    """Run Snakemake on the paper's grid with ten seeds; its output, seconds, and seconds of CPU time."""
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
    started, cpu_before = time.monotonic(), cpu_s()
    done = subprocess.run([*map(str, command)], check=True, capture_output=True, text=True)
    return done.stdout + done.stderr, time.monotonic() - started, cpu_s() - cpu_before


def medians(runs: list[tuple[str, float, float]]) -> str:
    wall, cpu = (sorted(one[column] for one in runs)[len(runs) // 2] for column in (1, 2))
    return f"{wall:.1f} s, of CPU time {cpu:.1f} s (medians of {len(runs)})"


def make_outputs(folder: Path, config: Path) -> None:
    """Make every output, log and benchmark empty."""
    text, _, _ = run(folder, config, "--summary")
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
        print(f"{jobs} jobs planned: {medians(plans)}")
        make_outputs(folder, arguments.config)
        nothing = [run(folder, arguments.config, "--dry-run") for _ in range(arguments.repeats)]
        assert "Nothing to be done" in nothing[0][0]
        print(f"nothing to do: {medians(nothing)}")
        results = [path for path in (folder / "results").rglob("*") if path.is_file()]
        outputs = [path for path in results if not {"benchmarks", "logs"} & set(path.parts)]
        records = [path for path in (folder / ".snakemake" / "metadata").rglob("*") if path.is_file()]
        print(f"files: {len(outputs)} results, {len(records)} records in .snakemake/metadata")
        print(f"and for each of the {jobs} jobs, when it runs, a log and a benchmark")


if __name__ == "__main__":
    main()
