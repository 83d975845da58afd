"""What is given up for what: coverage against equal exposure, and the price of each quota."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.errors import InfeasibleError, UnsolvedError
from matcher.roadshow.choose import select
from matcher.roadshow.measures import exposure, gini
from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.pool import DIMENSIONS, Pool
from matcher.roadshow.rules import EVERY
from matcher.roadshow.selection import Selection

FAIRNESS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
CAPS = (None, 3, 2, 1)
"""Most of one institution at the event; None as the plan says."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One way to weigh coverage against equal exposure.

    Attributes:
        fairness: what one past appearance takes away.
        cap: of one institution, beside the plan's own quotas; None for none.
        coverage: value of the needs covered.
        gini: of the institutions' appearances, past ones and this event's.
        selection: the best one for these.
    """

    fairness: float
    cap: int | None
    coverage: float
    gini: float
    selection: Selection


@dataclass(frozen=True, slots=True)
class Price:
    """What moving one bound by one does to the aim.

    Attributes:
        text: the move in Chinese.
        quota: as the plan has it; None for the number of places.
        least, most: the new bounds, or number of places.
        change: of the aim's value; None if the plan cannot be kept then.
        proved: whether both values are proved to be best; if not, None may only mean that nothing
            was found in time.
    """

    text: str
    quota: Quota | None
    least: int
    most: int | None
    change: float | None
    proved: bool


def front(
    pool: Pool,
    plan: Plan,
    *,
    fairness: Sequence[float] = FAIRNESS,
    caps: Sequence[int | None] = CAPS,
) -> tuple[Balance, ...]:
    """Find the balances that no other one beats in both coverage and Gini, by coverage falling.

    The weight of fairness is swept, each time under stricter and stricter caps by institution
    (weights alone find only the corners of the front). What cannot be kept, or has no answer in
    time, is left out; the plan's seconds are shared out among all runs.

    Raises:
        RoadshowError: the plan does not fit the pool.
    """
    seconds = plan.seconds / max(len(fairness) * len(caps), 1)
    found: dict[tuple[str, ...], Balance] = {}
    for cap in caps:
        quota = () if cap is None else (Quota(dimension="institution", value=EVERY, most=cap),)
        for weight in fairness:
            variant = replace(
                plan,
                worth=replace(plan.worth, fairness=weight),
                quotas=plan.quotas + quota,
                seconds=seconds,
            )
            try:
                selection = select(pool, variant)
            except InfeasibleError:
                break
            except UnsolvedError:
                continue
            key = tuple(sorted(selection.chosen))
            if key not in found:
                unequal = gini(exposure(pool, selection.chosen))
                covered = selection.terms["coverage"]
                found[key] = Balance(weight, cap, covered, unequal, selection)
    return _unbeaten(list(found.values()))


def _unbeaten(balances: Sequence[Balance]) -> tuple[Balance, ...]:
    ordered = sorted(balances, key=lambda one: (-one.coverage, one.gini))
    kept: list[Balance] = []
    for one in ordered:
        if not kept or one.gini < kept[-1].gini:
            kept.append(one)
    return tuple(kept)


def prices(pool: Pool, plan: Plan, selection: Selection) -> tuple[Price, ...]:
    """Solve again with each bound of the plan one milder and one stricter.

    A quota with `*` moves for all its values at once. In whole numbers a bound can have a price
    though it is not reached, so all are tried; the plan's seconds hold for each.
    """
    found = []
    for places in (plan.size - 1, plan.size + 1):
        if 1 <= places <= len(pool.entrants):
            text = f"登台名额由 {plan.size} 项改为 {places} 项"
            change, proved = _change(pool, replace(plan, size=places), selection)
            found.append(Price(text, None, places, places, change, proved))
    for number, quota in enumerate(plan.quotas):
        for moved, text in _moves(quota):
            quotas = (*plan.quotas[:number], moved, *plan.quotas[number + 1 :])
            change, proved = _change(pool, replace(plan, quotas=quotas), selection)
            found.append(Price(text, quota, moved.least, moved.most, change, proved))
    return tuple(found)


def _change(pool: Pool, plan: Plan, before: Selection) -> tuple[float | None, bool]:
    try:
        after = select(pool, plan)
    except InfeasibleError:
        return None, True
    except UnsolvedError:
        return None, False
    return after.value - before.value, before.status == after.status == "optimal"


def _moves(quota: Quota) -> list[tuple[Quota, str]]:
    value = "每一个" if quota.value == EVERY else f"“{quota.value}”"
    name = f"{DIMENSIONS[quota.dimension]}{value}"
    found = []
    for least in (quota.least - 1, quota.least + 1):
        if least >= 0 and quota.least > 0 and (quota.most is None or least <= quota.most):
            text = f"{name}的下限由 {quota.least} 项改为 {least} 项"
            found.append((replace(quota, least=least), text))
    if quota.most is not None:
        for most in (quota.most - 1, quota.most + 1):
            if most >= quota.least:
                text = f"{name}的上限由 {quota.most} 项改为 {most} 项"
                found.append((replace(quota, most=most), text))
    return found
