"""The fit weights of an encoder: where they lie (`found`), how they are made (`fitting`).

`python -m service.weights` rebuilds the shipped ones.
"""
