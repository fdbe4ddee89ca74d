"""Acoustic features: one module per kind with `Options` and `extract`."""
