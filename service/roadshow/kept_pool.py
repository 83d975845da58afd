"""A pool as JSON values, and back, with its records as who asks may see them now.

Ids, numbers and proving sentences are kept; titles and everything else of a record are read again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.types import Achievement, Level, Need, Record, Side
from service.present import name_of
from service.roadshow.gone import TITLE, Gone
from service.roadshow.pools import Built
from service.roadshow.scope import Scope

Records = Mapping[str, Record]


def pool_as_json(built: Built) -> dict[str, Any]:
    """What is kept of a pool."""
    pool = built.pool
    return {
        "entrants": [asdict(replace(one, title="")) for one in pool.entrants],
        "guests": [[one.id, one.weight] for one in pool.guests],
        "fits": fits_as_json(pool.fits),
        "matcher": built.matcher,
    }


def fits_as_json(fits: Iterable[PairFit]) -> list[list[Any]]:
    """What is kept of fits: a row each."""
    return [[one.entrant, one.guest, *one.probabilities, *_read_of(one)] for one in fits]


def pool_again(told: Mapping[str, Any], scope: Scope) -> tuple[Built, list[str]]:
    """Make a pool again, and say in Chinese what has changed since then."""
    achievements = records_of(scope, "achievement", [one["id"] for one in told["entrants"]])
    needs = records_of(scope, "need", [id_ for id_, _ in told["guests"]])
    then = Pool(
        tuple(_entrant(one, achievements) for one in told["entrants"]),
        tuple(_guest(id_, weight, needs) for id_, weight in told["guests"]),
        fits_again(told["fits"], achievements),
    )
    gone = _gone(then, achievements, needs)
    pool, notes = then, [*_outlived(told["fits"], then, achievements)]
    if gone:
        pool = replace(then, entrants=tuple(_now(one, gone) for one in then.entrants))
        notes.append(gone.note())
    built = Built(
        pool,
        {one.id: _shown(achievements, one.id, Achievement) for one in pool.entrants},
        {one.id: _shown(needs, one.id, Need) for one in pool.guests},
        told.get("matcher", ""),
        gone,
    )
    return built, notes


def fits_again(rows: Iterable[Sequence[Any]], records: Records) -> tuple[PairFit, ...]:
    """Make fits again; a sentence that its record does not hold any more is left out."""
    return tuple(_fit(row, records) for row in rows)


def records_of(scope: Scope, side: Side, ids: Sequence[str]) -> dict[str, Record]:
    """Those of some records that may be seen now, by id."""
    seen = sorted(scope.known(side, ids))
    return {one.id: one for one in scope.store.get_many(side, seen)}


def _read_of(one: PairFit) -> tuple[int | str, ...]:
    return int(one.level), one.met, one.partly, one.missing, one.proof


def _gone(
    then: Pool, achievements: Mapping[str, Record], needs: Mapping[str, Record]
) -> Gone | None:
    """What of a pool may not be shown any more; None where all may."""
    offered = frozenset(one.id for one in then.entrants).difference(achievements)
    asked = frozenset(one.id for one in then.guests).difference(needs)
    return Gone(offered, asked, then) if offered or asked else None


def _now(one: Entrant, gone: Gone) -> Entrant:
    hidden = one.id in gone.achievements
    return replace(one, groups={}, published=None) if hidden else one


def _shown(records: Mapping[str, Record], id_: str, kind: type[Any]) -> Any:
    return records.get(id_) or kind(id=id_, title=TITLE)


def _entrant(told: Mapping[str, Any], records: Mapping[str, Record]) -> Entrant:
    groups = {name: tuple(values) for name, values in told["groups"].items()}
    published = date.fromisoformat(told["published"]) if told["published"] else None
    title = name_of(records[told["id"]]) if told["id"] in records else TITLE
    return Entrant(**{**told, "groups": groups, "published": published, "title": title})


def _guest(id_: str, weight: float, records: Mapping[str, Record]) -> Guest:
    need = records.get(id_)
    if not isinstance(need, Need):
        return Guest(id=id_, title=TITLE, weight=weight)
    return Guest(
        id=id_,
        title=name_of(need),
        organisation=" ".join(need.organisation.split()),
        region=need.region,
        industry=need.industry,
        weight=weight,
    )


def _fit(row: Sequence[Any], records: Mapping[str, Record]) -> PairFit:
    entrant, guest, first, second, third, fourth, level, met, partly, missing, proof = row
    return PairFit(
        entrant=entrant,
        guest=guest,
        probabilities=(first, second, third, fourth),
        level=Level(level),
        met=met,
        partly=partly,
        missing=missing,
        proof=proof if _says(records.get(entrant), proof) else "",
    )


def _says(record: Record | None, proof: str) -> bool:
    """Whether a record still has a sentence; it may have been rewritten since."""
    return record is not None and (proof in record.text or proof in record.title)


def _outlived(
    rows: Sequence[Sequence[Any]], then: Pool, records: Mapping[str, Record]
) -> Iterator[str]:
    """Say how many candidates have lost sentences that proved something."""
    left = {(one.entrant, one.guest) for one in then.fits if one.proof}
    lost = {
        row[0] for row in rows if row[-1] and row[0] in records and (row[0], row[1]) not in left
    }
    if lost:
        yield (
            f"选出名单以后，有 {len(lost)} 项成果改了文字，原来的依据已不在其中，不再引用；"
            "匹配和得分是按改之前的文字算的。请重新选。"
        )
