from dataclasses import replace

import pytest

from matcher.types import Achievement, Need
from service.access.sight import hidden_ids
from service.errors import MergeError
from service.store.merges import Merges, Proposal
from service.store.people_tables import GrantRow
from service.web.errors import ForbiddenError
from tests.web.access_world import World

TEXT = "需要在高温下工作的耐磨涂层，寿命不少于两千小时。"
NEEDS = [
    Need(id=f"W-{visibility}", title="耐磨涂层", text=TEXT, visibility=visibility)  # type: ignore[arg-type]
    for visibility in ("公开", "本机构", "受限")
]


@pytest.fixture
def held(world: World) -> World:
    """甲厂 holds a need of each visibility."""
    world.put("wang", "need", *NEEDS)
    return world


def seen(world: World, login: str) -> set[str]:
    with world.store.reading() as connection:
        hidden = hidden_ids(connection, "need", world.caller(login))
    return {one.id.removeprefix("W-") for one in NEEDS if one.id not in hidden}


def address(id_: str = "W-受限") -> str:
    return f"/api/v1/needs/{id_}/grants"


EVERYTHING = {"公开", "本机构", "受限"}


def test_each_visibility_is_seen_by_who_may(held: World) -> None:
    assert {
        login: seen(held, login) for login in ("wang", "qian", "admin", "zhao", "li", "sun")
    } == {
        "wang": EVERYTHING,
        "qian": EVERYTHING,
        "admin": EVERYTHING,
        "zhao": {"公开"},
        "li": {"公开"},
        "sun": {"公开"},
    }


def test_an_admins_key_without_the_scope_does_not_see_what_is_hidden(held: World) -> None:
    weak = replace(held.caller("admin"), scopes=frozenset({"read"}))
    with held.store.reading() as connection:
        assert hidden_ids(connection, "need", weak) == {"W-本机构", "W-受限"}


def test_what_the_platform_holds_for_itself_is_seen_by_admins_alone(held: World) -> None:
    held.put("admin", "need", replace(NEEDS[1], id="P1"), replace(NEEDS[2], id="P2"))
    with held.store.reading() as connection:
        hidden = {
            one: hidden_ids(connection, "need", held.caller(one)) for one in ("wang", "admin")
        }
    assert hidden == {"wang": {"P1", "P2"}, "admin": frozenset()}


def test_a_grant_shows_a_restricted_record_to_one_more_organisation(held: World) -> None:
    wang = held.browser("wang")
    answer = wang.post(address(), json={"organisation": "丙中心"})
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert [one["organisation"] for one in items] == ["丙中心"]
    assert wang.get(address()).json()["items"] == items
    assert seen(held, "li") == {"公开", "受限"}
    assert seen(held, "zhao") == {"公开"}
    number = items[0]["organisation_id"]
    assert wang.delete(f"{address()}/{number}").json()["items"] == []
    assert seen(held, "li") == {"公开"}
    for action in ("grant", "ungrant"):
        (entry,) = held.audited(action)
        assert (entry.kind, entry.record_id) == ("need", "W-受限")
        assert entry.detail == {"organisation": number}


def test_granting_twice_and_taking_back_twice_change_nothing_more(held: World) -> None:
    wang = held.browser("wang")
    first = wang.post(address(), json={"organisation": " 丙中心 "}).json()
    assert wang.post(address(), json={"organisation": "丙中心"}).json() == first
    assert len(held.audited("grant")) == 1
    number = first["items"][0]["organisation_id"]
    for _ in range(2):
        assert wang.delete(f"{address()}/{number}").json() == {"items": []}


def test_only_the_holder_and_the_admin_grant(held: World) -> None:
    given = {"organisation": "丁会"}
    assert held.browser("admin").post(address(), json=given).status_code == 200
    assert held.browser("qian").post(address(), json=given).status_code == 200
    for login, id_, status in (
        ("zhao", "W-受限", 404),  # hidden, and told as absent
        ("sun", "W-受限", 403),  # may see it, and does not hold it
        ("zhao", "W-公开", 403),
        ("wang", "W-absent", 404),
    ):
        browser = held.browser(login)
        answers = [
            browser.get(address(id_)),
            browser.post(address(id_), json=given),
            browser.delete(f"{address(id_)}/1"),
        ]
        assert [one.status_code for one in answers] == [status] * 3, login
    absent = held.browser("zhao").get(address("W-absent")).json()["error"]["message"]
    hidden = held.browser("zhao").get(address()).json()["error"]["message"]
    assert hidden.replace("W-受限", "") == absent.replace("W-absent", "")
    assert held.program("wang", "read").post(address(), json=given).status_code == 403


def test_what_cannot_be_granted_is_told(held: World) -> None:
    wang = held.browser("wang")
    assert wang.post(address("W-公开"), json={"organisation": "丁会"}).status_code == 409
    assert wang.post(address("W-本机构"), json={"organisation": "丁会"}).status_code == 409
    assert wang.post(address(), json={"organisation": "没有的"}).status_code == 404
    assert wang.delete(f"{address()}/999").status_code == 404


def test_a_grant_on_a_private_record_shows_nothing(held: World) -> None:
    """It may be left from when the record was 受限."""
    with held.store.writing() as (connection, _, _):
        li = held.caller("li").organisation_id
        row = {"kind": "need", "record_id": "W-本机构", "organisation_id": li}
        connection.execute(GrantRow.__table__.insert().values(**row))
    assert seen(held, "li") == {"公开"}


# What is merged is shown as one: only what the same people may see may be merged.

A = Achievement(id="A", title="叶片热障涂层", text="等离子喷涂的双层涂层，耐一千一百度。")
B = replace(A, id="B", text="")


def merged(world: World, one: str, other: str) -> Merges:
    merges = Merges(world.store)
    found = Proposal(one, other, 0.99, ("标题相同",))
    merges.propose("achievement", [found])
    merges.merge("achievement", [one.number for one in merges.listed("achievement")], "某人")
    return merges


@pytest.mark.parametrize(
    ("first", "second", "fine"),
    [
        (("wang", "公开"), ("zhao", "公开"), True),
        (("wang", "本机构"), ("qian", "本机构"), True),
        (("wang", "受限"), ("qian", "受限"), True),
        (("wang", "公开"), ("wang", "本机构"), False),
        (("wang", "公开"), ("zhao", "本机构"), False),
        (("wang", "本机构"), ("zhao", "本机构"), False),
        (("wang", "本机构"), ("wang", "受限"), False),
        (("wang", "受限"), ("zhao", "受限"), False),
        (("admin", "公开"), ("wang", "本机构"), False),
        (("admin", "本机构"), ("admin", "本机构"), True),
    ],
)
def test_only_what_the_same_people_may_see_is_merged(
    world: World, first: tuple[str, str], second: tuple[str, str], fine: bool
) -> None:
    for (login, visibility), record in ((first, A), (second, B)):
        world.put(login, "achievement", replace(record, visibility=visibility))
    pair = [("A", "B")]
    assert Merges(world.store).alike("achievement", pair) == (set(pair) if fine else set())
    if fine:
        merged(world, "A", "B")
        assert world.store.get("achievement", "B") == world.store.get("achievement", "A")
        return
    with pytest.raises(MergeError, match="公开范围"):
        merged(world, "A", "B")
    second_record = world.store.get("achievement", "B")
    assert second_record is not None
    assert second_record.text == ""


def test_restricted_records_merge_when_granted_alike_and_are_granted_as_one(world: World) -> None:
    for record in (A, B):
        world.put("wang", "achievement", replace(record, visibility="受限"))
    wang = world.browser("wang")
    base = "/api/v1/achievements"
    wang.post(f"{base}/A/grants", json={"organisation": "丙中心"})
    with pytest.raises(MergeError):
        merged(world, "A", "B")
    wang.post(f"{base}/B/grants", json={"organisation": "丙中心"})
    merged(world, "A", "B")
    answer = wang.post(f"{base}/A/grants", json={"organisation": "丁会"})
    assert [one["organisation"] for one in answer.json()["items"]] == ["丁会", "丙中心"]
    assert wang.get(f"{base}/B/grants").json() == answer.json()
    with world.store.reading() as connection:
        assert hidden_ids(connection, "achievement", world.caller("sun")) == frozenset()


@pytest.mark.parametrize("which", [A, B])
def test_a_change_of_visibility_takes_merged_records_apart(
    world: World, which: Achievement
) -> None:
    for record in (A, B):
        world.put("wang", "achievement", record)
    merges = merged(world, "A", "B")
    revision = world.store.last_revision("achievement")
    world.put("wang", "achievement", replace(which, visibility="本机构"))
    assert [world.store.get("achievement", id_).text for id_ in "AB"] == [A.text, ""]  # type: ignore[union-attr]
    changed = {id_ for _, id_, _ in world.store.changes_since("achievement", revision)}
    assert changed == {"A", "B"}  # the index must show both anew
    assert [one.state for one in merges.listed("achievement")] == ["proposed"]


def test_a_change_that_leaves_the_audience_alone_leaves_the_merge(world: World) -> None:
    for record in (A, B):
        world.put("wang", "achievement", record)
    merges = merged(world, "A", "B")
    world.put("wang", "achievement", replace(B, region="江苏省苏州市"))
    assert [one.state for one in merges.listed("achievement", ("merged",))] == ["merged"]


def test_the_search_for_duplicates_passes_over_what_differs_in_audience(world: World) -> None:
    from service.duplicates import find_duplicates

    title, text = (
        "反应釜防爆在线监测装置",
        "在线监测反应釜内压力温度，超限时自动泄压并报警，响应不超过一秒。" * 3,
    )
    one = Achievement(id="D1", title=title, text=text, owner="东澜理工大学")
    world.put("wang", "achievement", one, replace(one, id="D2", region="江苏省"))
    world.put("zhao", "achievement", replace(one, id="D3", region="浙江省", visibility="本机构"))
    found = find_duplicates(world.store, "achievement", ["D1", "D2", "D3"], merge=True)
    assert found.ids == {"D1", "D2"}
    assert world.store.get("achievement", "D3").id == "D3"  # type: ignore[union-attr]


def test_the_holders_own_key_with_write_grants(held: World) -> None:
    answer = held.program("wang", "read", "write").post(address(), json={"organisation": "丁会"})
    assert answer.status_code == 200
    assert held.audited("grant")[0].detail["key"] == 1


def test_the_rule_is_the_same_below_the_routes(held: World) -> None:
    from service.access.grants import granted

    with pytest.raises(ForbiddenError):
        granted(held.store, held.caller("zhao"), "need", "W-公开")
