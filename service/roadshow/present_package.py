"""A package for people (Chinese lines) and for programs (JSON)."""

from collections.abc import Iterator
from typing import Any

from matcher.roadshow.alike import Alike
from matcher.roadshow.bundle import Answered
from service.access.ids import shown_id
from service.present import clip, name_of
from service.roadshow.package import Package
from service.roadshow.present import proof_line, quota_lines, terms_line

SHOWN = 12
"""Needs, and likenesses, that a terminal shows."""


def package_as_json(package: Package) -> dict[str, Any]:
    """Shape a package as `package --json` prints it (docs/cli.md)."""
    found, chosen = package.found, package.found.selection
    return {
        "title": package.plan.title,
        "status": chosen.status,
        "value": chosen.value,
        "bound": chosen.bound,
        "gap": chosen.gap,
        "solver": chosen.solver,
        "seconds": chosen.seconds,
        "fingerprint": chosen.fingerprint,
        "matcher_fingerprint": package.built.matcher,
        "plan_sha256": package.draft.toml.sha256,
        "terms": dict(chosen.terms),
        "chosen": [_chosen_as_json(package, id_) for id_ in chosen.chosen],
        "answered": [_answered_as_json(one) for one in found.answered],
        "unanswered": list(found.unanswered),
        "redundancy": [_alike_as_json(one) for one in found.redundancy],
        "kept_apart": [_alike_as_json(one) for one in found.kept_apart],
        "left_out": dict(found.left_out),
    }


def _chosen_as_json(package: Package, id_: str) -> dict[str, str]:
    record = package.built.achievements[id_]
    return {"id": id_, "title": record.title, "owner": record.owner}


def _answered_as_json(one: Answered) -> dict[str, Any]:
    best = one.best
    return {
        "need": one.guest,
        "achievement": best.entrant,
        "level": int(best.level),
        "score": best.score,
        "proof": best.proof,
        "others": list(one.others),
    }


def _alike_as_json(one: Alike) -> dict[str, Any]:
    return {"between": [one.left, one.right], "overlap": one.overlap, "given": one.given}


def package_as_text(package: Package) -> Iterator[str]:
    """Lines for a person: the proof, what is in, which needs it answers, what is alike."""
    found, built = package.found, package.built
    chosen = found.selection
    yield (
        f"{package.plan.title}：从 {len(built.pool.entrants) - len(found.left_out):,} 项符合范围的"
        f"成果里选出 {len(chosen.chosen)} 项（至多 {package.plan.size} 项）"
    )
    yield proof_line(chosen)
    yield terms_line(chosen)
    for place, id_ in enumerate(chosen.chosen, start=1):
        record = built.achievements[id_]
        yield f" {place:>2}. {shown_id(id_)}  {name_of(record)}  {record.owner}"
    yield f"覆盖需求 {len(found.answered)} 条，未覆盖 {len(found.unanswered)} 条"
    for one in found.answered[:SHOWN]:
        yield f"  {answer_line(package, one)}"
    if len(found.answered) > SHOWN:
        yield f"  ……另有 {len(found.answered) - SHOWN} 条"
    yield from quota_lines(chosen)
    for pair in found.redundancy[:SHOWN]:
        yield f"  包内相近：{shown_id(pair.left)} 与 {shown_id(pair.right)}（{pair.most:.2f}）"
    if found.kept_apart:
        yield f"内容相近、只取其一的有 {len(found.kept_apart)} 对"


def answer_line(package: Package, one: Answered) -> str:
    """A need and who answers it best."""
    need, best = package.built.needs[one.guest], one.best
    more = f"，另有 {len(one.others)} 项" if one.others else ""
    return (
        f"{shown_id(one.guest)} {clip(name_of(need), 24)} ← {shown_id(best.entrant)}"
        f"（{best.level.label} {best.score:.2f}{more}）"
    )
