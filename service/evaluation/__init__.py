"""Evaluates the whole way, from files to lists; keeps, compares and shows what came out."""
