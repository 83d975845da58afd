"""A shortlist as bytes, and back: with its pool, so that questions about it can be answered later.

Ids, numbers and proving sentences are kept; titles and everything else of a record are read again.
What has been withdrawn or hidden since then shows neither title nor organisation nor sentence.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.roadshow.rules import counts
from matcher.roadshow.selection import QuotaCount, Selection
from matcher.types import Achievement, Level, Need, Record, Side
from service.present import name_of
from service.roadshow.gone import TITLE, Gone
from service.roadshow.plan_file import PlanFile
from service.roadshow.pools import Built
from service.roadshow.scope import Scope
from service.roadshow.shortlist import Shortlist


def pack(short: Shortlist) -> bytes:
    """Write a shortlist, with nothing made of it yet."""
    pool = short.built.pool
    told = {
        "entrants": [asdict(replace(one, title="")) for one in pool.entrants],
        "guests": [[one.id, one.weight] for one in pool.guests],
        "fits": [[one.entrant, one.guest, *one.probabilities, *_read_of(one)] for one in pool.fits],
        "plan": asdict(short.plan),
        "matcher": short.built.matcher,
        "selection": asdict(short.selection),
        "notes": short.notes,
    }
    return dump({"short": told})


def dump(told: Mapping[str, Any]) -> bytes:
    """Write everything that is kept of a roadshow."""
    text = json.dumps(told, default=date.isoformat, allow_nan=False)
    return gzip.compress(text.encode(), compresslevel=5, mtime=0)


def load(content: bytes) -> dict[str, Any]:
    """Read everything that is kept of a roadshow."""
    found: dict[str, Any] = json.loads(gzip.decompress(content))
    return found


def unpack(told: Mapping[str, Any], scope: Scope, written: PlanFile) -> Shortlist:
    """Make the shortlist again, with the records as who asks may see them now."""
    achievements = _records(scope, "achievement", [one["id"] for one in told["entrants"]])
    needs = _records(scope, "need", [id_ for id_, _ in told["guests"]])
    then = Pool(
        tuple(_entrant(one, achievements) for one in told["entrants"]),
        tuple(_guest(id_, weight, needs) for id_, weight in told["guests"]),
        tuple(_fit(row, achievements) for row in told["fits"]),
    )
    plan, selection = _plan(told["plan"]), _selection(told["selection"])
    gone = _gone(then, achievements, needs)
    pool, notes = then, [*told["notes"], *_outlived(told["fits"], then, achievements)]
    if gone:
        pool = replace(then, entrants=tuple(_now(one, gone) for one in then.entrants))
        selection = replace(selection, quotas=counts(pool, plan, selection.chosen))
        notes.append(gone.note())
    built = Built(
        pool,
        {one.id: _shown(achievements, one.id, Achievement) for one in pool.entrants},
        {one.id: _shown(needs, one.id, Need) for one in pool.guests},
        told.get("matcher", ""),
        gone,
    )
    return Shortlist(written, plan, built, selection, tuple(notes))


def _read_of(one: PairFit) -> tuple[int | str, ...]:
    return int(one.level), one.met, one.partly, one.missing, one.proof


def _records(scope: Scope, side: Side, ids: Sequence[str]) -> dict[str, Record]:
    seen = sorted(scope.known(side, ids))
    return {one.id: one for one in scope.store.get_many(side, seen)}


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


def _plan(told: Mapping[str, Any]) -> Plan:
    worth = {**told["worth"], "repeats": tuple(told["worth"]["repeats"])}
    pairs = {name: tuple(map(tuple, told[name])) for name in ("conflicts", "barred")}
    read = {
        "held_on": date.fromisoformat(told["held_on"]) if told["held_on"] else None,
        "worth": Worth(**worth),
        "quotas": tuple(Quota(**one) for one in told["quotas"]),
        "must": tuple(told["must"]),
        "must_not": tuple(told["must_not"]),
    }
    return Plan(**{**told, **pairs, **read})


def _selection(told: Mapping[str, Any]) -> Selection:
    quotas = tuple(
        QuotaCount(Quota(**one["quota"]), one["value"], one["count"]) for one in told["quotas"]
    )
    return Selection(**{**told, "chosen": tuple(told["chosen"]), "quotas": quotas})
