"""A package as a workbook: what is in, which needs it answers, what is alike, what is out."""

from collections.abc import Iterator
from datetime import datetime

from service.access.ids import shown_id
from service.exports.sheets import Cell, Sheet, as_workbook
from service.present import name_of
from service.roadshow.package import Package
from service.roadshow.present import STATUSES, TERMS

_FACTS = (("项目", 24), ("内容", 80))
_CHOSEN = (("次序", 6), ("编号", 14), ("成果", 40), ("单位", 28), ("简介", 80))
_ANSWERED = (
    ("需求编号", 14), ("需求", 36), ("需求单位", 24), ("成果编号", 14), ("成果", 36), ("等级", 10),
    ("匹配度", 9), ("依据原文", 50), ("还有", 24),
)  # fmt: skip
_OPEN = (("需求编号", 14), ("需求", 50), ("需求单位", 28))
_ALIKE = (("一项", 14), ("另一项", 14), ("相近程度", 10), ("是否都在包内", 12))
_LEFT = (("编号", 14), ("成果", 40), ("为什么不在范围内", 60))
_PLAN = (("行", 6), ("计划文件", 120))


def package_as_xlsx(package: Package, made: datetime) -> bytes:
    """Write the package; texts are stored as texts."""
    lines = enumerate(package.draft.toml.text.split("\n"), start=1)
    sheets = (
        Sheet("结论", _FACTS, _facts(package)),
        Sheet("成果包", _CHOSEN, _chosen(package)),
        Sheet("覆盖的需求", _ANSWERED, _answered(package)),
        Sheet("未覆盖的需求", _OPEN, _open(package)),
        Sheet("相近的成果", _ALIKE, _alike(package)),
        Sheet("范围之外", _LEFT, _left(package)),
        Sheet("计划", _PLAN, lines),
    )
    told = f"指纹 {package.found.selection.fingerprint}"
    return as_workbook(package.plan.title, sheets, made, told)


def _facts(package: Package) -> Iterator[tuple[Cell, ...]]:
    found = package.found.selection
    yield "符合范围的成果", len(package.built.pool.entrants) - len(package.found.left_out)
    yield "听众需求", len(package.built.pool.guests)
    yield "至多几项", package.plan.size
    yield "入包", len(found.chosen)
    yield "结论", STATUSES[found.status]
    yield "得分", found.value
    yield "上界", found.bound
    yield "差距", f"{found.gap:.4%}"
    yield from ((f"得分：{TERMS.get(name, name)}", value) for name, value in found.terms.items())
    yield "求解器", found.solver
    yield "用时（秒）", round(found.seconds, 2)
    yield "指纹（计划与候选）", found.fingerprint
    yield "指纹（匹配模型与候选）", package.built.matcher or "未保存"
    yield "计划文件的 SHA-256", package.draft.toml.sha256


def _chosen(package: Package) -> Iterator[tuple[Cell, ...]]:
    for place, id_ in enumerate(package.found.selection.chosen, start=1):
        record = package.built.achievements[id_]
        yield place, shown_id(id_), name_of(record), record.owner, record.text


def _answered(package: Package) -> Iterator[tuple[Cell, ...]]:
    for one in package.found.answered:
        need, best = package.built.needs[one.guest], one.best
        yield (
            shown_id(need.id),
            name_of(need),
            need.organisation,
            shown_id(best.entrant),
            name_of(package.built.achievements[best.entrant]),
            best.level.label,
            round(best.score, 4),
            best.proof,
            "、".join(map(shown_id, one.others)),
        )


def _open(package: Package) -> Iterator[tuple[Cell, ...]]:
    for id_ in package.found.unanswered:
        need = package.built.needs[id_]
        yield shown_id(id_), name_of(need), need.organisation


def _alike(package: Package) -> Iterator[tuple[Cell, ...]]:
    found = package.found
    for inside, pairs in (("是", found.redundancy), ("", found.kept_apart)):
        for one in pairs:
            yield shown_id(one.left), shown_id(one.right), round(one.most, 4), inside


def _left(package: Package) -> Iterator[tuple[Cell, ...]]:
    for id_, why in package.found.left_out.items():
        yield shown_id(id_), name_of(package.built.achievements[id_]), why
