"""The mandates that ship as a sample can be read by rule, but for what is left to a person."""

import csv
from pathlib import Path

from matcher.capital.rules import unread_parts
from matcher.capital.types import KINDS, Mandate
from matcher.capital.wording import read_industries, read_kind, read_list, read_stages
from matcher.fields.dates import read_date

SAMPLE = Path(__file__).parents[3] / "service" / "sample" / "mandates.csv"


def rows():
    with SAMPLE.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_mandate_of_the_sample_is_read() -> None:
    kinds, seen = set(), set()
    for row in rows():
        kind = read_kind(row["资金类型"])
        assert kind is not None
        stages = read_stages(f"{row['支持阶段']}；{row['成熟度要求']}")
        assert stages.unread == ()
        assert read_date(row["有效期至"]).state in ("date", "open")
        one = Mandate(
            id=row["资金编号"],
            name=row["资金名称"],
            institution=row["机构名称"],
            kind=kind,
            stages=stages.stages,
            min_trl=stages.min_trl,
            max_trl=stages.max_trl,
            industries=read_industries(row["投向领域"]),
            regions=read_list(row["投放地区"]),
            min_wan=float(row["单笔下限（万元）"]),
            max_wan=float(row["单笔上限（万元）"]),
        )
        assert list(unread_parts(one)) == []
        kinds.add(kind)
        seen.add(one.id)
    assert kinds == set(KINDS)
    assert len(seen) == len(rows()) >= 24


def test_the_sample_has_every_visibility_but_the_restricted_one() -> None:
    assert {row["可见范围"] for row in rows()} == {"公开", "本机构"}
