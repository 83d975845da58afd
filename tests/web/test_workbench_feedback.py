import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from matcher.evaluation import resampling
from matcher.memory.folder import MODEL
from matcher.types import Achievement, Need
from service.settings import Home
from service.store.store import Store
from service.store.tables import AchievementRow
from service.store.workbench_tables import DecisionRow
from service.training import feedback
from service.training.errors import FeedbackError
from service.training.feedback import PREVIOUS, SURE, graded, is_better, read_feedback
from service.workbench.decision_words import REASONS
from tests.service_parts import Caller, CharParts
from tests.web.workbench_world import settle

TOPICS = (
    "热障涂层",
    "低温脱氮",
    "保鲜薄膜",
    "激光熔覆",
    "秸秆还田",
    "焊缝检测",
    "余热回收",
    "井下定位",
    "血糖监测",
    "船舶减阻",
    "陶瓷滤芯",
    "钢轨打磨",
)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def decision(need: int, offer: int, **said: Any) -> dict[str, Any]:
    plain = {"verdict": "", "level": None, "reasons": [], "note": "", "status": ""}
    about = {"need": f"N{need}", "achievement": f"A{offer}", "organisation_id": 2, "user_id": 2}
    kept = {"fingerprint": "", "model": "", "version": 1, "created_at": NOW, "updated_at": NOW}
    return {**plain, **about, **kept, **said}


@pytest.fixture
def store(tmp_path: Path, empty_database: bytes) -> Iterator[Store]:
    home = Home(tmp_path / "home")
    home.prepare()
    home.database.write_bytes(empty_database)
    with Store.open(home.database) as found:
        settle(found)
        with found.importing("need", "test") as batch:
            for at, topic in enumerate(TOPICS):
                batch.put(Need(id=f"N{at}", title=f"寻求{topic}", text=f"我公司需要{topic}。"))
        with found.importing("achievement", "test") as batch:
            for at, topic in enumerate(TOPICS):
                batch.put(Achievement(id=f"A{at}", title=f"{topic}设备", text=f"一种{topic}。"))
        yield found


def keep(store: Store, rows: list[dict[str, Any]]) -> None:
    with store.writing() as (connection, _transaction, _revision):
        connection.execute(delete(DecisionRow))
        connection.execute(insert(DecisionRow), rows)


def every_pair(count: int = 12) -> list[dict[str, Any]]:
    """The same topic is accepted, the next ones are rejected because of the technology."""
    rows = []
    for need in range(count):
        rows.append(decision(need, need, verdict="accepted", level=4))
        for step in range(1, 5):
            rejected = decision(need, (need + step) % 12, verdict="rejected", reasons=["指标不达"])
            rows.append(rejected)
    return rows


@given(
    st.sampled_from(["accepted", "rejected", ""]),
    st.sampled_from([None, 1, 2, 3, 4]),
    st.sets(st.sampled_from(REASONS)),
)
def test_what_a_decision_says_of_the_fit(
    verdict: str, level: int | None, reasons: set[str]
) -> None:
    found = graded(verdict, level, sorted(reasons))
    technical = bool({"技术质疑", "指标不达"} & reasons)
    if level:
        assert found == level
    elif verdict == "accepted":
        assert found == 3
    elif verdict == "rejected" and technical:
        assert found == 2
    else:
        assert found is None


def test_decisions_become_labelled_pairs(store: Store) -> None:
    rows = every_pair()
    rows.append(decision(0, 9, verdict="rejected", reasons=["不符战略"]))
    rows.append(decision(1, 9, note="没有结论"))
    rows.append(decision(0, 0, verdict="accepted", organisation_id=3, user_id=4))
    keep(store, rows)
    found = read_feedback(store)
    assert (found.decisions, found.organisations, found.silent, found.gone) == (62, 2, 1, 0)
    assert len(found.labels) == 61
    assert sorted({int(one.level) for one in found.labels}) == [2, 3, 4]
    needs = [one.need_id for one in found.labels]
    assert len(dict.fromkeys(needs)) == 12
    assert all(one.need.id == "" and one.achievement.id == "" for one in found.labels)


def test_what_was_withdrawn_teaches_nothing(store: Store) -> None:
    keep(store, every_pair())
    with store.writing() as (connection, _transaction, _revision):
        gone = update(AchievementRow).where(AchievementRow.id == "A0")
        connection.execute(gone.values(withdrawn=True))
    found = read_feedback(store)
    assert (len(found.labels), found.gone) == (55, 5)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (every_pair()[:49], "49 对、10 条需求"),
        ([decision(at % 9, at // 9, level=1 + at % 4) for at in range(81)], "9 条需求"),
        ([decision(at // 5, at % 5, level=4) for at in range(60)], "不合适 0 对"),
        ([decision(0, 1, verdict="rejected", reasons=["太早"])], "另有 1 条的原因与技术无关"),
        ([decision(0, 99, level=2)], "1 条的记录已撤回"),
    ],
)
def test_too_few_decisions_are_told_with_what_is_wanted(
    store: Store, rows: list[dict[str, Any]], told: str
) -> None:
    keep(store, rows)
    with pytest.raises(FeedbackError, match=told) as error:
        read_feedback(store)
    assert "至少要 10 条需求、50 对" in str(error.value)


def card(**figures: tuple[float, float | None]) -> dict[str, Any]:
    said = {name: {"value": value, "p": p} for name, (value, p) in figures.items()}
    return {"cross_validation": {"need": {"difference": said}}}


def test_only_what_is_surely_better_is_better() -> None:
    sure, unsure = SURE / 2, SURE
    assert is_better(card(ndcg=(0.1, sure)))
    assert is_better(card(ndcg=(0.0, 1.0), mae=(-0.1, sure)))
    assert not is_better(card(ndcg=(0.1, unsure), mae=(-0.1, unsure)))
    assert not is_better(card(ndcg=(0.1, sure), mae=(0.1, sure)))
    assert not is_better(card(ndcg=(-0.1, sure)))
    assert not is_better(card(ndcg=(0.1, None), mae=(0.0, 0.0)))


@pytest.fixture
def duijie(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Caller:
    monkeypatch.setattr(resampling, "ROUNDS", 200)
    return Caller(Home(tmp_path / "home"), monkeypatch, CharParts())


def test_a_better_model_is_put_in_place_and_the_one_before_is_kept(
    duijie: Caller, store: Store, tmp_path: Path
) -> None:
    keep(store, every_pair())
    out = tmp_path / "模型"
    told = duijie.document("train", "fit", "--from-feedback", "--out", out)
    assert (told["installed"], told["previous"]) == (True, None)
    assert told["feedback"] == {"decisions": 60, "organisations": 1, "silent": 0, "gone": 0}
    first = (out / MODEL).read_bytes()
    assert json.loads(first)["card"]["pairs"] == 60
    assert duijie("train", "fit", "--from-feedback", "--out", out) == 0, duijie.err
    before = out.with_name(out.name + PREVIOUS)
    assert f"原来的模型在 {before}" in duijie.out
    assert json.loads((before / MODEL).read_bytes())["card"] == json.loads(first)["card"]
    pairs = tmp_path / "对.jsonl"
    row = {"need_title": "寻求热障涂层", "achievement_title": "热障涂层设备"}
    empty = {"need_text": "", "achievement_text": ""}
    pairs.write_text(json.dumps({**row, **empty}, ensure_ascii=False), "utf-8")
    scores = tmp_path / "分.jsonl"
    assert duijie("score", pairs, "--model", before, "--out", scores) == 0, duijie.err


def test_a_model_that_is_not_better_changes_nothing(
    duijie: Caller, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, every_pair())
    monkeypatch.setattr(feedback, "is_better", lambda card: False)
    out = tmp_path / "模型"
    assert duijie("train", "fit", "--from-feedback", "--out", out) == 0, duijie.err
    assert "没有确实变好" in duijie.out
    assert not out.exists()
    assert duijie.document("train", "fit", "--from-feedback", "--out", out)["installed"] is False


def test_where_to_learn_from_is_said_once(duijie: Caller, store: Store, tmp_path: Path) -> None:
    out = tmp_path / "m"
    assert duijie("train", "fit", "--out", out) == 2
    assert "--from-feedback" in duijie.err
    both = ("--pairs", tmp_path / "x.csv", "--from-feedback")
    assert duijie("train", "fit", *both, "--out", out) == 2
    keep(store, every_pair()[:3])
    assert duijie("train", "fit", "--from-feedback", "--out", out) == 2
    assert "还不够" in duijie.err
    assert not out.exists()
