"""Builds what an event is chosen from out of the records that a plan means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from matcher.quality.assess import assess
from matcher.roadshow.pool import Entrant, Guest, Pool
from matcher.text.repair import repair_fingerprint
from matcher.types import Achievement, Need
from service.present import name_of
from service.roadshow.fits import FOLDER, Progress, fits_of, no_progress
from service.roadshow.gone import Gone
from service.roadshow.groups import Grain, groups_of, institution_of
from service.roadshow.past import Exposure, exposure
from service.roadshow.plan_file import PlanFile
from service.roadshow.remembered import Remembered, digest_of
from service.roadshow.scope import Scope
from service.roadshow.sources import audience, candidates

_FIT_SHARE = 0.9
"""Of the time; the rest is for the quality of descriptions."""


@dataclass(frozen=True)
class Built:
    """A pool with the records behind it, by id.

    Attributes:
        matcher: names the models and settings that judged the pairs, and the candidates; empty
            where that was not kept.
        gone: what may not be shown any more; the pool, and the records, hold nothing of it.
    """

    pool: Pool
    achievements: Mapping[str, Achievement]
    needs: Mapping[str, Need]
    matcher: str = ""
    gone: Gone | None = None


def build_pool(scope: Scope, plan: PlanFile, progress: Progress = no_progress) -> Built:
    """Build the pool of a plan: records as who asks may see them, fits, past appearances.

    Raises:
        PlanFileError: there are too few or too many candidates or needs.
    """
    entrants, guests = candidates(scope, plan), audience(scope, plan)
    fits = fits_of(
        scope,
        entrants,
        guests,
        plan.audience.compare,
        plan.audience.read,
        lambda share, words: progress(share * _FIT_SHARE, f"{words}，全程"),
    )
    qualities = _qualities(
        scope,
        entrants,
        lambda share, words: progress(_FIT_SHARE + share * (1 - _FIT_SHARE), words),
    )
    past = exposure(scope.store, scope.caller)
    grain = Grain(plan.candidates.industries, plan.candidates.regions)
    weights = plan.audience.weights
    pool = Pool(
        tuple(_entrant(one, qualities[one.id], past, grain) for one in entrants),
        tuple(_guest(one, weights.get(one.id, 1.0)) for one in guests),
        tuple(fits),
    )
    # The index's revision is left out: it changes with records that may not be seen.
    searched = digest_of(*sorted(one.id for one in entrants))
    return Built(
        pool,
        {one.id: one for one in entrants},
        {one.id: one for one in guests},
        scope.matcher.fingerprint("achievement", searched=searched),
    )


def own_pairs(built: Built) -> tuple[tuple[str, str], ...]:
    """Pairs (achievement, need) of one organisation: nobody is put on stage before oneself."""
    by_name: dict[str, list[str]] = {}
    for need in built.needs.values():
        name = institution_of(need.organisation)
        if name:
            by_name.setdefault(name, []).append(need.id)
    return tuple(
        (one.id, need)
        for one in built.achievements.values()
        for need in by_name.get(institution_of(one.owner), ())
    )


def _entrant(record: Achievement, quality: float, past: Exposure, grain: Grain) -> Entrant:
    return Entrant(
        id=record.id,
        title=name_of(record),
        groups=groups_of(record, past.is_first(record), grain),
        quality=quality,
        published=record.published,
        shown=past.achievements[record.id],
    )


def _guest(record: Need, weight: float) -> Guest:
    return Guest(
        id=record.id,
        title=name_of(record),
        organisation=" ".join(record.organisation.split()),
        region=record.region,
        industry=record.industry,
        weight=weight,
    )


def _qualities(
    scope: Scope, records: Sequence[Achievement], progress: Progress
) -> dict[str, float]:
    """How explicit each description is; what was assessed before is remembered."""
    aspects = files("matcher.quality").joinpath("data/aspects.toml").read_text("utf-8")
    kept = Remembered(scope.home.root / FOLDER, "quality", (repair_fingerprint(), aspects))
    found = {}
    for done, record in enumerate(records):
        progress(done / len(records), f"{done:,}/{len(records):,} 项成果的描述")
        key = digest_of(repr(record))
        score = kept.get(key)
        if score is None:
            score = round(assess(record).score, 4)
            kept.put(key, score)
        found[record.id] = float(score)
    return found
