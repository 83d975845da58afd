from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from matcher.errors import MatchError
from matcher.types import Achievement, Need
from service.jobs import watch_news
from service.jobs.kinds import Stopped
from service.jobs.watch_news import KIND, look_after_watches
from service.store.people_tables import OrganisationRow, UserRow
from service.store.workbench_tables import NewsRow, WatchRow
from service.web.errors import InvalidError, NotFoundError
from service.workbench import news as news_module
from service.workbench import watches as watches_module
from service.workbench.decision_words import Judgement
from service.workbench.decisions import decide
from service.workbench.news import deliver, digest_of, mark_read, news_of, unread_count
from service.workbench.watches import (
    Watch,
    all_watches,
    check,
    owner_of,
    unwatch,
    watch,
    watch_of,
    watches_of,
)
from service.workbench.webhook import WebhookError
from tests.web.workbench_world import LI, WANG, ZHAO, World, without_key, world_of

GOOD = Achievement(
    id="G1",
    title="发动机叶片抗氧化热障涂层",
    text="叶片在1100℃的燃气中工作，附着力强的热障涂层，寿命2600小时。",
)


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


def test_what_is_there_already_is_no_news(world: World) -> None:
    kept = watch(world.place, LI, "N1", 0.3)
    assert kept.checked_at is not None
    assert check(world.place, kept) == []
    assert news_of(world.place, LI) == []
    assert unread_count(world.place, LI) == {}


def test_a_news_item_comes_once(world: World) -> None:
    kept = watch(world.place, LI, "N1", 0.6)
    world.put(GOOD)
    assert check(world.place, kept) == ["G1"]
    assert check(world.place, kept) == []
    (one,) = news_of(world.place, LI, kept.id)
    assert (one.achievement, one.title, one.read_at) == ("G1", GOOD.title, None)
    assert one.score >= 0.6
    world.put(replace(GOOD, trl=7))
    assert check(world.place, kept) == []
    assert unread_count(world.place, LI) == {kept.id: 1}
    assert mark_read(world.place, LI, kept.id) == 1
    assert mark_read(world.place, LI, kept.id) == 0
    assert news_of(world.place, LI, unread=True) == []
    assert len(news_of(world.place, LI)) == 1


def test_a_look_that_was_beaten_to_it_tells_nothing_twice(world: World) -> None:
    kept = watch(world.place, LI, "N1", 0.6)
    world.put(GOOD)
    found = watches_module._found(world.place, LI, kept)
    assert check(world.place, kept) == ["G1"]
    assert watches_module._keep(world.place, kept, found) == []
    unwatch(world.place, LI, kept.id)
    assert watches_module._keep(world.place, kept, found) == []


def test_only_matches_at_the_threshold_are_told(world: World) -> None:
    kept = watch(world.place, LI, "N1", 0.999)
    world.put(replace(GOOD, title="", text="玉米秸秆还田"))
    assert check(world.place, kept) == []
    with pytest.raises(InvalidError, match="门槛"):
        watch(world.place, LI, "N1", 1.0)


def test_many_matches_are_all_told_of_a_few_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches_module, "AT_ONCE", 2)
    kept = watch(world.place, LI, "N1", 0.6)
    with world.place.store.importing("achievement", "test") as batch:
        for at in range(5):
            batch.put(replace(GOOD, id=f"G{at}", price_wan=float(at + 1)))
    world.place.catch_up()
    assert sorted(check(world.place, kept)) == [f"G{at}" for at in range(5)]


def test_what_was_decided_on_is_no_news(world: World) -> None:
    kept = watch(world.place, LI, "N1", 0.6)
    world.put(GOOD)
    decide(world.place, WANG, "N1", "G1", Judgement(verdict="rejected", reasons=("太早",)))
    assert check(world.place, kept) == []


def test_a_hidden_record_is_news_once_it_is_granted(world: World) -> None:
    kept = watch(world.place, LI, "N1", 0.6)
    secret = replace(GOOD, id="3:S1", visibility="受限")
    world.put(secret, holder=3)
    assert check(world.place, kept) == []
    world.grant("achievement", "3:S1", 2)
    assert check(world.place, kept) == ["3:S1"]
    world.put(replace(secret, visibility="本机构"), holder=3)
    assert news_of(world.place, LI) == []
    assert unread_count(world.place, LI) == {}
    assert digest_of(world.place, LI).count == 0


def test_a_need_that_is_hidden_or_withdrawn_gives_no_more_news(world: World) -> None:
    need = Need(id="3:M1", title="涂层", text="附着力强的热障涂层")
    world.put(need, holder=3)
    kept = watch(world.place, LI, "3:M1", 0.3)
    world.put(replace(need, visibility="本机构"), holder=3)
    world.put(GOOD)
    assert check(world.place, kept) == []
    assert watches_of(world.place, LI) == []
    with pytest.raises(NotFoundError):
        watch(world.place, LI, "3:M1", 0.3)


@pytest.mark.parametrize("table", [UserRow, OrganisationRow])
def test_who_may_not_sign_in_is_told_nothing(world: World, table: Any) -> None:
    kept = watch(world.place, LI, "N1", 0.6, "https://hooks.example.org/x")
    with world.place.store.writing() as (connection, _transaction, _revision):
        connection.execute(update(table).where(table.id == 2).values(active=False))
    world.put(GOOD)
    assert owner_of(world.place, kept) is None
    assert check(world.place, kept) == []
    assert deliver(world.place, kept) == 0


def test_without_an_index_the_first_look_comes_later(world: World) -> None:
    made, world.place._matcher = world.place._matcher, None
    kept = watch(world.place, LI, "N1", 0.3)
    assert kept.checked_at is None
    world.place._matcher = made
    assert check(world.place, kept) == []
    assert watch_of(world.place, LI, kept.id).checked_at is not None
    assert news_of(world.place, LI) == []


def test_a_watch_is_its_owners_alone(world: World) -> None:
    kept = watch(world.place, LI, "N1", 0.6)
    world.put(GOOD)
    check(world.place, kept)
    for other in (WANG, ZHAO):
        assert watches_of(world.place, other) == []
        assert news_of(world.place, other) == []
        for refused in (
            lambda who=other: watch_of(world.place, who, kept.id),
            lambda who=other: unwatch(world.place, who, kept.id),
            lambda who=other: news_of(world.place, who, kept.id),
            lambda who=other: mark_read(world.place, who, kept.id),
        ):
            with pytest.raises(NotFoundError):
                refused()
    unwatch(world.place, LI, kept.id)
    with world.place.store.reading() as connection:
        assert connection.execute(select(NewsRow.__table__)).all() == []
        assert connection.execute(select(WatchRow.__table__)).all() == []


def test_watching_again_changes_the_watch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = watch(world.place, LI, "N1", 0.6)
    again = watch(world.place, LI, "N1", 0.8, "https://hooks.example.org/x")
    assert (again.id, again.threshold) == (first.id, 0.8)
    assert len(watches_of(world.place, LI)) == 1
    with pytest.raises(InvalidError, match="webhook"):
        watch(world.place, LI, "N2", 0.6, "http://plain.example.org")
    monkeypatch.setattr(watches_module, "MOST_WATCHES", 1)
    with pytest.raises(InvalidError, match="最多保存 1 条"):
        watch(world.place, LI, "N2", 0.6)


def test_a_digest_tells_unread_news_by_need(world: World) -> None:
    first, second = (watch(world.place, LI, id_, 0.6) for id_ in ("N1", "N2"))
    world.put(replace(GOOD, title="涂层\n\n【假冒】", id="2:G1"), holder=2)
    world.put(Achievement(id="G2", text="园区污水厂出水总氮偏高，占地小、低温下仍能脱氮的工艺。"))
    assert check(world.place, first) == ["2:G1"]
    assert check(world.place, second) == ["G2"]
    made = digest_of(world.place, LI)
    assert made.count == 2
    text = made.as_text()
    assert "您关注的 2 条需求有 2 条新匹配" in text
    assert "\n  1. 涂层 【假冒】（G1）" in text
    assert "【N1】发动机叶片抗氧化涂层（匹配度不低于 0.60）" in text
    shaped = made.as_json()
    assert [one["need"] for one in shaped["needs"]] == ["N2", "N1"]
    assert shaped["needs"][0]["news"][0]["achievement"] == "G2"
    mark_read(world.place, LI, second.id, ["G2"])
    assert digest_of(world.place, LI).count == 1
    assert "没有新的匹配" in digest_of(world.place, ZHAO).as_text()


def _counts(**told: int) -> dict[str, int]:
    nothing = {"watches": 2, "unread": 0, "found": 0, "sent": 0, "failed": 0, "postponed": 0}
    return {**nothing, **told}


def test_a_need_that_cannot_be_read_stops_nobody_elses_watch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = watch(world.place, LI, "N1", 0.6)
    watch(world.place, ZHAO, "N1", 0.6)
    world.put(GOOD)

    def look(place: Any, one: Watch) -> list[str]:
        if one.id == broken.id:
            raise MatchError("这条需求没有内容。")
        return check(place, one)

    monkeypatch.setattr(watch_news, "check", look)
    told = look_after_watches(world.place, {}, lambda _share: None, lambda: False)
    assert told == _counts(unread=1, found=1)


def test_the_job_sends_news_once_and_tries_what_failed_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    fails = [True]

    def send(url: str, body: dict[str, Any], *, allow_private: bool) -> None:
        assert (url, allow_private) == ("https://hooks.example.org/x", False)
        if fails.pop() if fails else False:
            raise WebhookError("连接失败")
        sent.append(body)

    monkeypatch.setattr(news_module, "send", send)
    watch(world.place, LI, "N1", 0.6, "https://hooks.example.org/x")
    watch(world.place, ZHAO, "N1", 0.6)
    world.put(GOOD)
    shares: list[float] = []
    run = [look_after_watches(world.place, {}, shares.append, lambda: False) for _round in range(3)]
    assert run[0] == _counts(found=2, failed=1)
    assert run[1] == _counts(sent=1)
    assert run[2] == _counts()
    assert shares[:2] == [0.5, 1.0]
    assert [one["needs"][0]["news"][0]["achievement"] for one in sent] == ["G1"]
    assert len(news_of(world.place, LI, unread=True)) == 1
    with pytest.raises(Stopped):
        KIND.run(world.place, {}, shares.append, lambda: True)
    assert len(all_watches(world.place)) == 2


def test_the_api_watches_reads_and_gives_up(world: World) -> None:
    api = world.comes(LI)
    made = api.post("/api/v1/watches", json={"need": "N1", "threshold": 0.6})
    assert made.status_code == 200, made.text
    path = f"/api/v1/watches/{made.json()['id']}"
    world.put(GOOD)
    assert api.post(f"{path}/check").json() == {"count": 1}
    (one,) = api.get("/api/v1/watches").json()
    assert (one["unread"], one["title"]) == (1, "发动机叶片抗氧化涂层")
    assert [new["achievement"] for new in api.get(f"{path}/news").json()] == ["G1"]
    assert api.get("/api/v1/digest").json()["count"] == 1
    text = api.get("/api/v1/digest", params={"format": "text"})
    assert text.headers["content-type"].startswith("text/plain")
    assert "G1" in text.text
    assert api.post(f"{path}/read", json={"achievements": ["G1"]}).json() == {"count": 1}
    assert api.get(f"{path}/news", params={"unread": True}).json() == []
    assert world.comes(ZHAO).get(f"{path}/news").status_code == 404
    assert world.comes(ZHAO).post(f"{path}/check").status_code == 404
    assert world.comes(without_key(LI)).delete(path).status_code == 403
    assert world.comes(LI).delete(path).status_code == 204
    assert api.delete(path).status_code == 404
    for body in ({"need": "N1", "threshold": 2}, {"need": "N1", "webhook": "http://x.org"}):
        assert api.post("/api/v1/watches", json=body).status_code == 422
    assert api.post("/api/v1/watches", json={"need": "nowhere"}).status_code == 404
