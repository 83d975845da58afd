"""A series for people (Chinese lines) and for programs (JSON)."""

from collections.abc import Iterator
from typing import Any

from matcher.roadshow.series.exposure import Exposure
from matcher.roadshow.series.outcome import Staged
from matcher.roadshow.series.plan import SIZES
from service.access.ids import shown_id
from service.present import clip, name_of
from service.roadshow.series import Year

STATUSES = {"optimal": "已证明最优", "feasible": "未证明最优"}
SHOWN_EVENTS = 12
"""Up to so many events their stages are listed on a terminal."""
SHOWN_FORGOTTEN = 10


def series_as_json(year: Year) -> dict[str, Any]:
    """Shape a series as `series --json` prints it (docs/cli.md)."""
    found = year.found
    return {
        "title": found.title,
        "status": found.status,
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "solver": found.solver,
        "seconds": found.seconds,
        "fingerprint": found.fingerprint,
        "matcher_fingerprint": year.built.matcher,
        "plan_sha256": year.draft.toml.sha256,
        "events": [_event_as_json(one) for one in found.staged],
        "institutions": [_shown_as_json(one) for one in found.institutions.rows],
        "forgotten": [
            {
                "institution": one.institution,
                "achievements": list(one.entrants),
                "promised": one.promised,
                "reason": one.reason,
            }
            for one in found.forgotten
        ],
    }


def _event_as_json(one: Staged) -> dict[str, Any]:
    day = one.event.held_on
    return {
        "id": one.event.id,
        "title": one.event.title,
        "size": one.event.size,
        "date": day.isoformat() if day else None,
        "places": one.event.stage,
        "held": one.held,
        "chosen": list(one.chosen),
        "value": one.value,
        "terms": dict(one.terms),
        "notes": list(one.notes),
    }


def _shown_as_json(one: Any) -> dict[str, Any]:
    name, entrants = one.name, one.entrants
    return {"name": name, "achievements": entrants, "before": one.before, "after": one.after}


def series_as_text(year: Year) -> Iterator[str]:
    """Lines for a person: the proof, each event, how evenly places are spread, who is left out."""
    found, pool = year.found, year.built.pool
    yield (
        f"{found.title}：{len(pool.entrants):,} 项候选成果、{len(pool.guests):,} 条听众需求，"
        f"{len(found.staged)} 场"
    )
    yield (
        f"结论：{STATUSES[found.status]}；得分 {found.value:.3f}，上界 {found.bound:.3f}，"
        f"差距 {found.gap:.2%}；{found.seconds:.1f} 秒，指纹 {found.fingerprint}"
    )
    for one in found.staged:
        yield f" {event_line(one)}"
        yield from (f"     {note}" for note in one.notes)
        if len(found.staged) <= SHOWN_EVENTS:
            yield from (f"     {_record_line(year, id_)}" for id_ in one.chosen)
    yield f"单位登台：{spread_line(found.institutions)}"
    left = [one for one in found.forgotten if one.promised]
    if left:
        yield f"应展示而没有排上的单位 {len(left)} 家："
    for forgotten in left[:SHOWN_FORGOTTEN]:
        yield f"  {forgotten.institution}：{forgotten.reason}"
    if len(left) > SHOWN_FORGOTTEN:
        yield f"  ……另有 {len(left) - SHOWN_FORGOTTEN} 家，见表格"


def event_line(one: Staged) -> str:
    """One event: day, name, size, how many are on stage."""
    event = one.event
    day = event.held_on.isoformat() if event.held_on else "日期未定"
    name = f"{event.id} {event.title}".strip()
    worth = "已办" if one.held else f"得分 {one.value:.2f}"
    return f"{day} {name}（{SIZES[event.size]}）：{len(one.chosen)}/{event.stage} 项，{worth}"


def spread_line(exposure: Exposure) -> str:
    """How evenly places are spread before and after."""
    before, after = exposure.before, exposure.after
    return (
        f"基尼系数 {before.gini:.2f} → {after.gini:.2f}，从未登台的占 {before.never:.0%} → "
        f"{after.never:.0%}，最多 {after.most} 次"
    )


def _record_line(year: Year, id_: str) -> str:
    record = year.built.achievements[id_]
    return f"{shown_id(id_)}  {clip(name_of(record), 30)}  {record.owner}"
