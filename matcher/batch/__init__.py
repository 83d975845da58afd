"""All needs against all achievements, in blocks that survive a kill."""
