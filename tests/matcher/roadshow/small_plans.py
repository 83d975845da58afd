"""Small random pools and plans, and their optimum by trying every set."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np

from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.roadshow.rules import counts, spelled_out
from matcher.roadshow.values import freshness
from matcher.types import Level

INDUSTRIES, REGIONS = ("新材料", "生物医药", "现代农业"), ("甲市", "乙市")
HELD = date(2026, 11, 23)


def random_pool(seed, entrants=8, guests=5, density=0.5):
    rng = np.random.default_rng(seed)
    people = tuple(
        Entrant(
            id=f"a{number}",
            title=f"成果{number}",
            groups={
                "industry": (str(rng.choice(INDUSTRIES)),),
                "region": (str(rng.choice(REGIONS)),),
                "institution": (f"单位{rng.integers(4)}",),
                "first_time": (str(rng.choice(("是", "否"))),),
            },
            quality=float(rng.random()),
            published=date(int(rng.integers(2019, 2027)), 1, 1) if rng.random() < 0.8 else None,
            shown=int(rng.integers(0, 4)),
        )
        for number in range(entrants)
    )
    audience = tuple(
        Guest(id=f"n{number}", title=f"需求{number}", weight=float(rng.choice((0.5, 1.0, 2.0))))
        for number in range(guests)
    )
    fits = tuple(
        random_fit(rng, one.id, guest.id)
        for one in people
        for guest in audience
        if rng.random() < density
    )
    return Pool(people, audience, fits)


def random_fit(rng, entrant, guest):
    first, second, third, fourth = (float(one) for one in rng.dirichlet((1.0, 0.8, 0.7, 0.5)))
    chances = (1.0 - (second + third + fourth), second, third, fourth)
    level = Level(int(np.argmax((first, second, third, fourth))) + 1)
    return PairFit(entrant=entrant, guest=guest, probabilities=chances, level=level)


def random_plan(seed, pool):
    rng = np.random.default_rng(seed + 100_000)
    ids = [one.id for one in pool.entrants]
    quotas = []
    if rng.random() < 0.5:
        quotas.append(Quota(dimension="institution", value="*", most=int(rng.integers(1, 3))))
    if rng.random() < 0.5:
        known = sorted({one.groups["industry"][0] for one in pool.entrants})
        value = str(rng.choice(known))
        quotas.append(Quota(dimension="industry", value=value, least=int(rng.integers(0, 3))))
    if rng.random() < 0.5:
        known = sorted({one.groups["region"][0] for one in pool.entrants})
        value = str(rng.choice(known))
        quotas.append(Quota(dimension="region", value=value, least=1, most=2))
    picked = [str(one) for one in rng.permutation(ids)]
    return Plan(
        size=int(rng.integers(1, 5)),
        held_on=HELD,
        worth=Worth(repeats=((1.0, 0.4, 0.1), (1.0,), (1.0, 1.0), (0.8, 0.8, 0.3, 0.0))[seed % 4]),
        quotas=tuple(quotas),
        most_shown=3 if rng.random() < 0.4 else None,
        must=(picked[0],) if rng.random() < 0.3 else (),
        must_not=(picked[1],) if rng.random() < 0.3 else (),
        conflicts=((picked[2], picked[3]),) if rng.random() < 0.5 else (),
        barred=tuple((fit.entrant, fit.guest) for fit in pool.fits if rng.random() < 0.1),
    )


def value_of(pool, plan, chosen):
    """The aim as the plan states it, without arrays."""
    worth, picked = plan.worth, set(chosen)
    on_stage = [one for one in pool.entrants if one.id in picked]
    total = 0.0
    for guest in pool.guests:
        found = [
            sum(p * worth.of(level) for p, level in zip(fit.probabilities, Level, strict=True))
            for fit in pool.fits
            if fit.guest == guest.id
            and fit.entrant in picked
            and (fit.entrant, guest.id) not in plan.barred
        ]
        ranked = sorted(found, reverse=True)
        total += guest.weight * sum(a * b for a, b in zip(worth.repeats, ranked, strict=False))
    for one in on_stage:
        total += worth.quality * one.quality + worth.freshness * freshness(one, plan.held_on)
        total -= worth.fairness * one.shown
    industries = {name for one in on_stage for name in one.groups.get("industry", ())}
    return total + worth.diversity * len(industries)


def keeps_rules(pool, plan, chosen):
    picked = set(chosen)
    shown = {one.id: one.shown for one in pool.entrants}
    return (
        len(picked) == plan.size
        and picked >= set(plan.must)
        and not picked & set(plan.must_not)
        and not any(set(pair) <= picked for pair in plan.conflicts)
        and (plan.most_shown is None or all(shown[one] < plan.most_shown for one in picked))
        and all(one.kept for one in counts(pool, plan, picked))
    )


def every_set(pool, plan) -> Iterator[tuple[str, ...]]:
    ids = [one.id for one in pool.entrants]
    return (chosen for chosen in combinations(ids, plan.size) if keeps_rules(pool, plan, chosen))


def optimum(pool, plan):
    """The best value of all sets that keep the rules; None if there is none."""
    return max((value_of(pool, plan, chosen) for chosen in every_set(pool, plan)), default=None)


def loosened(pool, plan, changes):
    """The plan with these changes; quotas with `*` are spelled out where one of theirs changed."""
    size, shown, quotas = plan.size, plan.most_shown, list(plan.quotas)
    gone = {one.rule.ids for one in changes if one.rule.ids}
    for one in changes:
        if one.rule.kind == "size" and one.bound is not None:
            size = one.bound
        elif one.rule.kind == "shown":
            shown = one.bound
        elif one.rule.quota is not None:
            quotas = [_milder(quota, one) for quota in spelled_out(pool, quotas)]
    return replace(
        plan,
        size=size,
        most_shown=shown,
        quotas=tuple(quotas),
        must=tuple(one for one in plan.must if (one,) not in gone),
        must_not=tuple(one for one in plan.must_not if (one,) not in gone),
        conflicts=tuple(pair for pair in plan.conflicts if (min(pair), max(pair)) not in gone),
    )


def _milder(quota, change):
    named = change.rule.quota
    if named is None or (quota.dimension, quota.value) != (named.dimension, named.value):
        return quota
    bound = change.bound or 0
    if change.rule.kind == "least":
        return replace(quota, least=min(quota.least, bound))
    return quota if quota.most is None else replace(quota, most=max(quota.most, bound))
