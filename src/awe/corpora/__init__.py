"""Corpus readers, one module each: `Options` and `read(options, data_root)`; see `awe.corpora.base`."""
