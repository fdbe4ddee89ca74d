"""Aligners, one module each: `Options` and `align(task, options)`; see `awe.alignment.base`."""
