#!/usr/bin/env bash
# Installs the package into its conda environment, editable, so that the environment never holds an old copy.
# The workflow sets AWE_SOURCE to the checkout.
set -euo pipefail
python -m pip install --no-deps --editable "${AWE_SOURCE:-$PWD}"
