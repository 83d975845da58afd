"""A series as a workbook: the events, who is on stage when, how evenly, who is left out."""

from collections.abc import Iterator
from datetime import datetime

from matcher.roadshow.pool import DIMENSIONS
from matcher.roadshow.series.plan import SIZES
from service.access.ids import shown_id
from service.exports.sheets import Cell, Sheet, as_workbook
from service.present import name_of
from service.roadshow.present_series import STATUSES, spread_line
from service.roadshow.series import Year

_FACTS = (("项目", 24), ("内容", 80))
_EVENTS = (
    ("日期", 12), ("场次", 10), ("名称", 34), ("规模", 8), ("名额", 8), ("登台", 8), ("得分", 10),
    ("说明", 60),
)  # fmt: skip
_STAGED = (
    ("日期", 12), ("场次", 10), ("次序", 6), ("编号", 14), ("成果", 40), ("单位", 28),
    ("行业", 24), ("地区", 14),
)  # fmt: skip
_QUOTAS = (
    ("场次", 10), ("按什么", 14), ("值", 26), ("至少", 8), ("至多", 8), ("登台", 8),
    ("是否满足", 10),
)  # fmt: skip
_SHOWN = (("单位", 36), ("成果数", 8), ("此前登台", 10), ("以后登台", 10))
_LEFT = (("单位", 36), ("是否应展示", 10), ("原因", 60), ("成果编号", 40))
_PLAN = (("行", 6), ("计划文件", 120))


def series_as_xlsx(year: Year, made: datetime) -> bytes:
    """Write the series; texts are stored as texts."""
    found = year.found
    lines = enumerate(year.draft.toml.text.split("\n"), start=1)
    exposure = (spread_line(found.institutions),)
    sheets = (
        Sheet("结论", _FACTS, _facts(year)),
        Sheet("各场", _EVENTS, _events(year)),
        Sheet("登台", _STAGED, _staged(year)),
        Sheet("配额", _QUOTAS, _quotas(year)),
        Sheet("单位登台次数", _SHOWN, _shown(year), exposure),
        Sheet("没有登台的单位", _LEFT, _left(year)),
        Sheet("计划", _PLAN, lines),
    )
    return as_workbook(found.title, sheets, made, f"指纹 {found.fingerprint}")


def _facts(year: Year) -> Iterator[tuple[Cell, ...]]:
    found, pool = year.found, year.built.pool
    yield "候选成果", len(pool.entrants)
    yield "听众需求", len(pool.guests)
    yield "场次", len(found.staged)
    yield "结论", STATUSES[found.status]
    yield "得分", found.value
    yield "上界", found.bound
    yield "差距", f"{found.gap:.4%}"
    yield "求解", found.solver
    yield "用时（秒）", round(found.seconds, 2)
    yield "指纹（计划与候选）", found.fingerprint
    yield "指纹（匹配模型与候选）", year.built.matcher or "未保存"
    yield "计划文件的 SHA-256", year.draft.toml.sha256


def _events(year: Year) -> Iterator[tuple[Cell, ...]]:
    for one in year.found.staged:
        event, day = one.event, one.event.held_on
        yield (
            day.isoformat() if day else None,
            event.id,
            event.title,
            SIZES[event.size],
            event.stage,
            len(one.chosen),
            None if one.held else one.value,
            "；".join(one.notes),
        )


def _staged(year: Year) -> Iterator[tuple[Cell, ...]]:
    entrants = {one.id: one for one in year.built.pool.entrants}
    for one in year.found.staged:
        day = one.event.held_on
        for place, id_ in enumerate(one.chosen, start=1):
            record, groups = year.built.achievements[id_], entrants[id_].groups
            yield (
                day.isoformat() if day else None,
                one.event.id,
                place,
                shown_id(id_),
                name_of(record),
                record.owner,
                "、".join(groups.get("industry", ())),
                "、".join(groups.get("region", ())),
            )


def _quotas(year: Year) -> Iterator[tuple[Cell, ...]]:
    for one in year.found.staged:
        for quota in one.quotas:
            bounds = quota.quota
            label, kept = DIMENSIONS[bounds.dimension], "是" if quota.kept else "否"
            told = quota.value, bounds.least, bounds.most, quota.count
            yield one.event.id, label, *told, kept


def _shown(year: Year) -> Iterator[tuple[Cell, ...]]:
    for one in year.found.institutions.rows:
        yield one.name, one.entrants, one.before, one.after


def _left(year: Year) -> Iterator[tuple[Cell, ...]]:
    for one in year.found.forgotten:
        ids = "、".join(map(shown_id, one.entrants))
        yield one.institution, "是" if one.promised else "", one.reason, ids
