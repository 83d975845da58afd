"""The rules: each judges one thing of a pair, and says in Chinese what it compared.

A rule that the mandate does not state has nothing to judge and is left out. What is inferred or
estimated never breaks a rule: it makes a question.
"""

from collections.abc import Iterator
from datetime import date

from matcher.capital.conditions import judge_conditions
from matcher.capital.seeker import Seeker
from matcher.capital.types import KINDS, STAGES, Mandate, Ruling, State
from matcher.capital.wording import read_condition
from matcher.fields.industry_names import (
    division_name,
    division_section,
    section_name,
    stated,
)
from matcher.fields.places import is_within
from matcher.fields.region import read_region


def judge(mandate: Mandate, seeker: Seeker, today: date) -> tuple[Ruling, ...]:
    """Ask every rule that has something to judge."""
    rulings = (
        _validity(mandate, today),
        _kind(mandate, seeker),
        _field(mandate, seeker),
        _region(mandate, seeker),
        _readiness(mandate, seeker),
        _stage(mandate, seeker),
        _ticket(mandate, seeker),
    )
    asked = judge_conditions(mandate, seeker)
    return (*(one for one in rulings if one is not None), *asked)


def _validity(mandate: Mandate, today: date) -> Ruling | None:
    until = mandate.valid_until
    if until is None:
        return None
    if until < today:
        return Ruling("validity", "broken", f"已于 {until.isoformat()} 到期")
    return Ruling("validity", "met", f"有效至 {until.isoformat()}")


def _kind(mandate: Mandate, seeker: Seeker) -> Ruling | None:
    if not seeker.kinds:
        return None
    wanted = "、".join(label for kind, label in KINDS.items() if kind in seeker.kinds)
    label = KINDS[mandate.kind]
    if mandate.kind in seeker.kinds:
        return Ruling("kind", "met", f"希望获得{wanted}，此为{label}")
    return Ruling("kind", "broken", f"只接受{wanted}，此为{label}")


def _field(mandate: Mandate, seeker: Seeker) -> Ruling | None:
    if not mandate.industries and not mandate.keywords:
        return None
    written = f"{seeker.title}\n{seeker.text}".lower()
    hits = [word for word in mandate.keywords if word.lower() in written]
    if hits:
        return Ruling("field", "met", f"文中写有“{'、'.join(hits[:3])}”，属于投向")
    own = division_name(seeker.division) or section_name(seeker.section)
    if not own:
        return Ruling("field", "unknown", "行业未写明，请核实是否属于投向")
    state = _industry_state(mandate.industries, seeker)
    if state == "met":
        return Ruling("field", "met", f"所属行业“{own}”在投向之内")
    fields = "、".join((*mandate.industries, *mandate.keywords)[:4])
    if state == "unknown" or not seeker.industry_is_stated:
        return Ruling("field", "unknown", f"投向为“{fields}”，请核实“{own}”是否属于其中")
    return Ruling("field", "broken", f"投向为“{fields}”，所属行业为“{own}”")


def _industry_state(industries: tuple[str, ...], seeker: Seeker) -> State:
    """Compare as far down as both sides are known; `unknown` where one ends above the other."""
    meant = [stated(one) for one in industries]
    for section, divisions in meant:
        if seeker.division in divisions or (not divisions and section == seeker.section):
            return "met"
    unread = not meant or any(not section and not divisions for section, divisions in meant)
    sections = {division_section(code) for _, found in meant for code in found}
    above = not seeker.division and seeker.section in sections
    return "unknown" if unread or above else "broken"


def _region(mandate: Mandate, seeker: Seeker) -> Ruling | None:
    if not mandate.regions:
        return None
    named = "、".join(mandate.regions[:4])
    places = [found.place.code for one in mandate.regions if (found := read_region(one))]
    if not seeker.place:
        return Ruling("region", "unknown", f"限{named}，请询问注册地或拟落地地区")
    if any(is_within(seeker.place, place) for place in places):
        return Ruling("region", "met", f"{seeker.place_name}在投放地区“{named}”之内")
    if seeker.side == "achievement":
        # Where an achievement goes is agreed upon with whoever takes it over.
        return Ruling("region", "unknown", f"限{named}，请询问能否到当地转化")
    if len(places) < len(mandate.regions) or any(is_within(one, seeker.place) for one in places):
        return Ruling("region", "unknown", f"限{named}，请核实{seeker.place_name}是否在内")
    return Ruling("region", "broken", f"限{named}，所在地为{seeker.place_name}")


def _readiness(mandate: Mandate, seeker: Seeker) -> Ruling | None:
    low, high = mandate.min_trl or 1, mandate.max_trl or 9
    if seeker.side == "need" or (low, high) == (1, 9):
        return None
    wanted = f"{low}～{high} 级"
    if seeker.trl is None:
        hint = f"（由描述推测约 {seeker.proposed_trl} 级）" if seeker.proposed_trl else ""
        return Ruling("readiness", "unknown", f"要求成熟度 {wanted}，请询问目前等级{hint}")
    if low <= seeker.trl <= high:
        return Ruling("readiness", "met", f"成熟度 {seeker.trl} 级，在 {wanted}之内")
    return Ruling("readiness", "broken", f"要求成熟度 {wanted}，目前 {seeker.trl} 级")


def _stage(mandate: Mandate, seeker: Seeker) -> Ruling | None:
    if not mandate.stages:
        return None
    wanted = "、".join(STAGES[one] for one in mandate.stages)
    if seeker.stage is None:
        return Ruling("stage", "unknown", f"面向{wanted}企业，请询问承接企业所处阶段")
    state, own = seeker.stage in mandate.stages, STAGES[seeker.stage]
    if state:
        return Ruling("stage", "met", f"企业处于{own}，属于{wanted}")
    return Ruling("stage", "broken", f"面向{wanted}企业，目前为{own}")


def _ticket(mandate: Mandate, seeker: Seeker) -> Ruling | None:
    low, high = mandate.min_wan, mandate.max_wan
    if low is None and high is None:
        return None
    span = _span(low, high)
    if seeker.amount_wan is None:
        return Ruling("ticket", "unknown", f"单笔{span}，请询问资金需求")
    amount = f"{seeker.amount_wan:g} 万元"
    below = low is not None and seeker.amount_wan < low
    above = high is not None and seeker.amount_wan > high
    if seeker.amount_is_estimate:
        told = "预算" if seeker.side == "need" else "报价"
        if below or above:
            return Ruling("ticket", "unknown", f"单笔{span}，{told}为 {amount}，请询问资金需求")
        return Ruling("ticket", "met", f"按{told} {amount}估计，在单笔{span}之内")
    if below:
        return Ruling("ticket", "broken", f"单笔{span}，需要 {amount}，低于下限")
    if above:
        reason = f"单笔{span}，需要 {amount}，其余须另筹"
        return Ruling("ticket", "broken", reason, hard=False)
    return Ruling("ticket", "met", f"需要 {amount}，在单笔{span}之内")


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"不超过 {high:g} 万元"
    return f" {low:g} 万元以上" if high is None else f" {low:g}～{high:g} 万元"


def unread_parts(mandate: Mandate) -> Iterator[str]:
    """Say what of a mandate no rule understands, for whoever imports it."""
    for one in mandate.industries:
        section, divisions = stated(one)
        if not section and not divisions:
            yield f"投向行业“{one}”未能识别，请写国民经济行业的名称或代码，或移到关键词一栏"
    for one in mandate.regions:
        if read_region(one) is None:
            yield f"投放地区“{one}”未能识别，请写省、市、县的全称"
    for one in mandate.requirements:
        if read_condition(one) is None:
            yield f"准入条件“{one}”不能自动核对，将列为人工核对"
