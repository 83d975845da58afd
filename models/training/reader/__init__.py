"""Trains the pair reader: `python -m models.training.reader --help`. Needs torch."""
