"""A shortlist as bytes, and back: with its pool, so that questions about it can be answered later.

Ids, numbers and proving sentences are kept; titles and everything else of a record are read again.
What has been withdrawn or hidden since then shows neither title nor organisation nor sentence.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.rules import counts
from matcher.roadshow.selection import QuotaCount, Selection
from service.roadshow.kept_pool import pool_again, pool_as_json
from service.roadshow.plan_file import PlanFile
from service.roadshow.scope import Scope
from service.roadshow.shortlist import Shortlist


def pack(short: Shortlist) -> bytes:
    """Write a shortlist, with nothing made of it yet."""
    told = {
        **pool_as_json(short.built),
        "plan": asdict(short.plan),
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
    built, notes = pool_again(told, scope)
    plan, selection = _plan(told["plan"]), selection_again(told["selection"])
    if built.gone:
        selection = replace(selection, quotas=counts(built.pool, plan, selection.chosen))
    return Shortlist(written, plan, built, selection, (*told["notes"], *notes))


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


def selection_again(told: Mapping[str, Any]) -> Selection:
    """Make a selection again of what `asdict` told of it."""
    quotas = tuple(
        QuotaCount(Quota(**one["quota"]), one["value"], one["count"]) for one in told["quotas"]
    )
    return Selection(**{**told, "chosen": tuple(told["chosen"]), "quotas": quotas})
