#!/usr/bin/env bash
# Installs the package into its conda environment, editable, so that the environment never holds an old copy.
# Only what alignment needs comes with mfa.yaml; the rest of the package's requirements would disturb MFA's.
# The workflow sets AWE_SOURCE to the checkout.
set -euo pipefail
python -m pip install --no-deps --editable "${AWE_SOURCE:-$PWD}"
