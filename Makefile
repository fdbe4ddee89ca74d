# make run: set up everything and run the default experiment; make test: the same for the tests
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
CONFIG ?= config.yaml
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run test test-slurm check lock clean

run: $(VENV)/ready
	snakemake --cores $(CORES) --configfile $(CONFIG)

test: $(VENV)/ready check
	pytest -m "not slurm"

# on a real SLURM, started for the test: needs root and Debian's packages slurm-wlm and munge
test-slurm: $(VENV)/ready
	pytest -m slurm tests/test_slurm.py

check: $(VENV)/ready
	ruff check
	ruff format --check
	mypy
	snakefmt --check Snakefile workflow
	snakemake --lint

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) and "Python 3.11 to 3.13 is needed; name one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --editable .
	touch $@

# new versions of everything: resolve pyproject.toml in an empty environment
lock:
	$(PYTHON) workflow/scripts/lock.py --resolve

# results stay; remove them by hand
clean:
	rm -rf $(VENV) .snakemake
