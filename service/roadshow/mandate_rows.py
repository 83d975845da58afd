"""Rows of a file of mandates into mandates; readers and values are those of the importer."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from matcher.capital.rules import unread_parts
from matcher.capital.types import Mandate
from matcher.capital.wording import read_industries, read_kind, read_list, read_stages
from matcher.errors import MandateError
from service.importer import coerce
from service.importer.headings import is_personal, normalise, unit_wan
from service.importer.readers import opened
from service.importer.tables import Cell, Row
from service.roadshow.errors import MandateFileError
from service.roadshow.mandate_report import MandateReport

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("资金编号", "编号", "产品编号", "代码"),
    "name": ("资金名称", "基金名称", "产品名称", "名称"),
    "institution": ("机构名称", "机构", "管理人", "管理机构", "银行", "出资机构", "单位名称"),
    "kind": ("资金类型", "类型", "产品类型", "类别"),
    "industries": ("投向领域", "支持领域", "领域", "行业", "投资领域", "支持行业"),
    "keywords": ("关键词", "投资方向", "方向"),
    "stages": ("支持阶段", "阶段", "投资阶段", "企业阶段"),
    "readiness": ("成熟度要求", "成熟度", "技术成熟度"),
    "min_wan": ("单笔下限", "额度下限", "最低额度", "下限"),
    "max_wan": ("单笔上限", "额度上限", "最高额度", "上限", "额度"),
    "regions": ("投放地区", "地区", "支持地区", "区域"),
    "instruments": ("投资方式", "方式", "融资方式"),
    "requirements": ("准入条件", "条件", "申请条件", "要求"),
    "text": ("说明", "简介", "介绍", "备注"),
    "valid_until": ("有效期至", "有效期", "截止日期"),
    "visibility": ("可见范围", "公开范围"),
}
"""Known headings; the field's own name is one too."""
_ASIDE = re.compile(r"[(\[【（].*?[)\]】）]")
_FIELDS = {normalise(alias): name for name, known in HEADINGS.items() for alias in (name, *known)}


def field_of(heading: str) -> str | None:
    """The field that a heading stands for; None for an unknown one."""
    found = _FIELDS.get(normalise(heading))
    return found or _FIELDS.get(normalise(_ASIDE.sub("", heading)))


def read_mandates(path: Path, chosen: Mapping[str, str]) -> tuple[list[Mandate], MandateReport]:
    """Read a file.

    Args:
        path: csv, xlsx and the importer's other kinds.
        chosen: fields of headings, as a person told them.

    Raises:
        ImportFileError: it cannot be opened.
        MandateFileError: no table has a name, or a chosen column or field is not there.
    """
    report = MandateReport(path.name)
    found: dict[str, Mandate] = {}

    def recognise(heading: str) -> str | None:
        return chosen.get(heading.strip()) or field_of(heading)

    unknown = [f"{heading}={field}" for heading, field in chosen.items() if field not in HEADINGS]
    if unknown:
        raise MandateFileError(
            f"--map 里的 {'、'.join(unknown)} 不是资金的字段；可用的有：{'、'.join(HEADINGS)}。"
        )
    with opened(path, recognise) as source:
        usable = [table for table in source.tables if "name" in map(recognise, table.columns)]
        if not usable:
            there = "、".join(name for table in source.tables for name in table.columns)
            raise MandateFileError(
                f"文件 {path} 里没有认出资金名称的列。文件中的列：{there or '（无）'}。"
                "请用 --map 列名=name 指定。"
            )
        for table in usable:
            columns = {name: recognise(name) for name in table.columns}
            report.columns(columns, is_personal)
            for row in table.rows:
                place = table.place(row.position)
                _take(row, columns, place, found, report)
    return list(found.values()), report


def _take(
    row: Row,
    columns: Mapping[str, str | None],
    place: str,
    found: dict[str, Mandate],
    report: MandateReport,
) -> None:
    report.read += 1
    if row.problem:
        report.reject(place, row.problem)
        return
    cells = {
        heading: cell
        for heading, cell in row.cells.items()
        if cell is not None and columns.get(heading)
    }
    try:
        mandate = _mandate(cells, columns, lambda message: report.warn(place, message))
    except (MandateError, MandateFileError) as error:
        report.reject(place, str(error))
        return
    if mandate.id in found:
        report.reject(place, f"编号“{mandate.id}”在文件里出现了两次，留用前一条")
        return
    for message in unread_parts(mandate):
        report.warn(place, message)
    found[mandate.id] = mandate


def _mandate(
    cells: Mapping[str, Cell], columns: Mapping[str, str | None], warn: Callable[[str], None]
) -> Mandate:
    texts: dict[str, str] = {}
    values: dict[str, Any] = {}
    for heading, cell in cells.items():
        field = columns[heading] or ""
        written = coerce.text(cell)
        if not written or field in texts:
            continue
        texts[field] = written
        if field in _TYPED:
            try:
                values[field] = _TYPED[field](cell, heading)
            except coerce.BadValueError as error:
                warn(f"“{heading}”{error}")
                values[field] = "受限" if field == "visibility" else None
    if not texts.get("name"):
        raise MandateFileError("没有资金名称")
    kind = read_kind(texts.get("kind", "")) or read_kind(texts["name"])
    if kind is None:
        raise MandateFileError(
            f"看不懂资金类型“{texts.get('kind', '')}”，"
            "请写股权投资、科技贷款、知识产权质押融资、融资担保或资助补贴"
        )
    stages = read_stages("；".join(filter(None, (texts.get("stages"), texts.get("readiness")))))
    for part in stages.unread:
        warn(f"看不懂阶段或成熟度“{part}”，没有用上")
    return Mandate(
        id=texts.get("id") or _derived(texts),
        name=texts["name"],
        institution=texts.get("institution", ""),
        kind=kind,
        text=texts.get("text", ""),
        min_trl=stages.min_trl,
        max_trl=stages.max_trl,
        stages=stages.stages,
        industries=read_industries(texts.get("industries", "")),
        keywords=read_list(texts.get("keywords", "")),
        min_wan=values.get("min_wan"),
        max_wan=values.get("max_wan"),
        regions=read_list(texts.get("regions", "")),
        instruments=read_list(texts.get("instruments", "")),
        requirements=read_list(texts.get("requirements", "")),
        valid_until=values.get("valid_until"),
        visibility=values.get("visibility") or "公开",
    )


def _money(cell: Cell, heading: str) -> float | None:
    return coerce.money(cell, unit_wan(heading))


def _last_day(cell: Cell, _heading: str) -> date | None:
    return coerce.day(cell, last_of_month=True)


_TYPED: Mapping[str, Callable[[Cell, str], Any]] = {
    "min_wan": _money,
    "max_wan": _money,
    "valid_until": _last_day,
    "visibility": lambda cell, _heading: coerce.visibility(cell),
}


def _derived(texts: Mapping[str, str]) -> str:
    told: Sequence[str] = (texts["name"], texts.get("institution", ""), texts.get("kind", ""))
    content = "\x1f".join(told).encode("utf-8", "surrogatepass")
    return "F" + hashlib.blake2b(content, digest_size=6).hexdigest()
