import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import func, select

from matcher.types import Need
from service.pages import draft
from service.pages.upload import first_record
from service.store.tables import NeedRow
from service.web.errors import InvalidError, TooLargeError, TooManyError
from service.workbench.corrections import requirements_of
from tests.web.pages_world import HTMX, forget, part, sent, shared_world, whole, words_of
from tests.web.workbench_world import LI, ROOT, ZHAO, World

TEXT = "叶片要耐1100℃，附着力强，寿命不少于2000小时。"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[World]:
    with shared_world(tmp_path_factory.mktemp("pages") / "home", prepared) as found:
        yield found


@pytest.fixture
def world(running: World) -> World:
    return forget(running)


def asked(page: str) -> list[str]:
    return re.findall(r'name="kind:([^"]+)"', page)


def test_a_draft_shows_what_was_understood_and_how_to_describe_better(world: World) -> None:
    answer = sent(world.client, "/needs/new/read", text=TEXT)
    assert answer.status_code == 200
    assert asked(answer.text) == ["叶片要耐1100℃", "附着力强", "寿命不少于2000小时。"[:-1]]
    assert "寿命 ≥ 2000 小时" in words_of(answer)
    assert "描述质量" in answer.text
    assert "<b>+" in answer.text


def test_a_text_that_was_handed_over_says_that_it_is_being_read(world: World) -> None:
    given = sent(world.client, "/needs/new", text=TEXT)
    assert "正在读" in given.text
    assert "开始写" not in given.text
    assert "开始写" in whole(world.client, "/needs/new").text


def test_the_advice_on_a_page_can_be_followed_on_a_page(world: World) -> None:
    answer = sent(world.client, "/needs/new/read", text="涂層要耐高溫，還要耐腐蝕、附著力強。" * 4)
    assert "匹配时会自动修复" in words_of(answer)
    assert "duijie " not in words_of(answer)


def test_an_empty_draft_asks_for_words(world: World) -> None:
    answer = sent(world.client, "/needs/new/read", text="  ")
    assert "开始写" in answer.text
    assert asked(answer.text) == []
    assert sent(world.client, "/needs/new/matches", text="").text.strip() == ""


def test_a_requirement_that_is_struck_out_stays_away_while_the_text_changes(world: World) -> None:
    answer = sent(world.client, "/needs/new/read", text=TEXT, drop="附着力强")
    assert "附着力强" not in asked(answer.text)
    struck = re.findall(r'name="struck" value="([^"]+)"', answer.text)
    assert struck == ["附着力强"]
    later = sent(world.client, "/needs/new/read", text=TEXT + "成本低。", struck=struck)
    assert asked(later.text) == ["叶片要耐1100℃", "寿命不少于2000小时", "成本低"]


def test_words_of_the_text_become_a_requirement_and_others_are_refused(world: World) -> None:
    add = {"add": "1", "add_kind": "product"}
    answer = sent(world.client, "/needs/new/read", text=TEXT, add_words="叶片", **add)
    assert "product|叶片" in answer.text
    assert "叶片" in asked(answer.text)
    refused = sent(world.client, "/needs/new/read", text=TEXT, add_words="轴承", **add)
    assert "正文里没有“轴承”" in refused.text
    assert "轴承" not in asked(refused.text)


def test_a_kind_that_a_person_chose_is_kept(world: World) -> None:
    fields = {"text": TEXT, "kind_of": "附着力强", "kind:附着力强": "method"}
    answer = sent(world.client, "/needs/new/read", **fields)
    assert 'value="method|附着力强"' in answer.text
    row = answer.text.split('name="kind:附着力强"')[1].split("</select>")[0]
    assert re.findall(r'value="(\w+)" selected', row) == ["method"]


def test_a_correction_changes_the_first_matches(world: World) -> None:
    before = sent(world.client, "/needs/new/matches", text=TEXT)
    after = sent(world.client, "/needs/new/matches", text=TEXT, struck=["附着力强"])
    assert before.status_code == after.status_code == 200
    assert "等离子喷涂热障涂层" in before.text
    tally = re.compile(r"满足 (\d+).*?部分 (\d+).*?未提到 (\d+)", re.DOTALL)
    totals = [sum(map(int, tally.search(one.text).groups())) for one in (before, after)]  # type: ignore[union-attr]
    assert totals == [3, 2]


def test_a_saved_need_is_the_organisations_own_with_its_corrections(world: World) -> None:
    fields = {"text": TEXT, "title": "涂层", "visibility": "本机构", "struck": ["附着力强"]}
    answer = sent(world.client, "/needs", budget_wan="50", min_trl="6", **fields)
    assert answer.status_code == 200
    there = answer.headers["HX-Redirect"]
    assert there.startswith("/needs/2:")
    id_ = there.removeprefix("/needs/")
    found = requirements_of(world.place, LI, id_)
    assert [one.span.text for one in found.requirements] == ["叶片要耐1100℃", "寿命不少于2000小时"]
    assert found.by == "甲制造"
    kept = found.need
    assert (kept.title, kept.visibility, kept.budget_wan, kept.min_trl) == ("涂层", "本机构", 50, 6)
    world.comes(ZHAO)
    assert whole(world.client, there).status_code == 404


def test_a_form_without_script_is_led_to_the_record(world: World) -> None:
    answer = world.client.post(
        "/achievements",
        data={"text": "喷涂涂层", "trl": "7", "transfer_modes": ["许可", "转让"], "price_wan": ""},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    page = whole(world.client, answer.headers["Location"])
    assert "TRL 7" in page.text
    assert "许可、转让" in page.text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", "长" * 501, "最多 500 字"),
        ("budget_wan", "很多", "以万元为单位"),
        ("budget_wan", "-3", "以万元为单位"),
        ("min_trl", "12", "1 到 9"),
        ("visibility", "私密", "可见范围"),
        ("added", "colour|红", "类别"),
    ],
)
def test_a_value_that_cannot_be_used_is_told(
    world: World, field: str, value: str, told: str
) -> None:
    answer = sent(world.client, "/needs", **{"text": TEXT, field: value})
    assert answer.status_code == 422
    assert told in answer.text


def first(page: str) -> list[str]:
    return re.findall(r'<a href="/achievements/([^"]+)"', page)


def test_the_first_matches_are_narrowed_by_facets_with_counts(world: World) -> None:
    page = sent(world.client, "/needs/new/matches", text=TEXT).text
    everybody = first(page)
    assert len(everybody) > 1
    province = page.split('name="province"')[1].split("</select>")[0]
    counts = dict(re.findall(r'<option value="([^"]+)">[^（<]*（(\d+)）', province))
    assert counts["江苏省"] == "1"
    assert 'form="draft"' in page.split('id="n-province"')[1].split(">")[0]
    narrowed = sent(world.client, "/needs/new/matches", text=TEXT, province="江苏省").text
    assert first(narrowed) == ["A1"]
    assert '<option value="江苏省" selected>' in narrowed
    assert "筛选（1）" in narrowed
    none = sent(
        world.client, "/needs/new/matches", text=TEXT, province="江苏省", readiness="9"
    ).text
    assert "去掉一些筛选" in none
    assert sent(world.client, "/needs/new/matches", text=TEXT, since="x").status_code == 422


def test_what_the_first_matches_are_narrowed_to_outlives_a_change_of_the_text(
    world: World,
) -> None:
    fields = {"text": TEXT, "province": "江苏省", "readiness": ""}
    page = sent(world.client, "/needs/new/read", **fields).text
    assert '<input type="hidden" form="draft" name="province" value="江苏省">' in page
    assert 'name="readiness"' not in page
    other = sent(world.client, "/achievements/new/matches", text="喷涂热障涂层", modes="").text
    assert 'name="modes"' not in other
    assert 'name="province"' in other, "needs have facets of their own"


def count(world: World) -> int:
    with world.place.store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(NeedRow)) or 0


def test_nothing_is_saved_of_an_empty_form_or_twice(world: World) -> None:
    assert "都是空的" in sent(world.client, "/needs", text=" ").text
    text = f"{TEXT}须在两个月内交付。"
    first = sent(world.client, "/needs", text=text)
    before = count(world)
    again = sent(world.client, "/needs", text=text, struck=["附着力强"])
    assert again.headers["HX-Redirect"] == first.headers["HX-Redirect"]
    id_ = first.headers["HX-Redirect"].removeprefix("/needs/")
    asked_for = [one.span.text for one in requirements_of(world.place, LI, id_).requirements]
    assert "附着力强" not in asked_for
    other = sent(world.client, "/needs", text=text, budget_wan="50")
    assert other.status_code == 409
    assert count(world) == before


def test_what_fails_on_the_way_leaves_nothing_half_saved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_given: object) -> None:
        raise TooManyError

    fields = {"text": f"{TEXT}现场要能修补。", "struck": ["附着力强"]}
    before = count(world)
    for name in ("requirements", "write_correction"):
        with monkeypatch.context() as patch:
            patch.setattr(draft, name, busy)
            assert sent(world.client, "/needs", **fields).status_code == 429
        assert count(world) == before
    there = sent(world.client, "/needs", **fields).headers["HX-Redirect"]
    assert count(world) == before + 1
    found = requirements_of(world.place, LI, there.removeprefix("/needs/"))
    assert "附着力强" not in [one.span.text for one in found.requirements]


def test_modes_of_transfer_are_bounded_and_told_once(world: World) -> None:
    given = {"text": "喷涂涂层，可现场修补。"}
    answer = sent(world.client, "/achievements", transfer_modes=["许可" * 101], **given)
    assert answer.status_code == 422
    assert "转化方式" in answer.text
    there = sent(world.client, "/achievements", transfer_modes=["许可", "许可"], **given)
    kept = world.place.store.get(
        "achievement", there.headers["HX-Redirect"].removeprefix("/achievements/")
    )
    assert kept.transfer_modes == ("许可",)


def test_who_may_only_read_cannot_publish(world: World) -> None:
    world.comes(replace(LI, scopes=frozenset({"read"})))
    assert sent(world.client, "/needs", text=TEXT).status_code == 403


def test_a_text_that_was_pasted_at_home_stands_in_the_form(world: World) -> None:
    answer = sent(world.client, "/needs/new", text="第一行\r\n第二行 <script>alert(1)</script>")
    assert "第一行\n第二行 &lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in answer.text
    assert "甲制造" in whole(world.client, "/needs/new").text
    assert sent(world.client, "/achievements/new", text="喷涂").status_code == 200


def test_a_document_fills_the_form(world: World) -> None:
    document = Document()
    document.add_paragraph("高温涂层需求")
    document.add_paragraph("叶片要耐1100℃，附着力强，希望寿命不少于2000小时，能在现有炉子上施工。")
    out = io.BytesIO()
    document.save(out)
    files = {"file": ("../../需求.docx", out.getvalue())}
    answer = world.client.post("/needs/new", files=files, headers=HTMX)
    assert answer.status_code == 200
    assert "附着力强，希望寿命不少于2000小时" in answer.text


@pytest.mark.parametrize("name", ["需求.exe", "需求", "需求.txt/../x"])
def test_a_file_that_cannot_be_read_is_refused(world: World, name: str) -> None:
    answer = world.client.post("/needs/new", files={"file": (name, b"\x00\x01")}, headers=HTMX)
    assert answer.status_code == 422


def test_a_file_that_is_too_large_is_refused(world: World) -> None:
    large = b"x" * ((world.place.limits.upload_mb << 20) + 1)
    answer = world.client.post("/needs/new", files={"file": ("a.txt", large)}, headers=HTMX)
    assert answer.status_code == 413


def test_only_the_first_record_of_a_file_is_taken_if_there_is_one() -> None:
    table = "标题,地区\n,江苏\n热障涂层,浙江\n脱氮,山东\n".encode()
    assert first_record("需求.csv", io.BytesIO(table), "need", 1).title == "热障涂层"
    with pytest.raises(InvalidError, match="没有读出内容"):
        first_record("需求.csv", io.BytesIO("标题,地区\n,江苏\n".encode()), "need", 1)
    with pytest.raises(TooLargeError, match="超过 0 MB"):
        first_record("需求.csv", io.BytesIO(table), "need", 0)


def test_the_other_side_is_written_the_same_way(world: World) -> None:
    page = whole(world.client, "/achievements/new")
    assert "登记成果" in page.text
    read = sent(world.client, "/achievements/new/read", text="喷涂热障涂层，用于叶片，附着力强。")
    assert "描述质量" in read.text
    assert "读懂的要求" not in read.text
    found = sent(world.client, "/achievements/new/matches", text="喷涂热障涂层，用于叶片")
    assert "发动机叶片抗氧化涂层" in found.text
    assert sent(world.client, "/achievements/new/read").text.count("开始写") == 1


def test_the_administrator_writes_for_the_platform(world: World) -> None:
    world.comes(ROOT)
    there = sent(world.client, "/needs", text=TEXT).headers["HX-Redirect"]
    kept = world.place.store.get("need", there.removeprefix("/needs/"))
    assert isinstance(kept, Need)
    assert ":" not in kept.id
    assert part(world.client, f"{there}/similar").status_code == 200
