"""Triples of need, achievement and capital as a workbook."""

from collections.abc import Iterator
from datetime import datetime

from matcher.capital.types import KINDS
from service.access.ids import shown_id
from service.exports.sheets import Cell, Sheet, as_workbook
from service.present import name_of
from service.roadshow.capital import Capital, questions
from service.roadshow.present import STATUSES
from service.roadshow.shortlist import Shortlist

_TRIPLES = (
    ("次序", 6), ("需求编号", 14), ("需求", 36), ("需求单位", 24), ("成果编号", 14), ("成果", 36),
    ("成果单位", 24), ("资金", 30), ("机构", 24), ("类别", 14), ("分值", 9), ("要问清", 60),
)  # fmt: skip


def capital_as_xlsx(short: Shortlist, capital: Capital, made: datetime) -> bytes:
    """Write the triples; texts are stored as texts."""
    found = capital.triples
    about = (f"{STATUSES[found.status]}，差距 {found.gap:.4%}；{found.considered} 组可选",)
    sheets = (Sheet("三方对接", _TRIPLES, _rows(short, capital), about),)
    return as_workbook(short.plan.title, sheets, made)


def _rows(short: Shortlist, capital: Capital) -> Iterator[tuple[Cell, ...]]:
    for one in capital.triples.triples:
        need = short.need(one.pair.guest)
        record = short.built.achievements[one.pair.entrant]
        mandate = capital.mandates[one.for_need.mandate]
        yield (
            one.rank,
            shown_id(need.id),
            name_of(need),
            need.organisation,
            shown_id(record.id),
            name_of(record),
            record.owner,
            mandate.name,
            mandate.institution,
            KINDS[mandate.kind],
            round(one.value, 4),
            "；".join(questions(one)),
        )
