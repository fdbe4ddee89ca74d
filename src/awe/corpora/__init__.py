"""Corpus readers, one module each: `Options` and `read(options, folder)`; see `awe.corpora.base`."""
