"""Analyses of one job's test embeddings, one module each; found by name."""
