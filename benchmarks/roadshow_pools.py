"""Pools for measuring selections: real needs and achievements, and invented fits.

Real: needs of the gold set and the bundled sample, and the achievements graded for them, filled up
with others of these sets; the fits are the matcher's own calibrated probabilities (fast encoder,
the best `GRADED` of each need compared by stored numbers, nothing read), as service/roadshow has
them. What the figures of a selection count are the judged levels, which no method sees. Both sets
say nothing of regions and institutions, and the gold set of no industry of an achievement: these
are drawn (60 institutions, the largest with an eighth of all; industries from the need that an
achievement answers best), and so are past appearances.

Invented: each need has so many candidates, six times as often of its own industry, with ordinal
odds from a random fit; the level that counts is drawn from these odds.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np

from benchmarks.speed import Records
from matcher.config import MatchConfig
from matcher.embed import Centre, Embedder
from matcher.gold import read_gold
from matcher.indexer import create, update
from matcher.pipeline import Matcher, SearchSide
from matcher.roadshow.measures import Levels
from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Level, Need
from matcher.weight_file import Weights
from models.registry import load_encoder
from service.bootstrap import late_encoder
from service.sample import sample_judgements

ENCODER = "static-zh-256"
GRADED = 30
INDUSTRIES, REGIONS = 12, 12
_STEPS = np.array([-0.5, 1.0, 2.5])


@dataclass(frozen=True)
class Case:
    """A plan, what it chooses from, and the levels that count in the end."""

    name: str
    pool: Pool
    plan: Plan
    levels: Levels


def plan_of(size: int) -> Plan:
    """The quotas of every case: industries, regions, institutions, readiness, first time."""
    return Plan(
        size=size,
        quotas=(
            Quota(dimension="industry", value="*", most=max(1, size // 5)),
            Quota(dimension="region", value="*", most=max(1, size // 6)),
            Quota(dimension="institution", value="*", most=2),
            Quota(dimension="readiness", value="高", least=ceil(0.3 * size)),
            Quota(dimension="readiness", value="低", most=size // 5),
            Quota(dimension="first_time", value="是", least=ceil(0.3 * size)),
        ),
        most_shown=4,
    )


def invented(entrants: int, guests: int, size: int, graded: int, seed: int = 0) -> Case:
    """A case with random fits."""
    rng = np.random.default_rng(seed)
    people = tuple(_entrant(rng, f"a{number:04}") for number in range(entrants))
    own = np.array([int(one.groups["industry"][0][2:]) for one in people])
    audience, fits, levels = [], [], {}
    for number in range(guests):
        guest = Guest(id=f"n{number:04}", title="", weight=float(rng.choice((1, 1, 2, 3))))
        near = np.where(own == rng.integers(INDUSTRIES), 6.0, 1.0)
        audience.append(guest)
        for at in rng.choice(entrants, graded, replace=False, p=near / near.sum()):
            above = 1 / (1 + np.exp(_STEPS - 1.5 * rng.normal(-0.6, 1.2)))
            odds = -np.diff([1.0, *above, 0.0])
            level = Level(int(rng.choice(4, p=odds)) + 1)
            first, second, third, fourth = (float(share) for share in odds)
            levels[people[at].id, guest.id] = level
            fits.append(
                PairFit(
                    entrant=people[at].id,
                    guest=guest.id,
                    probabilities=(first, second, third, fourth),
                    level=Level(int(odds.argmax()) + 1),
                )
            )
    pool = Pool(people, tuple(audience), tuple(fits))
    return Case(f"invented, {graded} a need", pool, plan_of(size), levels)


def real(entrants: int, guests: int, size: int, seed: int = 0) -> Case:
    """A case of real records."""
    rng = np.random.default_rng(seed)
    needs, offers, judged = _records()
    asked = [needs[at] for at in rng.permutation(len(needs))[:guests]]
    graded = sorted({id_ for need in asked for id_ in judged[need.id]})
    others = sorted(set(offers) - set(graded))
    ids = [graded[at] for at in rng.permutation(len(graded))]
    ids += [others[at] for at in rng.permutation(len(others))]
    offered = [offers[id_] for id_ in sorted(ids[:entrants])]
    levels = {
        (id_, need.id): Level(level) for need in asked for id_, level in judged[need.id].items()
    }
    fits = _fits(asked, offered)
    written = _industries(asked, levels)
    people = tuple(
        _entrant(rng, one.id, one.trl, written.get(one.id), one.industry) for one in offered
    )
    audience = tuple(Guest(id=one.id, title=one.title, industry=one.industry) for one in asked)
    pool = Pool(people, audience, tuple(fits))
    return Case(f"real, {GRADED} a need", pool, plan_of(size), levels)


def _records() -> tuple[list[Need], dict[str, Achievement], Mapping[str, Mapping[str, int]]]:
    gold, sample = read_gold(), sample_judgements()
    needs = [*(one.need for one in gold.needs), *sample.needs]
    offers = {one.id: one for one in (*gold.achievements, *sample.achievements)}
    return needs, offers, defaultdict(dict, {**gold.levels, **sample.levels})


def _industries(asked: list[Need], levels: Levels) -> dict[str, str]:
    """The industry of the need that each achievement answers best."""
    industry = {need.id: need.industry for need in asked}
    best: dict[str, tuple[int, str]] = {}
    for (id_, need), level in levels.items():
        best[id_] = max(best.get(id_, (0, "")), (int(level), industry[need]))
    return {id_: name for id_, (_, name) in best.items()}


def _fits(asked: list[Need], offered: list[Achievement]) -> list[PairFit]:
    encoder, weights, segmenter = load_encoder(ENCODER), Weights.shipped(ENCODER), JiebaSegmenter()
    embedder = Embedder(encoder, late_encoder(encoder), Centre.stored(weights.centre))
    bundle = create("achievement", embedder, segmenter)
    update(bundle, offered, [], embedder, segmenter)
    side = SearchSide(bundle, Records(list(offered)))
    config = MatchConfig(read=0, rerank=GRADED)
    matcher = Matcher({"achievement": side}, embedder, segmenter, weights, config)
    found = []
    for need in asked:
        for match in matcher.match(need, k=GRADED).matches:
            first, second, third, fourth = (match.probabilities[level] for level in Level)
            odds = (first, second, third, fourth)
            found.append(
                PairFit(
                    entrant=match.record.id, guest=need.id, probabilities=odds, level=match.level
                )
            )
    return found


def _entrant(
    rng: np.random.Generator,
    id_: str,
    trl: int | None = None,
    written: str | None = None,
    industry: str = "",
) -> Entrant:
    readiness = int(rng.integers(1, 10)) if trl is None else trl
    shown = min(int(rng.geometric(0.5)) - 1, 6)
    return Entrant(
        id=id_,
        title="",
        groups={
            "industry": (industry or written or f"行业{rng.integers(INDUSTRIES)}",),
            "region": (f"地区{rng.integers(REGIONS)}",),
            "institution": (f"单位{int(60 * rng.random() ** 2)}",),
            "readiness": ("高" if readiness >= 7 else "低" if readiness <= 3 else "中",),
            "first_time": ("否" if shown else "是",),
        },
        quality=float(rng.random()),
        shown=shown,
    )
