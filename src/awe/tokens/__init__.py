"""Spoken word tokens: filters, splits, statistics."""
