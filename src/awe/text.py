"""Normalise transcripts to words; the string that results is the word type everywhere downstream."""

