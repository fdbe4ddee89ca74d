#!/usr/bin/env python3
"""Say "running", "success" or "failed" of the job whose number is given, as the cluster-generic plugin asks.

SLURM forgets a job after a while (MinJobAge); one that it no longer knows counts as failed, and Snakemake then runs it
again.
"""

import subprocess
import sys

RUNNING = {"PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "REQUEUED", "RESIZING", "SIGNALING"}


def main(job: str) -> str:
    """Ask the controller; while it does not answer, the job counts as running."""
    command = ["squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={job}"]
    asked = subprocess.run(command, check=False, capture_output=True, text=True)
    state = asked.stdout.strip()
    if asked.returncode and "Invalid job id" not in asked.stderr:
        return "running"
    if state in RUNNING:
        return "running"
    return "success" if state == "COMPLETED" else "failed"


if __name__ == "__main__":
    print(main(sys.argv[1]))
