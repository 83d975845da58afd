"""Supply lists and stable pairs as workbooks."""

from collections.abc import Iterator
from datetime import datetime

from matcher.roadshow.supply import STATES
from matcher.types import Level
from service.access.ids import shown_id
from service.exports.sheets import Cell, Sheet, as_workbook
from service.present import name_of
from service.roadshow.pairs import Paired
from service.roadshow.supply import Supplied

_LINKS = (
    ("环节编号", 12), ("环节", 24), ("上游", 20), ("供给", 10), ("说明", 50), ("强相关", 8),
    ("较强", 8), ("弱", 8), ("供给单位", 50), ("背后的需求", 40), ("等着它的环节", 24),
)  # fmt: skip
_SUPPLY = (
    ("环节", 24), ("成果编号", 14), ("成果", 40), ("单位", 28), ("等级", 10), ("匹配度", 9),
    ("满足/部分/未提到", 14), ("依据原文", 50),
)  # fmt: skip
_NEEDS = (("环节", 24), ("需求编号", 14), ("需求", 44), ("单位", 28))
_PLAN = (("行", 6), ("计划文件", 120))


def supply_as_xlsx(supplied: Supplied, made: datetime) -> bytes:
    """Write the list; texts are stored as texts."""
    found = supplied.found
    ids, cells = found.matrix()
    headings = (("环节", 24), *((shown_id(one), 10) for one in ids))
    rows = (
        (row.link.name, *(level if level > 1 else None for level in levels))
        for row, levels in zip(found.rows, cells, strict=True)
    )
    about = ("4 强相关，3 较强相关，2 弱相关；空格是没有",)
    sheets = (
        Sheet("清单", _LINKS, _links(supplied)),
        Sheet("供给的成果", _SUPPLY, _fits(supplied)),
        Sheet("背后的需求", _NEEDS, _needs(supplied)),
        Sheet("矩阵", headings, rows, about, fixed=1),
        Sheet("计划", _PLAN, enumerate(supplied.draft.toml.text.split("\n"), start=1)),
    )
    return as_workbook(found.chain.title, sheets, made)


def _links(supplied: Supplied) -> Iterator[tuple[Cell, ...]]:
    names = {one.link.id: one.link.name for one in supplied.found.rows}
    for one in supplied.found.rows:
        yield (
            one.link.id,
            one.link.name,
            "、".join(names[id_] for id_ in one.link.after),
            STATES[one.state],
            "；".join(one.flags),
            one.counts[Level.STRONG],
            one.counts[Level.FAIRLY_STRONG],
            one.counts[Level.WEAK],
            "、".join(one.institutions),
            "、".join(map(shown_id, one.needs)),
            "、".join(names[id_] for id_ in one.holds_up),
        )


def _fits(supplied: Supplied) -> Iterator[tuple[Cell, ...]]:
    for row in supplied.found.rows:
        for fit in row.fits:
            record = supplied.achievements[fit.entrant]
            yield (
                row.link.name,
                shown_id(fit.entrant),
                name_of(record),
                record.owner,
                fit.level.label,
                round(fit.score, 4),
                f"{fit.met}/{fit.partly}/{fit.missing}",
                fit.proof,
            )


def _needs(supplied: Supplied) -> Iterator[tuple[Cell, ...]]:
    for row in supplied.found.rows:
        for id_ in row.needs:
            need = supplied.needs[id_]
            yield row.link.name, shown_id(id_), name_of(need), need.organisation


def pairs_as_xlsx(paired: Paired, made: datetime) -> bytes:
    """Write who meets whom, and who has nobody."""
    told = paired.section
    headings = (
        (told.asking, 36), ("对方是它的第几志愿", 12), (told.asked, 36),
        ("它是对方的第几志愿", 12),
    )  # fmt: skip
    labels = (("asking", told.asking), ("asked", told.asked))
    rows = ((one.asking, one.rank_of_asked, one.asked, one.rank_of_asking) for one in paired.pairs)
    left = ((label, name) for side, label in labels for name in paired.left[side])
    sheets = (
        Sheet("配对", headings, rows),
        Sheet("没有配上", (("哪一方", 24), ("名称", 40)), left),
    )
    return as_workbook(told.title, sheets, made)
