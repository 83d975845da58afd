import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.batch.plan import Plan
from matcher.batch.tables import Folder
from matcher.errors import BatchError
from matcher.types import Achievement, Need
from tests.batch_jobs import ACHIEVEMENTS, DENSE, HIGH, Dying, change, run, tables
from tests.batch_world import PLAN
from tests.matcher.worlds import NEEDS


def test_the_earlier_job_must_be_one_and_another_one(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="没有批量计算的结果"):
        run(saved, tmp_path / "out", since=tmp_path)
    with pytest.raises(BatchError, match="同一个文件夹"):
        run(saved, tmp_path, since=tmp_path)


def test_a_damaged_table_is_named(saved: Path, tmp_path: Path) -> None:
    run(saved, tmp_path / "old")
    Folder(tmp_path / "old").lists(0).write_bytes(b"PAR1 no more")
    with pytest.raises(BatchError, match=r"part-00000\.parquet 缺失或已损坏"):
        run(saved, tmp_path / "new", since=tmp_path / "old")


CHANGED = [replace(ACHIEVEMENTS[3], text="锂电池低温电解液，零下４０℃可放电。"), ACHIEVEMENTS[5]]
ADDED = [
    Achievement(id="C1", title="水稻病虫害遥感监测", trl=7),
    Achievement(id="C0", title=ACHIEVEMENTS[24].title),
]


@pytest.mark.parametrize("plan", [PLAN, DENSE, replace(DENSE, filters=(HIGH,))])
@pytest.mark.parametrize("removed", [["A09"], [f"B{at:02}" for at in range(0, 28, 2)]])
def test_going_on_from_an_earlier_job_ends_like_a_whole_one(
    saved: Path, tmp_path: Path, plan: Plan, removed: list[str]
) -> None:
    home = shutil.copytree(saved, tmp_path / "home")
    run(home, tmp_path / "old", plan)
    change(home, "achievement", [*CHANGED, *ADDED], removed)
    needs = [
        replace(NEEDS[0], text="要用激光熔覆修复叶片。"),
        *NEEDS[2:],
        Need(id="N9", text="茶叶采摘"),
    ]
    run(home, tmp_path / "whole", plan, needs, stale=["N1", "N9"])
    outcome = run(home, tmp_path / "new", plan, needs, since=tmp_path / "old", stale=["N1", "N9"])
    assert tables(tmp_path / "new") == tables(tmp_path / "whole")
    assert outcome.answered == 8
    assert outcome.searched < 8
    # and on from that one, where nothing has changed
    again = run(home, tmp_path / "last", plan, needs, since=tmp_path / "new", stale=["N1", "N9"])
    assert again.searched == 0
    assert tables(tmp_path / "last") == tables(tmp_path / "whole")


def test_an_unfinished_job_can_be_gone_on_from(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(saved, tmp_path / "old", executor=Dying(2))
    run(saved, tmp_path / "whole")
    outcome = run(saved, tmp_path / "new", since=tmp_path / "old")
    assert (outcome.answered, outcome.searched) == (8, 2)
    assert tables(tmp_path / "new") == tables(tmp_path / "whole")
