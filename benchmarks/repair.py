"""Repair of garbled texts: what it mends, what it breaks, what it is worth, and what it costs.

Garbling is by `benchmarks.corruption`, at three levels. What needs no real data runs always; the
last tables match with the fast encoder at every level and with the default one at level 2.
"""

from benchmarks.measuring import data_folder
from benchmarks.repairing import harm, matching, quality, replacing, seeds, speed
from benchmarks.repairing.texts import held_out_abstracts
from models.registry import DEFAULT_ENCODER
from service.sample import sample_judgements

FAST = "static-zh-256"
NEEDS = 60
"""Real needs: for all 313 the default encoder would take ten minutes a table."""


def main() -> None:
    """Measure everything that there are texts for."""
    data = data_folder()
    if data is None:
        # The sample's own texts say less: there are few of them.
        judgements = sample_judgements()
        texts = [one.text for one in (*judgements.needs, *judgements.achievements) if one.text]
    else:
        texts = held_out_abstracts(data)
        seeds.main(data)
        harm.main(data, texts)
        replacing.main(data, texts)
    quality.main(texts)
    speed.main(texts)
    matching.main(data, FAST, needs=NEEDS)
    matching.main(data, DEFAULT_ENCODER, levels=(2,), needs=NEEDS)
