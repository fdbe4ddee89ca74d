"""Cost of ingestion per hour of speech: `python benchmarks/ingestion.py [--hours 10 30 100 300 1000] [--processes 2] [--format wav]`.

A simulated manifest (CSV, reader `table`) lists as many utterances as asked for, of 7.2 s on average, over a few hundred
recordings (16 kHz) of the embedded corpus's prose: 500,000 utterances are 1,000 hours. Every utterance is decoded,
checked and normalised as any other would be. Prints a Markdown table.
"""

import argparse
import csv
import subprocess
import time
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil
import soundfile
import soxr

from awe.synthesis.espeak import Manner, speak
from awe.synthesis.prose import analyse, read_prose
from awe.text import TextOptions

RECORDINGS = 300
MEAN_S = 7.2
RATE_HZ = 16_000


def record(folder: Path, suffix: str) -> list[tuple[str, str, float]]:
    """Speak the recordings; returns name, transcript and seconds of each."""
    sentences = cycle(read_prose("deu"))
    recordings = []
    for number in range(RECORDINGS):
        # lengths vary as in read speech; the mean is that of 1,000 hours in 500,000 utterances
        wanted_s = MEAN_S * (0.5 + (number % 11) / 10)
        pieces: list[np.ndarray] = []
        texts: list[str] = []
        while sum(map(len, pieces)) < wanted_s * RATE_HZ:
            sentence = analyse(next(sentences), TextOptions(numbers="de"))
            speech = speak(sentence.words, sentence.pauses, Manner("de", 170, 50, 50), seed=number)
            pieces.append(soxr.resample(speech.samples, speech.sample_rate_hz, RATE_HZ))
            texts.append(sentence.text)
        samples = np.concatenate(pieces)[: round(wanted_s * RATE_HZ)]
        # recordings are never silent between the words, and noise decides how fast FLAC decodes
        noisy = samples + np.random.default_rng(number).normal(0, 30, len(samples))
        soundfile.write(folder / f"{number:03d}.{suffix}", noisy.astype(np.int16), RATE_HZ)
        recordings.append((f"{number:03d}.{suffix}", " ".join(texts), len(samples) / RATE_HZ))
    return recordings


def write_manifest(path: Path, recordings: list[tuple[str, str, float]], hours: float) -> int:
    """Write the table of as many utterances as make the hours; returns their number."""
    total_s, count = 0.0, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["utterance", "audio", "text", "speaker"])
        for name, text, duration_s in cycle(recordings):
            if total_s >= hours * 3600:
                return count
            table.writerow([f"utterance-{count:07d}", name, text, f"speaker-{count % 800:03d}"])
            total_s, count = total_s + duration_s, count + 1
    raise AssertionError


class Usage:
    """Memory and CPU time of a process with all its descendants, sampled while they run."""

    def __init__(self, process: psutil.Process) -> None:
        self.process = process
        self.peak_bytes = 0
        self.cpu_s: dict[int, float] = {}  # workers belong to a fork server, so nobody sums their time up

    def sample(self) -> None:
        """Look once; shared pages of memory are counted once."""
        total = 0
        with suppress(psutil.NoSuchProcess):
            for one in (self.process, *self.process.children(recursive=True)):
                total += one.memory_full_info().pss
                times = one.cpu_times()
                self.cpu_s[one.pid] = times.user + times.system
        self.peak_bytes = max(self.peak_bytes, total)


def measure(command: list[str]) -> tuple[float, float, float]:
    """Run a command; returns wall seconds, CPU seconds of all processes, and the peak of their memory in GiB."""
    started = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    usage = Usage(psutil.Process(process.pid))
    while process.poll() is None:
        usage.sample()
        time.sleep(1)
    assert process.returncode == 0, f"{command} ended with {process.returncode}"
    return time.monotonic() - started, sum(usage.cpu_s.values()), usage.peak_bytes / 2**30


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, nargs="+", default=[10, 30, 100, 300, 1000])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--format", choices=["wav", "flac"], default="wav")
    parsed = parser.parse_args()
    options = '{"file": "table.csv", "text": "text", "utterance_id": "utterance"}'
    print("| hours | utterances | wall | CPU per hour of speech | times real time, one core | peak memory | results |")
    print("|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as temporary:
        corpus, results = Path(temporary) / "corpus", Path(temporary) / "results"
        corpus.mkdir()
        recordings = record(corpus, parsed.format)
        for hours in parsed.hours:
            count = write_manifest(corpus / "table.csv", recordings, hours)
            tables = [results / f"{hours:g}" / f"{name}.parquet" for name in ("utterances", "reference", "rejects")]
            command = ["awe", "corpus", "--reader", "table", "--options", options]
            command += ["--data-root", str(corpus), "--text", '{"numbers": "de"}']
            command += ["--processes", str(parsed.processes), "--utterances", str(tables[0])]
            command += ["--reference", str(tables[1]), "--rejects", str(tables[2])]
            wall_s, cpu_s, peak_gib = measure(command)
            mebibytes = sum(path.stat().st_size for path in tables) / 2**20
            speed = hours * 3600 / cpu_s
            print(
                f"| {hours:g} | {count:,} | {wall_s:,.0f} s | {cpu_s / hours:.2f} s | {speed:,.0f} |"
                f" {peak_gib:.2f} GiB | {len(tables)} files, {mebibytes:.1f} MiB |",
                flush=True,
            )


if __name__ == "__main__":
    main()
