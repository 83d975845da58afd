"""A supply list and stable pairs, for people (Chinese lines) and for programs (JSON)."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from matcher.roadshow.supply import STATES, Supply
from matcher.types import Level
from service.access.ids import shown_id
from service.present import clip, name_of
from service.roadshow.pairs import Paired
from service.roadshow.supply import Supplied

SHOWN = 3
"""Achievements of a link that a terminal shows."""
MARKS = {"covered": "✓", "weak": "△", "uncovered": "✗"}


def supply_as_json(supplied: Supplied) -> dict[str, Any]:
    """Shape a list as `supply --json` prints it (docs/cli.md)."""
    found = supplied.found
    ids, cells = found.matrix()
    return {
        "title": found.chain.title,
        "plan_sha256": supplied.draft.toml.sha256,
        "links": [_link_as_json(one) for one in found.rows],
        "uncovered": [one.link.id for one in found.uncovered],
        "matrix": {"achievements": list(ids), "levels": [list(row) for row in cells]},
    }


def _link_as_json(one: Supply) -> dict[str, Any]:
    return {
        "id": one.link.id,
        "name": one.link.name,
        "after": list(one.link.after),
        "state": one.state,
        "flags": list(one.flags),
        "institutions": list(one.institutions),
        "counts": {str(int(level)): count for level, count in one.counts.items()},
        "needs": list(one.needs),
        "holds_up": list(one.holds_up),
        "achievements": [
            {
                "id": fit.entrant,
                "level": int(fit.level),
                "score": fit.score,
                "met": fit.met,
                "partly": fit.partly,
                "missing": fit.missing,
                "proof": fit.proof,
            }
            for fit in one.fits
        ],
    }


def supply_as_text(supplied: Supplied) -> Iterator[str]:
    """Lines for a person: each link with what supplies it, then what is open."""
    found = supplied.found
    counts = {
        label: sum(one.state == state for one in found.rows) for state, label in STATES.items()
    }
    told = "，".join(f"{label} {count}" for label, count in counts.items())
    yield f"{found.chain.title}：{len(found.rows)} 个环节，{told}"
    for one in found.rows:
        strong = one.counts[Level.STRONG] + one.counts[Level.FAIRLY_STRONG]
        flags = f"：{'；'.join(one.flags)}" if one.flags else ""
        yield (
            f" {MARKS[one.state]} {one.link.id} {one.link.name}  {STATES[one.state]}{flags}"
            f"（较强以上 {strong} 项，相关需求 {len(one.needs)} 条）"
        )
        for fit in one.fits[:SHOWN]:
            record = supplied.achievements[fit.entrant]
            name = f"{shown_id(fit.entrant)} {clip(name_of(record), 28)}"
            yield f"     {name}  {record.owner}  {fit.level.label} {fit.score:.2f}"
    names = {one.link.id: one.link.name for one in found.rows}
    for one in found.uncovered:
        waits = "、".join(names[id_] for id_ in one.holds_up)
        told = f"，下游等着它的有 {waits}" if waits else ""
        yield f"空白：{one.link.name}，相关需求 {len(one.needs)} 条{told}"


def pairs_as_json(paired: Paired) -> dict[str, Any]:
    """Shape pairs as `pairs --json` prints them (docs/cli.md)."""
    left = {side: list(names) for side, names in paired.left.items()}
    pairs = [asdict(one) for one in paired.pairs]
    return {"title": paired.section.title, "pairs": pairs, "left": left}


def pairs_as_text(paired: Paired) -> Iterator[str]:
    """Lines for a person: who meets whom, and who has nobody."""
    told = paired.section
    yield f"{told.title}：{len(paired.pairs)} 对（稳定：没有两家都更愿意换成对方）"
    for one in paired.pairs:
        yield (
            f"  {one.asking}（第 {one.rank_of_asked} 志愿）× "
            f"{one.asked}（第 {one.rank_of_asking} 志愿）"
        )
    for side, label in (("asking", told.asking), ("asked", told.asked)):
        if paired.left[side]:
            yield f"没有配上的{label}：{'、'.join(paired.left[side])}"
