"""A plan's rules beside the pool that was built for it: what cannot be kept, what says nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.pool import DIMENSIONS, Pool
from service.roadshow.errors import Mistake, PlanFileError
from service.roadshow.groups import ANY
from service.roadshow.plan_file import PlanFile

_SHOWN = 6


def fitted(written: PlanFile, plan: Plan, pool: Pool) -> tuple[Plan, tuple[str, ...]]:
    """Leave out the rules that are kept whatever is chosen.

    Returns:
        The plan, and in Chinese what was left out of it.

    Raises:
        PlanFileError: a quota wants more of a value than there are candidates with it.
    """
    mistakes = list(_unreachable(written, plan, pool))
    if mistakes:
        raise PlanFileError(written.toml.name, mistakes)
    entrants = {one.id for one in pool.entrants}
    guests = {one.id for one in pool.guests}
    there = _values(pool)
    quotas = tuple(one for one in plan.quotas if one.value == ANY or _count(there, one))
    notes = [
        f"候选里没有{DIMENSIONS[one.dimension]}为“{one.value}”的成果，它的上限用不上。"
        for one in plan.quotas
        if one not in quotas
    ]
    barred = tuple(pair for pair in plan.barred if pair[0] in entrants and pair[1] in guests)
    conflicts = tuple(pair for pair in plan.conflicts if entrants.issuperset(pair))
    must_not = tuple(id_ for id_ in plan.must_not if id_ in entrants)
    named = {(one.achievement, one.need) for one in written.barred}
    for what, before, after in (
        ("must_not", set(plan.must_not), set(must_not)),
        ("conflict", set(plan.conflicts), set(conflicts)),
        ("barred", named, set(barred)),
    ):
        if gone := len(before - after):
            notes.append(f"{what} 里有 {gone} 条说的成果或需求不在本次候选、听众之中，用不上。")
    settled = replace(plan, quotas=quotas, must_not=must_not, conflicts=conflicts, barred=barred)
    return settled, tuple(notes)


def _values(pool: Pool) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {name: Counter() for name in DIMENSIONS}
    for one in pool.entrants:
        for name, values in one.groups.items():
            found[name].update(values)
    return found


def _count(there: dict[str, Counter[str]], quota: Quota) -> int:
    return there[quota.dimension][quota.value]


def _unreachable(written: PlanFile, plan: Plan, pool: Pool) -> Iterator[Mistake]:
    """The first quotas of a plan are those of the file, in its order."""
    there = _values(pool)
    for number, _ in enumerate(written.quota):
        quota = plan.quotas[number]
        count = _count(there, quota)
        if quota.value == ANY or quota.least <= count:
            continue
        known = [value for value, _ in there[quota.dimension].most_common(_SHOWN)]
        problem = (
            f"至少要 {quota.least} 项“{quota.value}”，候选里只有 {count} 项；"
            f"请改小、改值或放宽候选。候选里较多的有：{'、'.join(known) or '（都没有写明）'}。"
        )
        yield written.mistake(("quota", number, "least"), problem)
