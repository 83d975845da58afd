"""All needs against all achievements, from the records and indexes of a home."""
