"""Acoustic word embeddings that integrate form and meaning."""

__version__ = "0.1.0"
