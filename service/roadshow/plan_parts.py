"""A plan as solvers take it, made of the plan as it was written."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.pool import Dimension
from service.roadshow.groups import ANY, Grain, canonical
from service.roadshow.plan_checks import places
from service.roadshow.plan_file import PlanFile

_CAPPED: tuple[Dimension, ...] = ("industry", "region", "institution")


def selection_plan(plan: PlanFile, own: Iterable[tuple[str, str]] = ()) -> Plan:
    """Make the plan of a selection.

    Args:
        plan: as it was read.
        own: pairs (achievement, need) of one organisation; barred like those that the plan names.
    """
    conflicts = {
        (one, other) if one < other else (other, one)
        for rule in plan.conflict
        for one, other in combinations(dict.fromkeys(rule.between), 2)
    }
    barred = {(one.achievement, one.need) for one in plan.barred}
    return Plan(
        title=plan.event.title,
        size=plan.event.size,
        held_on=plan.event.date,
        worth=_worth(plan),
        quotas=tuple(_quotas(plan)),
        most_shown=plan.caps.shown,
        must=tuple(plan.candidates.must),
        must_not=tuple(plan.candidates.must_not),
        conflicts=tuple(sorted(conflicts)),
        barred=tuple(sorted(barred.union(own))),
        seconds=plan.event.seconds,
    )


def _worth(plan: PlanFile) -> Worth:
    given = plan.worth.model_dump(exclude_none=True)
    if "repeats" in given:
        given["repeats"] = tuple(given["repeats"])
    return Worth(**given)


def _quotas(plan: PlanFile) -> Iterator[Quota]:
    size = plan.event.size
    grain = Grain(plan.candidates.industries, plan.candidates.regions)
    for one in plan.quota:
        value, _ = canonical(one.dimension, one.value, grain)
        yield Quota(
            dimension=one.dimension,
            value=value,
            least=places(one.least, size, up=True),
            most=None if one.most is None else places(one.most, size, up=False),
        )
    for dimension in _CAPPED:
        cap = getattr(plan.caps, dimension)
        if cap is not None:
            most = places(cap, size, up=False)
            yield Quota(dimension=dimension, value=ANY, most=most)
