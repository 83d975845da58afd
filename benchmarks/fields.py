"""Parsed fields: inferred industry (accuracy, calibration), proposed TRL, owner types, speed.

Needs no data folder: the texts of this project that no weight was fitted to, and the bundled
sample, whose stated industries, levels and owner types are hidden and then compared.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.measuring import table
from benchmarks.prepare_industry import (
    Judged,
    Labelled,
    halves,
    judged,
    sample_texts,
    written_texts,
)
from matcher.fields import read_fields
from matcher.fields.industry import DIVISION_SURE, SECTION_SURE, division_section
from matcher.fields.industry_model import shipped_model
from matcher.fields.owner import read_owner
from matcher.fields.trl import propose_trl
from matcher.types import Achievement
from service.sample import sample_judgements

BINS = 10
LEVELS = Path(__file__).with_name("trl_texts.tsv")


def main() -> None:
    """Measure each part."""
    sets = {
        "written texts, test topics": written_texts("test"),
        "sample, topics not calibrated on": halves(sample_texts())[1],
    }
    sets["both"] = [one for texts in sets.values() for one in texts]
    table("industry", {name: _accuracy(texts) for name, texts in sets.items()})
    for name, texts in sets.items():
        table(f"reliability, {name}", _reliability(texts))
    _written_levels()
    _sample()


def _accuracy(texts: Sequence[Labelled]) -> dict[str, str]:
    model = shipped_model()
    rows = judged(model, texts)
    right, section = _right(rows)
    sure = np.array([model.confidence(row.share) for row in rows])
    section_sure = np.array([model.confidence(row.section_share, of_section=True) for row in rows])
    told, section_told = sure >= DIVISION_SURE, section_sure >= SECTION_SURE
    return {
        "n": str(len(rows)),
        "division": f"{right.mean():.3f}",
        "among 3": f"{np.mean([row.among_three for row in rows]):.3f}",
        "section": f"{section.mean():.3f}",
        "ECE division": f"{_ece(sure, right):.3f}",
        "ECE section": f"{_ece(section_sure, section):.3f}",
        "division told": f"{told.mean():.0%}, {right[told].mean():.3f} right",
        "section told": f"{section_told.mean():.0%}, {section[section_told].mean():.3f} right",
    }


def _right(rows: Sequence[Judged]) -> tuple[np.ndarray, np.ndarray]:
    division = np.array([row.best == row.true for row in rows])
    return division, np.array([row.section == division_section(row.true) for row in rows])


def _ece(sure: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over equal bins (Naeini et al. 2015)."""
    at = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(right[at == one].mean() - sure[at == one].mean()) * (at == one).mean()
            for one in np.unique(at)
        )
    )


def _reliability(texts: Sequence[Labelled]) -> dict[str, dict[str, str]]:
    model = shipped_model()
    rows = judged(model, texts)
    sure = np.array([model.confidence(row.share) for row in rows])
    right, _ = _right(rows)
    shown = {}
    for low in (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8):
        high = {0.0: 0.2, 0.2: 0.4, 0.8: 1.01}.get(low, low + 0.1)
        inside = (sure >= low) & (sure < high)
        if inside.any():
            shown[f"{low:.1f}-{min(high, 1):.1f}"] = {
                "n": str(inside.sum()),
                "confidence": f"{sure[inside].mean():.2f}",
                "right": f"{right[inside].mean():.2f}",
            }
    return shown


def _written_levels() -> None:
    """Sentences with the level that they report, `-` for plans, denials and the like."""
    rows = [line.split("\t") for line in LEVELS.read_text("utf-8").splitlines()]
    found = [(level, propose_trl(Achievement(id="", text=text))) for level, text in rows]
    reported = [(int(level), one) for level, one in found if level != "-"]
    told = [(level, one.level) for level, one in reported if one]
    false = sum(one is not None for level, one in found if level == "-")
    figures = {
        "n": str(len(rows)),
        "proposed though not reached": f"{false} of {len(rows) - len(reported)}",
        "proposed of those reached": f"{len(told)} of {len(reported)}",
        "the same": str(sum(level == one for level, one in told)),
        "within one": str(sum(abs(level - one) <= 1 for level, one in told)),
    }
    table("TRL", {"written sentences": figures})


def _sample() -> None:
    judgements = sample_judgements()
    offered = judgements.achievements
    off = [
        proposed.level - one.trl
        for one in offered
        if one.trl and (proposed := propose_trl(one)) is not None
    ]
    told = np.abs(np.array(off))
    owners = [
        (read_owner(one.owner_type, ""), read_owner("", one.owner))
        for one in offered
        if one.owner_type
    ]
    both = [(stated.kind, found.kind) for stated, found in owners if stated and found]
    bare = [replace(one, industry="", trl=None) for one in offered]
    read_fields(bare[0])
    started = time.perf_counter()
    for one in bare:
        read_fields(one)
    rate = len(bare) / (time.perf_counter() - started)
    table(
        "bundled sample",
        {
            "TRL proposed where stated": {
                "n": f"{len(off)} of {len(offered)}",
                "figure": f"{(told == 0).mean():.2f} the same, {(told <= 1).mean():.2f} within one",
            },
            "owner type": {
                "n": f"{len(both)} of {len(owners)}",
                "figure": f"{np.mean([a == b for a, b in both]):.3f} right",
            },
            "read_fields, industry inferred": {
                "n": str(len(bare)),
                "figure": f"{rate:,.0f} records/s, one thread",
            },
        },
    )


if __name__ == "__main__":
    main()
