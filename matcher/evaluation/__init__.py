"""Judgements against lists: ranking, calibration, and how sure a figure is."""
