"""Shapes what arrays say into an event's answer."""

from collections.abc import Iterable
from dataclasses import replace

from matcher.roadshow.fingerprint import digest, pool_parts, settled
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import DIMENSIONS, Pool
from matcher.roadshow.rules import counts
from matcher.roadshow.selection import QuotaCount
from matcher.roadshow.series.cast import Cast
from matcher.roadshow.series.ledger import Ledger
from matcher.roadshow.series.outcome import Staged
from matcher.roadshow.series.plan import Event, SeriesPlan


def tell(pool: Pool, cast: Cast, cost: float, ledger: Ledger) -> Staged:
    """Shape a filled stage; `cost` is what fairness takes."""
    hall, chosen = cast.hall, cast.chosen
    event = hall.event
    quality, fresh = hall.quality[chosen].sum(), hall.freshness[chosen].sum()
    terms = {
        "coverage": cast.coverage,
        "quality": float(quality),
        "freshness": float(fresh),
        "diversity": cast.variety,
        "fairness": -cost,
    }
    adds = {one: _adds(cast, one) for one in chosen}
    ids = {one: pool.entrants[int(hall.who[one])].id for one in chosen}
    ordered = sorted(chosen, key=lambda one: (-round(adds[one], 9), ids[one]))
    quotas = _quotas(pool, event, ids.values())
    return Staged(
        event=event,
        chosen=tuple(ids[one] for one in ordered),
        held=False,
        value=sum(terms.values()),
        terms=terms,
        quotas=quotas,
        notes=tuple(_notes(cast, quotas)),
    )


def tell_held(pool: Pool, event: Event, plan: SeriesPlan) -> Staged:
    """An event that is over: as it was."""
    chosen = tuple(dict.fromkeys(plan.held[event.id]))
    return Staged(
        event=event,
        chosen=chosen,
        held=True,
        value=0.0,
        terms={},
        quotas=_quotas(pool, event, chosen),
        notes=("已举办或已公布，未改动",),
    )


def _adds(cast: Cast, one: int) -> float:
    others = [other for other in cast.chosen if other != one]
    return cast.value - Cast(cast.hall, cast.cells, others).value


def _quotas(pool: Pool, event: Event, chosen: Iterable[str]) -> tuple[QuotaCount, ...]:
    return counts(pool, Plan(size=event.stage, quotas=event.quotas), chosen)


def _notes(cast: Cast, quotas: Iterable[QuotaCount]) -> Iterable[str]:
    stage, chosen = cast.hall.event.stage, len(cast.chosen)
    if chosen < stage:
        yield f"名额 {stage}，可登台的候选不足，只安排 {chosen} 项"
    for one in quotas:
        if not one.kept:
            name = DIMENSIONS[one.quota.dimension]
            yield f"{name}“{one.value}”应至少 {one.quota.least} 项，只有 {one.count} 项可登台"


def fingerprint(pool: Pool, plan: SeriesPlan) -> str:
    """Hash what decides a series: plan and pool in the order of ids, but for titles of events."""
    return digest([_settled(plan), *pool_parts(pool, themed=True)])


def _settled(plan: SeriesPlan) -> object:
    ordered = plan.ordered()
    events = [
        replace(settled(one), theme=replace(one.theme, entrants=None, guests=None))
        for one in ordered
    ]
    among = [
        [None if ids is None else sorted(ids) for ids in (one.theme.entrants, one.theme.guests)]
        for one in ordered
    ]
    held = sorted((id_, sorted(set(chosen))) for id_, chosen in plan.held.items())
    rest = (plan.most_times, plan.most_share, plan.promised_quality, plan.rounds, plan.worth)
    return events, among, held, rest
