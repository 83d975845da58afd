"""Match lists for programs (JSON of the contract) and for people (Chinese text)."""

from collections.abc import Iterator, Sequence
from typing import Any

from matcher.documents import side_of
from matcher.quantities.types import Indicator
from matcher.similar import Similar
from matcher.types import Evidence, Match, MatchList, Record, Requirement, Span, Verdict

SIDE_NAMES = {"need": "需求", "achievement": "成果"}
FLAG_NAMES = {
    "unread": "未逐条对读",
    "needs_person": "把握不足，请人工判断",
    "words_only": "仅按词语检索",
}
NOTES = {
    "words_only": "向量引擎暂时不可用，本清单只按词语检索，可能漏掉说法不同的记录；"
    "请稍后再查一次。",
    "hurried": "此刻使用的人较多，这份名单还没有逐条对读：没有逐条要求的判断，"
    "次序和等级都可能变化；稍后再打开，即可得到完整结果。",
}
KIND_NAMES = {
    "material": "材料",
    "method": "方法",
    "effect": "效果",
    "product": "产品",
    "application": "应用",
    "indicator": "指标",
}
MARKS = {"met": "✓", "partly": "△", "missing": "✗"}
_COMPARATORS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "=": "＝", "~": "约"}
_CHANGES = {"up": "提高", "down": "降低"}
SHOWN_REASONS, SHOWN_BESIDE = 4, 2
"""Reasons shown of a match, and beside the requirements where there are some."""
SEEN = 0.005
"""Log-odds; what adds less would read +0.00 and is not listed on its own."""


def list_as_json(answer: MatchList) -> dict[str, Any]:
    """Shape a list as `match --json` and the API return it (docs/cli.md)."""
    asking = answer.query
    noted = {"notes": list(answer.notes)} if answer.notes else {}
    return {
        "query": {"kind": side_of(asking), "id": asking.id, "title": asking.title},
        "fingerprint": answer.fingerprint,
        "matches": [_match_as_json(match) for match in answer.matches],
        "timings_ms": dict(answer.timings_ms),
        **noted,
    }


def similar_as_json(asked: Record, found: Sequence[Similar]) -> dict[str, Any]:
    """Shape records that are like one of them as the API returns them (docs/api.md)."""
    return {
        "query": {"kind": side_of(asked), "id": asked.id, "title": asked.title},
        "similar": [
            {
                "rank": one.rank,
                "id": one.record.id,
                "title": one.record.title,
                "score": one.score,
                "meaning": one.meaning,
                "terms": [
                    {
                        "left": _span_as_json(term.left),
                        "right": _span_as_json(term.right),
                        "share": term.share,
                    }
                    for term in one.terms
                ],
                "other_terms": one.other_terms,
            }
            for one in found
        ],
    }


def _match_as_json(match: Match) -> dict[str, Any]:
    return {
        "rank": match.rank,
        "id": match.record.id,
        "title": match.record.title,
        "score": match.score,
        "level": int(match.level),
        "expected": match.expected,
        "probabilities": {str(int(level)): p for level, p in match.probabilities.items()},
        "base": match.base,
        "requirements": [verdict_as_json(one) for one in match.verdicts],
        "evidence": [_evidence_as_json(one) for one in match.evidence],
        "flags": list(match.flags),
    }


def requirement_as_json(one: Requirement) -> dict[str, Any]:
    """Shape a requirement as `requirements --json` returns it."""
    shaped: dict[str, Any] = {
        "id": one.id,
        "kind": one.kind,
        "text": one.span.text,
        "field": one.span.field,
        "span": [one.span.start, one.span.end],
    }
    if one.indicator:
        stated = one.indicator
        shaped |= {
            "quantity": stated.quantity,
            "comparator": stated.comparator,
            "low": stated.low,
            "high": stated.high,
            "unit": stated.unit,
            "change": stated.change,
        }
    return shaped


def verdict_as_json(one: Verdict) -> dict[str, Any]:
    """Shape a requirement with what an achievement says to it."""
    return {
        **requirement_as_json(one.requirement),
        "verdict": one.name,
        "confidence": one.confidence,
        "contradicted": one.contradicted,
        "evidence": [_span_as_json(span) for span in one.evidence],
    }


def _evidence_as_json(one: Evidence) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "label": one.label,
        "left": _span_as_json(one.left),
        "right": _span_as_json(one.right),
        "contribution": one.contribution,
    }


def _span_as_json(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    return {"field": span.field, "span": [span.start, span.end], "text": span.text}


def list_as_text(answer: MatchList) -> Iterator[str]:
    """Lines for a person: each match with its score, level and main reasons."""
    asking = answer.query
    yield f"【{SIDE_NAMES[side_of(asking)]} {asking.id or '（输入的文字）'}】{name_of(asking)}"
    yield from (f"  注意：{NOTES.get(note, note)}" for note in answer.notes)
    if not answer.matches:
        yield "  没有找到可匹配的记录；请检查筛选条件，或先导入数据。"
    for match in answer.matches:
        flags = "".join(f"，{FLAG_NAMES.get(flag, flag)}" for flag in match.flags)
        yield (
            f" {match.rank:>2}. {match.record.id}  {name_of(match.record)}  "
            f"匹配度 {match.score:.2f}（{match.level.label}{flags}）"
        )
        yield from (f"       {_verdict(one)}" for one in match.verdicts)
        told = {"rest", "requirement"} if match.verdicts else {"rest"}
        count = SHOWN_BESIDE if match.verdicts else SHOWN_REASONS
        told_of = (one for one in match.evidence if one.kind not in told)
        shown = [one for one in told_of if abs(one.contribution) >= SEEN][:count]
        yield from (f"       {_reason(one)}" for one in shown)


def _verdict(one: Verdict) -> str:
    line = f"{MARKS[one.name]} {clip(one.requirement.span.text, 32)}"
    if one.contradicted:
        line += "（不符）"
    if one.evidence:
        return f"{line} ← “{clip(one.evidence[0].text, 40)}”"
    return f"{line}（未提到）"


def name_of(record: Record) -> str:
    """Return the title, or the beginning of the text."""
    return clip(record.title or record.text, 36)


def _reason(one: Evidence) -> str:
    line = f"{one.contribution:+.2f} {one.label}"
    if one.kind == "sentence" and one.left:
        line += f"：“{clip(one.left.text, 28)}”"
        if one.right:
            line += f" ↔ “{clip(one.right.text, 28)}”"
    return line


def clip(text: str, width: int) -> str:
    """Cut a text to one line of at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"


def quantity_as_text(one: Indicator) -> str:
    """A parsed number as people write it: 耐温 ≥ 1200 ℃."""
    name = one.quantity or "（未写明是什么量）"
    if one.change:
        name += _CHANGES[one.change]
    if one.low is None or one.high is None:
        return f"{name}：数值不确定"
    if one.low == one.high:
        return f"{name} {_COMPARATORS.get(one.comparator, '')} {one.low:g} {one.unit}".rstrip()
    return f"{name} {one.low:g} 至 {one.high:g} {one.unit}".rstrip()
