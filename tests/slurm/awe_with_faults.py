"""`awe` as the SLURM test puts it on the PATH: notes each call in $AWE_FAULTS, and some commands go wrong the first time."""
# ruff: noqa: INP001

import os
import sys
import time
from pathlib import Path

folder, command = Path(os.environ["AWE_FAULTS"]), sys.argv[1]
job = f"{command}-seed-2" if command == "train" and any("seed-2" in word for word in sys.argv) else command
with (folder / "calls").open("a", encoding="utf-8") as calls:
    calls.write(f"{job}\n")
try:
    (folder / f"tried-{job}").touch(exist_ok=False)
except FileExistsError:
    pass
else:
    if job in {"lexicon", "train-seed-2"}:  # fails
        sys.exit(f"{job}: fails the first time")
    if job == "vectors":  # hangs until somebody cancels it
        time.sleep(600)
    if job == "tokens":  # takes more memory than it asked for
        hoard = bytearray(b"x") * 3_000_000_000
        time.sleep(600)
    if job == "baselines":  # takes more time than it asked for
        time.sleep(600)
installed = str(Path(sys.executable).with_name("awe"))
os.execv(installed, [installed, *sys.argv[1:]])  # noqa: S606
