"""A shortlist for people (Chinese lines) and for programs (JSON)."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from matcher.roadshow.draws import Sensitivity
from matcher.roadshow.pool import DIMENSIONS
from matcher.roadshow.reasons import Answer, Changed, Chosen
from matcher.roadshow.rejections import Rejected
from matcher.roadshow.selection import QuotaCount, Selection
from service.access.ids import shown_id
from service.present import clip, name_of
from service.roadshow.shortlist import Shortlist

STATUSES = {"optimal": "已证明最优", "feasible": "到时限，未证明最优"}
TERMS = {
    "coverage": "需求覆盖",
    "quality": "描述质量",
    "freshness": "新近程度",
    "diversity": "行业多样",
    "fairness": "曝光公平",
}
SHOWN_NEEDS = 3
"""Needs shown of a chosen achievement on a terminal."""
LEAST_SCORE = 0.1
"""Pairs below it are not worth a line."""


def shortlist_as_json(short: Shortlist, drawn: Sensitivity | None = None) -> dict[str, Any]:
    """Shape a shortlist as `shortlist --json` and the API return it (docs/cli.md)."""
    chosen = short.selection
    pool = short.built.pool
    return {
        "title": short.plan.title,
        "date": short.plan.held_on.isoformat() if short.plan.held_on else None,
        "status": chosen.status,
        "value": chosen.value,
        "bound": chosen.bound,
        "gap": chosen.gap,
        "solver": chosen.solver,
        "seconds": chosen.seconds,
        "fingerprint": chosen.fingerprint,
        "matcher_fingerprint": short.built.matcher,
        "plan_sha256": short.written.toml.sha256,
        "terms": dict(chosen.terms),
        "candidates": len(pool.entrants),
        "audience": len(pool.guests),
        "chosen": [_chosen_as_json(short, one) for one in short.reasons.chosen],
        "rejected": [_rejected_as_json(short, one) for one in short.reasons.rejected],
        "quotas": [
            {
                "dimension": one.quota.dimension,
                "value": one.value,
                "least": one.quota.least,
                "most": one.quota.most,
                "count": one.count,
            }
            for one in chosen.quotas
        ],
        "sensitivity": None if drawn is None else asdict(drawn),
        "notes": list(short.notes),
    }


def _chosen_as_json(short: Shortlist, one: Chosen) -> dict[str, Any]:
    record, entrant = short.built.achievements[one.id], short.entrant(one.id)
    return {
        "id": one.id,
        "title": record.title,
        "owner": record.owner,
        "groups": {name: list(values) for name, values in entrant.groups.items()},
        "quality": entrant.quality,
        "shown": entrant.shown,
        "must": one.must,
        "drop": one.drop,
        "needs": [_answer_as_json(short, answer) for answer in one.answers],
    }


def _answer_as_json(short: Shortlist, one: Answer) -> dict[str, Any]:
    need, fit = short.need(one.guest), one.fit
    return {
        "id": one.guest,
        "title": need.title,
        "organisation": need.organisation,
        "rank": one.rank,
        "value": one.value,
        "share": one.share,
        "score": fit.score,
        "level": int(fit.level),
        "probabilities": list(fit.probabilities),
        "met": fit.met,
        "partly": fit.partly,
        "missing": fit.missing,
        "proof": fit.proof,
    }


def _rejected_as_json(short: Shortlist, one: Rejected) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": short.built.achievements[one.id].title,
        "cause": one.cause,
        "by": list(one.by),
        "rules": list(one.rules),
        "swap": one.swap,
        "gain": one.gain,
        "at_most": one.at_most,
        "text": one.text,
    }


def shortlist_as_text(short: Shortlist, drawn: Sensitivity | None = None) -> Iterator[str]:
    """Lines for a person: the proof, who goes on stage and for whom, the quotas."""
    pool = short.built.pool
    yield (
        f"{short.plan.title}：{len(pool.entrants):,} 项候选成果、{len(pool.guests):,} 条听众需求，"
        f"选 {short.plan.size} 项"
    )
    yield proof_line(short.selection)
    yield terms_line(short.selection)
    for place, one in enumerate(short.reasons.chosen, start=1):
        record = short.built.achievements[one.id]
        must = "（必选）" if one.must else ""
        stays = f"，稳定度 {drawn.stays[one.id]:.0%}" if drawn else ""
        yield (
            f" {place:>2}. {shown_id(one.id)}  {name_of(record)}  {record.owner}{must}  "
            f"缺它少 {one.drop:.2f} 分{stays}"
        )
        answers = [answer for answer in one.answers if answer.fit.score >= LEAST_SCORE]
        yield from (f"       {_answer_line(short, answer)}" for answer in answers[:SHOWN_NEEDS])
        if len(answers) > SHOWN_NEEDS:
            yield f"       ……另有 {len(answers) - SHOWN_NEEDS} 条需求"
    if drawn:
        yield from sensitivity_lines(short, drawn)
    yield from quota_lines(short.selection)
    yield from (f"提醒：{note}" for note in short.notes)


def brief_lines(short: Shortlist) -> Iterator[str]:
    """A few lines for a person: the proof, a line for each on stage, the quotas in one."""
    pool = short.built.pool
    yield (
        f"【路演】{short.plan.title}：{len(pool.entrants):,} 项候选、"
        f"{len(pool.guests):,} 条听众需求，选 {short.plan.size} 项"
    )
    yield f"  {proof_line(short.selection)}"
    for place, one in enumerate(short.reasons.chosen, start=1):
        record = short.built.achievements[one.id]
        first = one.answers[:1]
        told = "".join(f"  → {_answer_line(short, answer)}" for answer in first)
        yield f" {place:>2}. {shown_id(one.id)}  {clip(name_of(record), 24)}{told}"
    quotas = short.selection.quotas
    kept = sum(one.kept for one in quotas)
    yield f"  配额 {len(quotas)} 条，满足 {kept} 条"


def sensitivity_lines(short: Shortlist, drawn: Sensitivity) -> Iterator[str]:
    """What would be best if the fits turned out as their odds say."""
    yield (
        f"敏感性：按概率抽 {drawn.draws} 次（{drawn.proved} 次证明最优），"
        f"事先知道结果平均能多得 {drawn.regret:.2f} 分（{drawn.share:.1%}）"
    )
    for id_, share in list(drawn.enters.items())[:SHOWN_NEEDS]:
        yield f"  {share:.0%} 的情形里会选 {shown_id(id_)} {short.entrant(id_).title}"


def proof_line(chosen: Selection) -> str:
    """Status, value, bound and gap: never left out."""
    return (
        f"结论：{STATUSES[chosen.status]}；得分 {chosen.value:.3f}，上界 {chosen.bound:.3f}，"
        f"差距 {chosen.gap:.2%}；{chosen.solver}，{chosen.seconds:.1f} 秒，"
        f"指纹 {chosen.fingerprint}"
    )


def terms_line(chosen: Selection) -> str:
    """The parts of the value."""
    told = "，".join(f"{TERMS.get(name, name)} {value:.2f}" for name, value in chosen.terms.items())
    return f"得分组成：{told}"


def quota_lines(chosen: Selection) -> Iterator[str]:
    """The quota table, without upper bounds that nobody on stage comes near."""
    shown = [one for one in chosen.quotas if one.count or one.quota.least or not one.kept]
    if shown:
        yield "配额："
    yield from (f"  {quota_line(one)}" for one in shown)


def quota_line(one: QuotaCount) -> str:
    """One quota: who it counts, its bounds, how it stands."""
    low = f"至少 {one.quota.least}" if one.quota.least else ""
    high = f"至多 {one.quota.most}" if one.quota.most is not None else ""
    bounds = "、".join(part for part in (low, high) if part)
    mark = "✓" if one.kept else "✗"
    return f"{mark} {DIMENSIONS[one.quota.dimension]} {one.value}：{one.count} 项（{bounds}）"


def _answer_line(short: Shortlist, one: Answer) -> str:
    need, fit = short.need(one.guest), one.fit
    proof = f" ← “{clip(fit.proof, 36)}”" if fit.proof else ""
    return (
        f"{shown_id(need.id)} {clip(name_of(need), 24)}"
        f"（{fit.level.label} {fit.score:.2f}，占该需求 {one.share:.0%}）{proof}"
    )


def rejected_lines(short: Shortlist, id_: str) -> Iterator[str]:
    """Why one is not on stage, and what would have put it in."""
    found = next((one for one in short.reasons.rejected if one.id == id_), None)
    if found is None:
        yield f"{shown_id(id_)} 在名单里。"
        return
    yield f"{shown_id(id_)} {short.entrant(id_).title}：{found.text}"


def forced_line(id_: str, changed: Changed | None) -> str:
    """What it costs to put one on stage all the same."""
    if changed is None:
        return f"  若一定要 {shown_id(id_)} 登台：其余规则无法同时满足。"
    least = "已证明" if changed.proved else f"未证明，至少 {changed.least:.3f}"
    return f"  若一定要 {shown_id(id_)} 登台：总分减少 {changed.loss:.3f}（{least}）。"
