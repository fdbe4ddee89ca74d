"""The paper's whole grid on one GPU, several jobs sharing it: `python benchmarks/grid.py --cores 16`.

Makes the tables of config/synthetic-full.yaml (3 languages at Table 1's sizes) first, then times all training jobs with
exact validation after every epoch and the first seed: form, meaning, form + meaning, and the contrastive baseline at 4 margins. Prints the
wall time, the sum of the jobs' times and the achieved floating-point operations a second as a Markdown table; the last
counts multiplications and additions of matrix products only, three times those of the forward pass for training.
"""

import argparse
import json
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
import yaml

from awe.config import parse_experiment
from awe.tables import read_arrow, read_table
from awe.training.data import TokenSet, token_set
from awe.training.options import JobOptions, ModelOptions

ROOT = Path(__file__).resolve().parents[1]


def encoder_operations(tokens: TokenSet, members: np.ndarray, model: ModelOptions) -> float:
    """Operations of embedding tokens once, with the padding that the preset asks for and no other."""
    frames = tokens.lengths[members] if model.padding == "exact" else np.full(len(members), model.fixed_frames)
    steps = np.maximum((frames - model.conv_kernel) // model.conv_stride + 1, 1)
    widths = [model.conv_filters, *[model.gru_width] * (model.gru_layers - 1)]
    recurrent = sum(2 * 3 * model.gru_width * (width + model.gru_width) for width in widths)
    convolution = 2 * tokens.coefficients * model.conv_kernel * model.conv_filters
    return float(steps.sum() * (recurrent + convolution))


def job_operations(tokens: TokenSet, options: JobOptions) -> float:
    """Operations of all epochs of a multitask or contrastive job, validation included."""
    model, train = options.model, tokens.splits["train"]
    once = encoder_operations(tokens, train, model)
    chosen = options.setting.options
    if options.setting.objective == "contrastive":
        forward = 2 * once
    else:
        symbols = len(tokens.symbols) + 1
        decoded = (tokens.form_lengths[tokens.forms[train]] + 1).sum()
        decoder = decoded * 2 * model.gru_width * (3 * model.gru_width + symbols)
        regressor = len(train) * 2 * model.embedding_width * 300
        forward = once + decoder * bool(chosen.get("alpha", 1)) + regressor * bool(chosen.get("beta", 1))
    valid = tokens.splits["valid"]
    metric = 2 * len(valid) ** 2 * model.embedding_width
    return options.training.epochs * float(3 * forward + encoder_operations(tokens, valid, model) + metric)


def snakemake(arguments: argparse.Namespace, targets: list[Path]) -> float:
    """Make files and return the seconds it took."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--configfile", arguments.config]
    command += ["--directory", arguments.directory, "--cores", arguments.cores, "--rerun-incomplete"]
    command += ["--resources", "gpu_share=100", "--set-resources", f"train:gpu_share={100 // arguments.jobs}", "--"]
    started = time.monotonic()
    subprocess.run([str(part) for part in [*command, *targets]], check=True)
    return time.monotonic() - started


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=ROOT / "config" / "synthetic-full.yaml")
    parser.add_argument("--directory", type=Path, default=Path(), help="where results/ lies")
    parser.add_argument("--cores", default="16")
    parser.add_argument("--jobs", type=int, default=4, help="jobs that share the GPU")
    parser.add_argument("--peak-tflops", type=float, help="the chip's, to state the share of it")
    arguments = parser.parse_args()
    experiment = parse_experiment(yaml.safe_load(arguments.config.read_text(encoding="utf-8")))
    folder = Path("results") / experiment.experiment
    tables, jobs = [], []
    for language, options in experiment.languages.items():
        tables += [folder / language / "features" / f"shard-{n:04d}.parquet" for n in range(options.features.shards)]
        tables += [folder / language / "semantics" / "vectors.parquet"]
        for (name, setting), seed in product(experiment.settings.items(), experiment.seeds[:1]):
            jobs += [
                folder / language / "training" / name / candidate / f"seed-{seed}" / "job.json"
                for candidate in setting.candidate_options()
            ]
    snakemake(arguments, tables)
    wall_s = snakemake(arguments, jobs)
    done = [json.loads((arguments.directory / job).read_text(encoding="utf-8")) for job in jobs]
    operations = 0.0
    for language in experiment.languages:
        of_language = arguments.directory / folder / language
        tokens = token_set(
            read_arrow("tokens", of_language / "tokens" / "tokens.parquet"),
            [read_arrow("features", path) for path in sorted((of_language / "features").glob("shard-*.parquet"))],
        )
        operations += sum(
            job_operations(tokens, JobOptions.model_validate(facts["options"]))
            for job, facts in zip(jobs, done, strict=True)
            if job.parts[2] == language
        )
    epochs = sum(len(read_table("history", arguments.directory / job.with_name("history.parquet"))) for job in jobs)
    total_s = sum(facts["seconds_of_this_process"] for facts in done)
    achieved = operations / wall_s / 1e12
    share = f" ({100 * achieved / arguments.peak_tflops:.1f} % of the chip's)" if arguments.peak_tflops else ""
    print("| what | measured |\n|---|---|")
    print(f"| device, precision | {done[0]['device']}, {done[0]['precision']} |")
    print(f"| jobs, epochs | {len(jobs)}, {epochs} |")
    print(f"| wall time | {wall_s:.0f} s |")
    print(f"| sum of the jobs' times | {total_s:.0f} s, {total_s / wall_s:.1f} times the wall time |")
    print(f"| operations | {operations / 1e12:.3g} T, {achieved:.3g} TFLOP/s{share} |")


if __name__ == "__main__":
    main()
