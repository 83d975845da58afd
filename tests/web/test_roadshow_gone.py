"""What was chosen, or heard, and is then hidden: nothing of it is told any more, by any way."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pdfplumber
import pytest
from docx import Document
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from matcher.types import Achievement, Need
from tests.web.pages_world import whole
from tests.web.roadshow_world import AGENDA, API, PLAN, done, selected, stage_world
from tests.web.workbench_world import LI, ZHAO, World

OWNER, ASKING = "云岭涂层研究所", "河湾动力公司"
OFFER = Achievement(
    id="2:H",
    title="叶片秘密涂层",
    text="叶片热障涂层，附着力强。",
    owner=OWNER,
    region="贵州省贵阳市",
)
ASKED = Need(id="2:N", title="燃机叶片涂层", text="需要附着力强的叶片涂层。", organisation=ASKING)
SECRETS = (OWNER, ASKING, "秘密", "热障涂层，附着力强", "燃机叶片", "贵州")
FORCED = (
    PLAN.replace("[candidates]", '[candidates]\nmust = ["2:H"]')
    + '\n[[quota]]\ndimension = "地区"\nvalue = "*"\nmost = 2\n'
    + AGENDA.replace("tables = 3", 'tables = 1\nmeetings_to = "13:50"\nmost_meetings = 1')
)
FILES = (
    "booklet.pdf",
    "booklet.docx",
    "invitations.xlsx",
    "agenda.xlsx",
    "agenda.ics",
    "audit.xlsx",
)


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with stage_world(app) as found:
        found.put(OFFER, 2)
        found.put(ASKED, 2)
        yield found


def hide(world: World) -> None:
    world.put(replace(OFFER, visibility="本机构"), 2)
    world.put(replace(ASKED, visibility="本机构"), 2)


def read(content: bytes, name: str) -> str:
    """The words of a file."""
    if name.endswith(".xlsx"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(one).to_python() for one in book.sheet_names]
        return "\n".join(str(cell) for sheet in sheets for row in sheet for cell in row)
    if name.endswith(".docx"):
        document = Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*cells, *(one.text for one in document.paragraphs)])
    if name.endswith(".pdf"):
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            return "".join(page.extract_text() for page in pdf.pages).replace("\n", "")
    return content.replace(b"\r\n ", b"").decode()


def told(world: World, path: str) -> dict[str, str]:
    """Everything that can be had of a roadshow, by the way."""
    page = "/roadshows/" + path.rpartition("/")[2]
    found = {one: whole(world.client, page + one).text for one in ("", "/agenda", "/screen")}
    # The plan itself names the ids that its people wrote into it, nothing else.
    for below in ("/result", "/agenda"):
        found[f"api{below}"] = world.client.get(path + below).text
    for name in FILES:
        answer = world.client.get(f"{path}/files/{name}")
        assert answer.status_code == 200, answer.text
        found[name] = read(answer.content, name)
    return found


def arranged(world: World) -> str:
    path = selected(world, FORCED)
    assert done(world, world.client.post(f"{path}/agenda", json={}))["state"] == "done"
    return path


def missing(world: World, path: str, party: str) -> dict[str, object]:
    return done(world, world.client.post(f"{path}/agenda", json={"absent": party}))


def test_nothing_of_what_was_hidden_is_told_by_any_way(world: World) -> None:
    path = arranged(world)
    agenda = world.client.get(f"{path}/agenda").json()["agenda"]
    assert any(OWNER in one["text"] or ASKING in one["text"] for one in agenda["unmet"])
    others = {one["host"] for one in agenda["requests"].values()} - {OWNER}
    assert missing(world, path, next(iter(others)))["state"] == "done"
    before = told(world, path)
    for way in ("", "/agenda", "api/result", "api/agenda", *FILES):
        assert OWNER in before[way], way
    for way in ("", "/agenda", "api/agenda", "agenda.xlsx", "agenda.ics", "booklet.docx"):
        assert ASKING in before[way], way
    assert "贵州" in before["audit.xlsx"]
    hide(world)
    for way, words in told(world, path).items():
        for secret in SECRETS:
            assert secret not in words, (way, secret)
    world.put(OFFER, 2)
    world.put(ASKED, 2)
    assert told(world, path).keys() == before.keys()
    assert OWNER in world.client.get(f"{path}/agenda").text


def test_quotas_count_only_what_is_seen_and_it_is_said(world: World) -> None:
    path = selected(world, FORCED)
    before = world.client.get(f"{path}/result").json()
    assert OWNER in {one["value"] for one in before["quotas"]}
    assert before["notes"] == []
    hide(world)
    after = world.client.get(f"{path}/result").json()
    kept = [one for one in before["quotas"] if one["value"] not in (OWNER, "贵州省")]
    assert after["quotas"] == kept
    assert (after["value"], after["bound"]) == (before["value"], before["bound"])
    assert [one["drop"] for one in after["chosen"]] == [one["drop"] for one in before["chosen"]]
    assert "有 1 项成果、1 条需求撤回了或不再公开" in after["notes"][0]
    assert "请重新选" in after["notes"][0]
    assert "1 项成果、1 条需求" in whole(world.client, f"/roadshows/{path.rpartition('/')[2]}").text


def test_reasons_are_those_of_the_list_or_none(world: World) -> None:
    text = (
        "叶片在1100℃的燃气中工作。附着力强的热障涂层，寿命不少于2000小时。需要附着力强的叶片涂层。"
    )
    second = Achievement(id="2:I", title="发动机叶片抗氧化涂层", text=text, owner=OWNER)
    third = Achievement(id="2:J", title="发动机叶片涂层", text=text[:40], owner="溪谷大学")
    world.put(second, 2)
    world.put(third, 2)
    path = selected(world, FORCED.replace("most = 2", "most = 1", 1))

    def rejected() -> dict[str, dict[str, object]]:
        found = world.client.get(f"{path}/result").json()
        assert {one["id"] for one in found["chosen"]} == {"2:H", "2:J"}
        return {one["id"]: one for one in found["rejected"]}

    before = rejected()
    assert f"单位“{OWNER}”至多 1 项" in str(before["2:I"]["text"])
    hide(world)  # 2:H holds the one place of its owner, as it did when the list was chosen
    assert rejected() == before
    world.put(replace(second, visibility="本机构"), 2)
    after = rejected()["2:I"]
    assert (after["rules"], after["cause"]) == ([], "quota")
    assert OWNER not in str(after)
    assert rejected()["A2"] == before["A2"]
    world.put(replace(third, visibility="本机构"), 2)
    assert {one["swap"] for one in rejected().values()} == {"2:J"}
    for one in rejected().values():
        assert (one["rules"], "请重新选" in str(one["text"])) == ([], True)


@pytest.mark.parametrize("how", ["hidden", "withdrawn"])
def test_questions_about_other_lists_wait_for_a_new_choice(world: World, how: str) -> None:
    path = selected(world, PLAN)
    number = path.rpartition("/")[2]
    result = world.client.get(f"{path}/result").json()
    (gone, *_), out = (one["id"] for one in result["chosen"]), result["rejected"][0]["id"]
    record = world.place.store.get("achievement", gone)
    if how == "hidden":
        world.put(replace(record, visibility="本机构"))
    else:
        world.place.store.withdraw("achievement", [gone])
        world.place.catch_up()
    for id_ in (out, gone):
        answer = world.client.get(f"{path}/why-not", params={"id": id_})
        assert answer.status_code == 409
        assert "请先重新选" in answer.json()["error"]["message"]
    assert world.client.get(f"{path}/why-not", params={"id": "NO"}).status_code == 404
    for below in (f"/why?id={out}", "/try?strong=9"):
        page = whole(world.client, f"/roadshows/{number}{below}")
        assert page.status_code == 409
        assert "请先重新选" in page.text
    assert done(world, world.client.post(f"{path}/select"))["state"] == "done"
    assert world.client.get(f"{path}/why-not", params={"id": out}).status_code in (200, 404)
    assert world.client.get(f"{path}/result").json()["notes"] == []


def test_a_timetable_is_not_made_with_who_is_gone(world: World) -> None:
    path = selected(world, FORCED)
    hide(world)
    invited = world.client.get(f"{path}/agenda").json()["invitations"]["items"]
    assert invited
    assert not {"2:H", "2:N"} & {one[key] for one in invited for key in ("entrant", "invitee")}
    job = done(world, world.client.post(f"{path}/agenda", json={}))
    assert job["state"] == "failed"
    assert "请先重新选" in job["error"]


def test_who_is_hidden_may_still_be_reported_missing(world: World) -> None:
    path = arranged(world)
    hide(world)
    agenda = world.client.get(f"{path}/agenda").json()["agenda"]
    (alias,) = {one["host"] for one in agenda["requests"].values() if "不再公开" in one["host"]}
    refused = world.client.post(f"{path}/agenda", json={"absent": OWNER})
    assert (refused.status_code, OWNER in refused.text) == (422, False)
    assert missing(world, path, alias)["state"] == "done"
    after = world.client.get(f"{path}/agenda").json()
    assert after["agenda"]["sequence"] == 1
    placed = {one["request"] for one in after["agenda"]["meetings"]}
    own = {id_ for id_, one in agenda["requests"].items() if alias in (one["host"], one["guest"])}
    assert own
    assert not placed & own
    assert OWNER not in world.client.get(f"{path}/agenda").text
    world.comes(LI)
    assert world.client.get(path).status_code == 404
    world.comes(ZHAO)
    world.put(OFFER, 2)
    world.put(ASKED, 2)
    assert OWNER in world.client.get(f"{path}/agenda").text  # the names themselves were kept


def test_a_proof_that_was_rewritten_is_not_quoted(world: World) -> None:
    path = selected(world, PLAN)
    first = world.client.get(f"{path}/result").json()["chosen"][0]
    (proof, *_) = [one["proof"] for one in first["needs"] if one["proof"]]
    record = world.place.store.get("achievement", first["id"])
    assert proof in record.text
    world.put(replace(record, text="改写了。"))
    after = world.client.get(f"{path}/result").json()
    assert proof not in str(after)
    assert "1 项成果改了文字" in after["notes"][0]
    assert proof not in whole(world.client, f"/roadshows/{path.rpartition('/')[2]}").text
    assert API in path
