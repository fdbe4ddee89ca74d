"""What Snakemake asks of `conda`, answered with virtual environments that see this one's packages.

No channel is needed: an environment is made if every pin of its pip section is what is installed here. What Snakemake
does with it is real: it reads, hashes, makes, deploys into and activates the environments of the rules.
"""

import json
import os
import site
import sys
import venv
from importlib import metadata
from pathlib import Path

import yaml

SEES_THIS_ONE = "import site; site.addsitedir({packages!r})\n"
NOTES_EACH_START = """\
import os, sys
with open(os.environ["FAKE_CONDA_STARTS"], "a") as file:
    file.write(f"{sys.prefix}\\t{' '.join(sys.orig_argv[1:3])}\\n")
"""


def install(folder: Path) -> Path:
    """Write the command and the script that activates environments; returns the folder for the PATH."""
    binaries = folder / "bin"
    binaries.mkdir(parents=True)
    (binaries / "conda").write_text(f'#!/bin/sh\nFAKE_CONDA={folder} exec {sys.executable} {__file__} "$@"\n')
    (binaries / "conda").chmod(0o755)
    (binaries / "activate").write_text('. "$1/bin/activate"\n')
    return binaries


def create(specification: Path, prefix: Path) -> None:
    environment = yaml.safe_load(specification.read_text(encoding="utf-8"))
    for entry in environment["dependencies"]:
        for pin in entry["pip"] if isinstance(entry, dict) else []:
            name, _, wanted = pin.partition("==")
            found = metadata.version(name).partition("+")[0]
            if found != wanted:
                sys.exit(f"{specification}: wants {pin}, here is {found}")
    venv.create(prefix, with_pip=True)
    packages = next((prefix / "lib").glob("python*/site-packages"))
    # not as sitecustomize.py: Debian's Python has one of its own, which comes first
    (packages / "notes_each_start.py").write_text(NOTES_EACH_START, encoding="utf-8")
    lines = ["import notes_each_start\n", *(SEES_THIS_ONE.format(packages=one) for one in site.getsitepackages())]
    (packages / "host.pth").write_text("".join(lines), encoding="utf-8")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["--version"]:
            print("conda 24.11.0")
        case ["info", "--json"]:
            print(json.dumps({"conda_prefix": os.environ["FAKE_CONDA"], "platform": "linux-64"}))
        case ["config", "--get", "channel_priority", "--json"]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["env", "create", "--quiet", "--no-default-packages", "--file", specification, "--prefix", prefix]:
            create(Path(specification), Path(prefix))
        case ["clean", *_]:
            pass
        case _:
            sys.exit(f"fake conda: not expected: {arguments}")


if __name__ == "__main__":
    main(sys.argv[1:])
