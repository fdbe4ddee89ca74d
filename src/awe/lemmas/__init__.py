"""Lemmas of the words, for the analyses that tell forms of one lemma from other words; sources are found by name."""
