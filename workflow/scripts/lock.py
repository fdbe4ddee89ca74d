"""The one lock: resolve pyproject.toml into requirements.lock, and write envs/awe.yaml from it.

`python workflow/scripts/lock.py` checks that both agree and exits with 1 if not; `--fix` rewrites the environment from
the lock; `--resolve` makes a new lock in an empty virtual environment first.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / "envs" / "awe.yaml"
TORCH = "torch==2.13.0"  # the newest release would come with another CUDA
HEAD = """\
# Every stage but alignment with MFA. Written from requirements.lock by `python workflow/scripts/lock.py --fix`;
# awe.post-deploy.sh installs the package itself.
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def wanted() -> list[str]:
    """Return the requirements of the package and of its groups, as pyproject.toml states them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    requirements: list[str] = [*project["project"]["dependencies"], *groups["workflow"], *groups["test"]]
    return requirements


def name_of(requirement: str) -> str:
    """Normalised name of the package that a requirement asks for."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~;@ ]", requirement, maxsplit=1)[0]).lower()


def pins(text: str) -> dict[str, str]:
    """Map the name of each package in a lock to its pin."""
    return {name_of(line): line for line in text.splitlines() if line and not line.startswith("#")}


def environment(lock: str) -> str:
    """Text of the conda environment that agrees with the lock."""
    return HEAD + "".join(f"      - {pin}\n" for pin in pins(lock).values())


def problems() -> list[str]:
    """Say in a line each where lock, environment and pyproject.toml disagree."""
    lock = LOCK.read_text(encoding="utf-8")
    locked = pins(lock)
    found = [f"requirements.lock: {one} is missing; run --resolve" for one in wanted() if name_of(one) not in locked]
    found += [f"requirements.lock: {pin} is no exact pin" for pin in locked.values() if "==" not in pin]
    if ENVIRONMENT.read_text(encoding="utf-8") != environment(lock):
        found.append("envs/awe.yaml: differs from requirements.lock; run --fix")
    return found


def resolve() -> None:
    """Install everything into an empty environment and write down what came."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted(), TORCH], check=True)
        command = [python, "-m", "pip", "freeze", "--all", "--exclude", "pip", "--exclude", "setuptools"]
        frozen = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # a local build such as torch 2.13.0+cpu is torch 2.13.0 elsewhere
    lines = [re.sub(r"\+.*", "", line) for line in frozen.splitlines()]
    LOCK.write_text("# Written by `make lock`; installed by `make run` and `make test`.\n" + "\n".join(lines) + "\n")


def main() -> int:
    """Check, or repair first when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="rewrite envs/awe.yaml from the lock")
    parser.add_argument("--resolve", action="store_true", help="make a new lock and rewrite envs/awe.yaml")
    arguments = parser.parse_args()
    if arguments.resolve:
        resolve()
    if arguments.fix or arguments.resolve:
        ENVIRONMENT.write_text(environment(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    found = problems()
    print("\n".join(found) or "lock, environment and pyproject.toml agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
