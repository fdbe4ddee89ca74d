"""Pronunciations: from word types to phones."""
