"""The quality of records in Chinese lines, for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.cells import cell_len

from matcher.quality import Assessment, Part
from matcher.types import Side

FIELD_NAMES: Mapping[str, str] = {
    "title": "标题",
    "text": "正文",
    "organisation": "需求单位",
    "owner": "完成单位",
    "industry": "行业",
    "region": "地区",
    "budget_wan": "预算",
    "deadline": "截止日期",
    "cooperation": "合作方式",
    "min_trl": "成熟度要求",
    "posted": "发布日期",
    "trl": "成熟度",
    "ip": "知识产权",
    "transfer_modes": "转化方式",
    "price_wan": "价格",
    "published": "发布日期",
}
_WIDTH = 10
_MOST = 4
_QUOTED = 24
_LEAST_SHARE = 1e-4
_DEFECTS = {
    "placeholder": "只写了“见附件”“暂无”之类",
    "boilerplate": "夹有页眉页脚、部门名单或重复段落",
}

_Lines = Iterator[tuple[str, str]]


def report_lines(quality: Mapping[str, Any]) -> list[str]:
    """Tell a quality report; what is in order is not told."""
    rows = [
        *_missing(quality),
        *_texts(quality),
        *_dates(quality),
        *_duplicates(quality),
        *_garble(quality),
        *description_rows(quality["description"], quality["examined"]),
    ]
    return [labelled(label, words) for label, words in rows]


def labelled(label: str, words: str) -> str:
    """Put a label before words, in a column of its own."""
    return f"  {label}{' ' * max(1, _WIDTH - cell_len(label))}{words}"


def description_rows(description: Mapping[str, Any], assessed: int) -> _Lines:
    """Tell what many assessments say."""
    if not assessed:
        return
    poor = description["poor"]
    below = f"，低于 {description['poor_below']} 的占 {poor / assessed:.0%}" if poor else ""
    yield "描述质量", f"平均 {description['mean']:.2f}{below}"
    for number, one in enumerate(description["advice"], start=1):
        yield f"  建议 {number}", f"{one['advice']}（{one['records'] / assessed:.0%}）"


def _missing(quality: Mapping[str, Any]) -> _Lines:
    records = quality["records"]
    lacking = [(name, count) for name, count in quality["missing"].items() if count]
    everywhere = [FIELD_NAMES[name] for name, count in lacking if count == records]
    partly = sorted(((name, n) for name, n in lacking if n < records), key=lambda one: -one[1])
    if everywhere:
        yield "全都没有", "、".join(everywhere)
    if partly:
        yield (
            "部分缺少",
            "、".join(f"{FIELD_NAMES[name]} {n:,} 条（{n / records:.0%}）" for name, n in partly),
        )


def _texts(quality: Mapping[str, Any]) -> _Lines:
    short = quality["short_texts"]
    if short["records"]:
        yield "正文过短", f"{short['records']:,} 条不到 {short['below']} 字"
    defects = quality["description"]["defects"]
    told = [f"{words} {defects[name]:,} 条" for name, words in _DEFECTS.items() if name in defects]
    if told:
        yield "空话", _sampled(quality) + "，".join(told)


def _dates(quality: Mapping[str, Any]) -> _Lines:
    dates = quality["dates"]
    told = [
        f"{words} {dates[name]:,} 条"
        for name, words in (
            ("deadline_passed", "截止日期已过"),
            ("old", f"发布已超过 {dates['old_years']} 年"),
            ("future", "发布日期在今天之后"),
        )
        if dates[name]
    ]
    if told:
        yield "日期", "，".join(told)


def _duplicates(quality: Mapping[str, Any]) -> _Lines:
    suspected = quality["duplicates"]["suspected"]
    if suspected and suspected["records"]:
        yield (
            "疑似重复",
            f"{suspected['records']:,} 条，分属 {suspected['groups']:,} 组；"
            "用 duijie duplicates 复核",
        )


def _garble(quality: Mapping[str, Any]) -> _Lines:
    garble = quality["garble"]
    if not garble["records"]:
        return
    yield (
        "乱码",
        f"{_sampled(quality)}{garble['records']:,} 条（{garble['share']:.1%}）"
        f"有乱码、异形字或繁体，{_share_of_text(garble['character_share'])}",
    )
    yield "  修复规则", "、".join(_rules(garble["repairs"]))


def _share_of_text(share: float) -> str:
    return f"占全部文字的 {share:.2%}" if share >= _LEAST_SHARE else "所占文字很少"


def _sampled(quality: Mapping[str, Any]) -> str:
    examined = quality["examined"]
    return f"抽查 {examined:,} 条，" if examined < quality["records"] else ""


def _rules(repairs: Mapping[str, int]) -> Iterator[str]:
    from matcher.text.repair import RULES

    titles = {rule.name: rule.title for rule in RULES}
    for name, count in [*repairs.items()][:_MOST]:
        yield f"{titles.get(name, name)} {count:,} 处"


def side_name(side: Side) -> str:
    """Name a side."""
    return "需求" if side == "need" else "成果"


def assessment_lines(assessment: Assessment, title: str) -> Iterator[str]:
    """Tell one record's assessment, aspect by aspect."""
    yield f"{assessment.id}  {title}"
    yield f"描述质量 {assessment.score:.2f}"
    width = max(cell_len(part.title) for part in assessment.parts)
    for part in assessment.parts:
        mark = "✓" if part.value >= 1 else "△" if part.value > 0 else "✗"
        gap = " " * (width - cell_len(part.title))
        yield f"  {mark} {part.title}{gap}  {part.value * part.weight:.2f}/{part.weight:.2f}  " + (
            _shown(part)
        )
    for defect in assessment.defects:
        yield f"  ! {defect.advice}（扣 {defect.loss:.0%}）"
    if assessment.advice:
        yield "建议："
    for number, words in enumerate(assessment.advice, start=1):
        yield f"  {number}. {words}"


def _shown(part: Part) -> str:
    if part.field:
        return f"（{FIELD_NAMES[part.field]}一栏已填）"
    if part.evidence is None:
        return ""
    words = " ".join(part.evidence.text.split())
    return f"“{words[:_QUOTED]}{'…' if len(words) > _QUOTED else ''}”"
