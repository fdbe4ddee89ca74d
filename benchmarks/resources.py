"""What each rule's jobs took, from the benchmarks of a finished run, beside what the rule asks a cluster for.

`python benchmarks/resources.py results/<experiment> --configfile <its configuration>`
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]


def measured(results: Path) -> pd.DataFrame:
    """Largest seconds and resident memory (MB) of each rule's jobs, and how many there were."""
    rows = []
    for path in sorted((results / "benchmarks").rglob("*.tsv")):
        rule = re.sub(r"-.*", "", path.stem)
        job = pd.read_csv(path, sep="\t").iloc[-1]
        rows.append({"rule": rule, "seconds": float(job["s"]), "max_rss_mb": pd.to_numeric(job["max_rss"], "coerce")})
    jobs = pd.DataFrame(rows)
    return jobs.groupby("rule").agg(jobs=("seconds", "size"), seconds=("seconds", "max"), rss=("max_rss_mb", "max"))


def asked(configuration: Path) -> dict[str, tuple[str, str]]:
    """mem_mb and runtime (minutes) of each rule at the first attempt, as the profile for SLURM submits it."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--configfile", configuration]
    options = ["--dry-run", "--forceall", "--workflow-profile", ROOT / "profiles" / "slurm"]
    done = subprocess.run([*map(str, command + options)], check=True, capture_output=True, text=True)
    found = {}
    for job in re.split(r"\n(?=\s*(?:local)?rule )", done.stdout):
        rule = re.match(r"\s*(?:local)?rule (\w+):", job)
        memory, runtime = re.search(r"mem_mb=(\d+)", job), re.search(r"runtime=(\d+)", job)
        if rule and memory and runtime:
            found[rule[1].replace("figure_", "figure").replace("table_", "table")] = memory[1], runtime[1]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--configfile", type=Path, default=ROOT / "config.yaml")
    arguments = parser.parse_args()
    stated = asked(arguments.configfile.resolve())
    print("| rule | jobs | longest, s | largest, MB | asks MB | asks minutes |\n|---|---|---|---|---|---|")
    for rule, row in measured(arguments.results).iterrows():
        keys = [key for key in stated if key.startswith(str(rule))]
        memory, runtime = stated[keys[0]] if keys else ("-", "-")
        print(f"| {rule} | {row['jobs']:.0f} | {row['seconds']:.0f} | {row['rss']:.0f} | {memory} | {runtime} |")


if __name__ == "__main__":
    main()
