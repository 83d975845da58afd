"""Match lists for programs (JSON of the contract) and for people (Chinese text)."""

from collections.abc import Iterator
from typing import Any

from matcher.documents import side_of
from matcher.types import Evidence, Match, MatchList, Record, Span

SIDE_NAMES = {"need": "需求", "achievement": "成果"}
FLAG_NAMES = {"provisional": "等级为暂定"}
SHOWN_REASONS = 4


def list_as_json(answer: MatchList) -> dict[str, Any]:
    """Shape a list as `match --json` and the API return it (docs/cli.md)."""
    asking = answer.query
    return {
        "query": {"kind": side_of(asking), "id": asking.id, "title": asking.title},
        "fingerprint": answer.fingerprint,
        "matches": [_match_as_json(match) for match in answer.matches],
        "timings_ms": dict(answer.timings_ms),
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
        "requirements": [],
        "evidence": [_evidence_as_json(one) for one in match.evidence],
        "flags": list(match.flags),
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
    if not answer.matches:
        yield "  没有找到可匹配的记录；请检查筛选条件，或先导入数据。"
    for match in answer.matches:
        flags = "".join(f"，{FLAG_NAMES.get(flag, flag)}" for flag in match.flags)
        yield (
            f" {match.rank:>2}. {match.record.id}  {name_of(match.record)}  "
            f"匹配度 {match.score:.2f}（{match.level.label}{flags}）"
        )
        shown = [one for one in match.evidence if one.kind != "rest"][:SHOWN_REASONS]
        yield from (f"       {_reason(one)}" for one in shown)


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
