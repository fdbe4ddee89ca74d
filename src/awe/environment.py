"""The shell of the workflow's rules finds the command `awe`, and conda environments the package's source."""

import os
import sys
from pathlib import Path


def put_own_commands_first() -> None:
    """Put the folder of this Python first on the PATH if `awe` is in it.

    So `.venv/bin/snakemake` works without an activated environment. Where Snakemake stands in another environment
    than the package (conda), nothing changes.
    """
    folder = Path(sys.executable).parent
    if (folder / "awe").exists():
        os.environ["PATH"] = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])


def name_checkout() -> None:
    """Set AWE_SOURCE, from which envs/*.post-deploy.sh install the package, unless the user did or there is no checkout."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").exists():
        os.environ.setdefault("AWE_SOURCE", str(checkout))
