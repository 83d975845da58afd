"""Which records a plan means: its candidates, and the needs in its audience."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import select

from matcher.pipeline import Matcher
from matcher.query_filters import parse_filter
from matcher.types import Achievement, Need, Side
from service.roadshow.errors import PlanFileError
from service.roadshow.plan_file import PlanFile
from service.roadshow.scope import Scope, owner_of
from service.store.workbench_tables import IssuedListRow


def candidates(scope: Scope, plan: PlanFile) -> list[Achievement]:
    """Achievements that a plan chooses from, those that must be chosen among them.

    Raises:
        PlanFileError: there are none, fewer than places, or more than `candidates.most`.
    """
    asked = plan.candidates
    wanted = _narrowed(scope, "achievement", asked.ids, asked.filters)
    if asked.issued_list is not None:
        wanted = _kept(wanted, _issued(scope, plan, asked.issued_list))
    if asked.query is not None:
        wanted = _nearest(scope, wanted, asked.query, asked.most)
    ids = list(dict.fromkeys((*wanted, *asked.must)))
    records = [
        one for one in scope.store.get_many("achievement", ids) if isinstance(one, Achievement)
    ]
    if len(records) > asked.most:
        advice = "请用 filters、query 或 ids 缩小范围，或者把 candidates.most 调大（最多 5000）"
        problem = f"候选成果有 {len(records):,} 项，超过 most = {asked.most:,}；{advice}。"
        raise PlanFileError(plan.toml.name, [plan.mistake(("candidates",), problem)])
    if len(records) < plan.event.size:
        problem = f"候选成果只有 {len(records):,} 项，选不出 {plan.event.size} 项；请放宽候选范围。"
        raise PlanFileError(plan.toml.name, [plan.mistake(("event", "size"), problem)])
    return records


def audience(scope: Scope, plan: PlanFile) -> list[Need]:
    """Needs in a plan's audience.

    Raises:
        PlanFileError: there are none, more than `audience.most`, or a weight is of another need.
    """
    asked = plan.audience
    ids = _narrowed(scope, "need", asked.ids, asked.filters)
    found = [one for one in scope.store.get_many("need", ids) if isinstance(one, Need)]
    there = {one.id for one in found}
    mistakes = [
        plan.mistake(("audience", "weights", id_), f"“{id_}”不在听众需求里，权重用不上。")
        for id_ in asked.weights
        if id_ not in there
    ]
    if not found:
        mistakes.append(
            plan.mistake(("audience",), "没有一条听众需求；请放宽范围，或者先导入需求。")
        )
    if len(found) > asked.most:
        advice = "请缩小范围，或者把 audience.most 调大（最多 2000）"
        problem = f"听众需求有 {len(found):,} 条，超过 most = {asked.most:,}；{advice}。"
        mistakes.append(plan.mistake(("audience",), problem))
    if mistakes:
        raise PlanFileError(plan.toml.name, mistakes)
    return found


def _narrowed(
    scope: Scope, side: Side, ids: Sequence[str] | None, filters: Sequence[str]
) -> list[str]:
    """Ids of the records that pass; all that may be seen where nothing is asked."""
    seen = scope.ids(side)
    found = seen if ids is None else _kept(ids, seen)
    if filters:
        bundle = scope.matcher.sides[side].bundle
        mask = bundle.mask([parse_filter(text, side) for text in filters])
        if mask is not None:  # None stands for every row
            found = _kept(found, bundle.ids(np.flatnonzero(mask)))
    return found


def _kept(ids: Iterable[str], among: Iterable[str]) -> list[str]:
    allowed = set(among)
    return [id_ for id_ in ids if id_ in allowed]


def _issued(scope: Scope, plan: PlanFile, number: int) -> list[str]:
    """Ids of the achievements of a list that one's organisation has issued."""
    statement = select(IssuedListRow.body).where(IssuedListRow.id == number)
    if not scope.sees_everything:
        statement = statement.where(IssuedListRow.organisation_id == owner_of(scope.caller))
    with scope.store.reading() as connection:
        body = connection.scalar(statement)
    path = ("candidates", "issued_list")
    if body is None or body["direction"] != "achievement":
        problem = f"没有编号为 {number} 的成果清单，或者它不是贵机构签发的。"
        raise PlanFileError(plan.toml.name, [plan.mistake(path, problem)])
    return [one["record"]["id"] for one in body["matches"]]


def _nearest(scope: Scope, ids: Sequence[str], query: str, most: int) -> list[str]:
    """The achievements that are nearest to a text, by stored numbers."""
    embedder, segmenter, weights, config, _ = scope.matcher.parts
    quick = replace(config, depth=max(config.depth, most), read=0)
    matcher = Matcher(scope.matcher.sides, embedder, segmenter, weights, quick)
    hidden = scope.others("achievement", ids)
    answer = matcher.match(Need(id="", text=query), k=most, hidden=hidden)
    return [one.record.id for one in answer.matches]
