"""Texts in, numbers out: encoders, their cards and their training."""
