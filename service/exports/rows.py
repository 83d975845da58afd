"""An issued list as a table: one row a match, the same columns in every tabular format."""

from collections.abc import Iterator

from service.present import FLAG_NAMES, KIND_NAMES, MARKS
from service.workbench.issued_list import IssuedList, IssuedMatch, IssuedVerdict

HEADINGS = (
    "序号",
    "编号",
    "名称",
    "单位",
    "地区",
    "匹配等级",
    "匹配度",
    "满足的要求",
    "部分满足的要求",
    "未满足的要求",
    "依据原文",
    "提示",
    "意见",
    "理由",
    "进展",
    "负责人",
    "备注",
)
"""Headings of the table, in order."""
DECIDED = {"accepted": "采纳", "rejected": "不采纳", "": ""}


def table_rows(issued: IssuedList) -> Iterator[tuple[str | int | float, ...]]:
    """Give a row a match, in the order of `HEADINGS`."""
    for one in issued.matches:
        decision = one.decision
        yield (
            one.rank,
            one.record.shown_id,
            one.record.title or one.record.text[:40],
            owner_of(one),
            str(one.record.fields.get("region", "")),
            one.level_name,
            round(one.score, 3),
            said(one, "met"),
            said(one, "partly"),
            said(one, "missing"),
            "\n".join(f"{v.requirement}：“{v.evidence[0]}”" for v in one.verdicts if v.evidence),
            flags_of(one),
            DECIDED[decision.verdict] if decision else "",
            "、".join(decision.reasons) if decision else "",
            decision.status if decision else "",
            decision.assigned_name if decision else "",
            decision.note if decision else "",
        )


def about(issued: IssuedList) -> tuple[tuple[str, str], ...]:
    """Where a list comes from: label and value, for the head of every document."""
    asking = issued.asking
    filters = "；".join(map(str, issued.query.get("filters") or ())) or "无"
    return (
        ("清单编号", str(issued.number)),
        ("依据", f"{asking.shown_id or '（输入的文字）'} {asking.title or asking.text[:40]}"),
        ("筛选条件", filters),
        ("签发", f"{issued.organisation} {issued.person}"),
        ("签发时间", issued.issued_at.astimezone().strftime("%Y-%m-%d %H:%M")),
        ("指纹", f"{issued.fingerprint} / {issued.sha256[:16]}"),
    )


def owner_of(one: IssuedMatch) -> str:
    """Whose an achievement or a need is."""
    fields = one.record.fields
    return str(fields.get("owner") or fields.get("organisation") or "")


def said(one: IssuedMatch, verdict: str) -> str:
    """The requirements with a verdict, a line each."""
    return "\n".join(v.requirement for v in one.verdicts if v.verdict == verdict)


def flags_of(one: IssuedMatch) -> str:
    """What a person should know of the match."""
    return "；".join(FLAG_NAMES.get(flag, flag) for flag in one.flags)


def verdict_line(one: IssuedVerdict) -> tuple[str, str, str]:
    """(mark and requirement, its kind, what proves it) for people."""
    silence = "未提到" if one.verdict == "missing" else "见全文"
    proof = f"“{one.evidence[0]}”" if one.evidence else silence
    if one.contradicted:
        proof = f"不符：{proof}"
    return f"{MARKS[one.verdict]} {one.requirement}", KIND_NAMES.get(one.kind, one.kind), proof
