"""Training of the shipped weights: the only place that needs torch, and never at run time."""
