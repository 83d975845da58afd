"""Measures quality and speed; the figures of docs/benchmarks.md come from here."""
