from typing import Any

import pytest
from fastapi.testclient import TestClient

from matcher.types import Achievement, Need
from service.api.match_shapes import (
    FacetsOut,
    MatchListOut,
    QualityOut,
    RequirementsOut,
    SimilarListOut,
)
from service.present import list_as_json
from tests.web.api_people import ADMIN, MAKER, RIVAL, calling, grant, settle

API = "/api/v1"


@pytest.fixture
def api(client: TestClient) -> TestClient:
    settle(client.app.state.workplace.store)
    return client


def get(api: TestClient, who: Any, path: str, **query: Any) -> Any:
    with calling(api.app, who):
        return api.get(API + path, params=query)


def post(api: TestClient, who: Any, path: str, body: dict[str, Any]) -> Any:
    with calling(api.app, who):
        return api.post(API + path, json=body)


def checked(shape: type, body: dict[str, Any]) -> dict[str, Any]:
    """The body, which must hold what the shape says and nothing else."""
    assert shape.model_validate(body).model_dump(mode="json", exclude_unset=True) == body
    return body


def hide(api: TestClient) -> None:
    """Put records into the index that are as good as the best ones, and another's own."""
    place = api.app.state.workplace
    title, text = "发动机叶片热障涂层", "发动机叶片抗氧化的热障涂层，附着力强，寿命3000小时。"
    place_of = {"region": "湖北省武汉市", "industry": "航空制造"}
    secret = {"title": title, "text": text, "visibility": "本机构", **place_of}
    with place.store.importing("achievement", "x", holder=2) as batch:
        batch.put(Achievement(id="2:S1", trl=9, **secret))
    with place.store.importing("need", "x", holder=2) as batch:
        batch.put(Need(id="2:S2", **secret))
    place.catch_up()
    assert "2:S1" in place.matcher.sides["achievement"].bundle


def test_a_list_is_that_of_the_command_line(api: TestClient) -> None:
    body = checked(MatchListOut, get(api, ADMIN, "/needs/N1/matches", k=3).json())
    place = api.app.state.workplace
    told = list_as_json(place.matcher.match(place.store.get("need", "N1"), k=3))
    for one in (body, told):
        del one["fingerprint"], one["timings_ms"]
    assert body == told
    assert body["matches"][0]["id"] == "A1"
    assert body["matches"][0]["requirements"]


def test_achievements_find_needs_and_texts_find_both(api: TestClient) -> None:
    assert get(api, MAKER, "/achievements/A2/matches").json()["matches"][0]["id"] == "N2"
    need = post(api, MAKER, "/match/text", {"text": "叶片的热障涂层", "k": 2})
    assert need.json()["matches"][0]["id"] == "A1"
    assert len(need.json()["matches"]) == 2
    offer = post(api, MAKER, "/match/text", {"side": "achievement", "text": "低温脱氮工艺"})
    assert offer.json()["matches"][0]["id"] == "N2"


def test_filters_narrow_a_list_and_may_be_several(api: TestClient) -> None:
    found = get(api, MAKER, "/needs/N1/matches", filter=["trl>=5", "province=江苏"]).json()
    assert [one["id"] for one in found["matches"]] == ["A1"]
    wrong = get(api, MAKER, "/needs/N1/matches", filter="colour=red")
    assert wrong.status_code == 422
    assert "colour" in wrong.json()["error"]["message"]
    body = {"text": "涂层", "filters": ["trl>=99x"]}
    assert post(api, MAKER, "/match/text", body).status_code == 422


@pytest.mark.parametrize(
    ("path", "query"),
    [("/needs/N1/matches", {"k": 51}), ("/needs/N1/similar", {"k": 0}), ("/facets/x", {})],
)
def test_what_cannot_be_asked_is_refused(api: TestClient, path: str, query: Any) -> None:
    assert get(api, MAKER, path, **query).status_code == 422


def test_texts_that_say_nothing_are_refused(api: TestClient) -> None:
    for path in ("/match/text", "/requirements", "/quality/need"):
        assert post(api, MAKER, path, {"title": " "}).status_code == 422
        assert post(api, MAKER, path, {"text": "文" * 20_001}).status_code == 422
        assert post(api, MAKER, path, {"text": "字", "other": 1}).status_code == 422


def test_hidden_records_change_no_answer_in_any_way(api: TestClient) -> None:
    def answers(who: Any) -> list[Any]:
        asked = {"text": "发动机叶片热障涂层"}
        found = [
            get(api, who, "/needs/N1/matches", k=50),
            get(api, who, "/achievements/A1/matches", k=50),
            get(api, who, "/needs/N1/similar", k=50),
            get(api, who, "/achievements/A1/similar", k=50),
            get(api, who, "/facets/achievement"),
            get(api, who, "/facets/need"),
            get(api, who, "/facets/achievement", filter="province=湖北"),
            get(api, who, "/achievements", q="热障"),
            post(api, who, "/match/text", asked),
            post(api, who, "/match/text", asked | {"side": "achievement"}),
        ]
        assert {one.status_code for one in found} == {200}
        return [one.json() for one in found]

    before = answers(RIVAL)
    hide(api)
    assert answers(RIVAL) == before
    assert all("2:S" in str(one) for one in (answers(MAKER)[at] for at in (0, 1, 2, 3, 7, 8, 9)))
    assert answers(MAKER)[4]["facets"]["province"]["湖北省"] == 1
    for path in ("/achievements/2:S1/similar", "/achievements/2:S1/matches", "/needs/2:S2/matches"):
        assert get(api, RIVAL, path).status_code == 404
        assert get(api, MAKER, path).status_code == 200


def test_a_granted_record_is_found_by_whom_it_was_granted(api: TestClient) -> None:
    place = api.app.state.workplace
    with place.store.importing("achievement", "x", holder=2) as batch:
        batch.put(Achievement(id="2:G", title="发动机叶片抗氧化涂层", visibility="受限"))
    place.catch_up()
    found = get(api, RIVAL, "/needs/N1/matches").json()
    assert "2:G" not in {one["id"] for one in found["matches"]}
    grant(place.store, "achievement", "2:G", RIVAL)
    found = get(api, RIVAL, "/needs/N1/matches").json()
    assert "2:G" in {one["id"] for one in found["matches"]}


def test_a_record_that_was_just_hidden_or_withdrawn_is_gone_at_once(api: TestClient) -> None:
    place = api.app.state.workplace
    with place.store.importing("achievement", "x", holder=2) as batch:
        batch.put(Achievement(id="2:H", title="叶片热障涂层"))
        batch.put(Achievement(id="2:W", title="叶片热障涂层材料"))
    place.catch_up()
    assert get(api, RIVAL, "/achievements/2:H").status_code == 200
    with place.store.importing("achievement", "x", holder=2) as batch:
        batch.put(Achievement(id="2:H", title="叶片热障涂层", visibility="本机构"))
        batch.withdraw(["2:W"])  # the index does not know of either yet
    ids = {one["id"] for one in get(api, RIVAL, "/needs/N1/matches").json()["matches"]}
    assert not ids & {"2:H", "2:W"}


def test_only_admins_see_how_long_the_steps_took(api: TestClient) -> None:
    assert get(api, ADMIN, "/needs/N1/matches").json()["timings_ms"]
    assert get(api, MAKER, "/needs/N1/matches").json()["timings_ms"] == {}


def test_a_fingerprint_changes_with_what_is_shown(api: TestClient) -> None:
    place = api.app.state.workplace
    before = get(api, MAKER, "/needs/N1/matches").json()
    assert get(api, RIVAL, "/needs/N1/matches").json()["fingerprint"] == before["fingerprint"]
    with place.store.importing("achievement", "x") as batch:
        batch.put(Achievement(id="A6", title="热障涂层的寿命预测"))
    place.catch_up()
    after = get(api, MAKER, "/needs/N1/matches").json()
    assert after["fingerprint"] != before["fingerprint"]


def test_similar_records_are_of_the_same_side_and_explained(api: TestClient) -> None:
    body = checked(SimilarListOut, get(api, MAKER, "/achievements/A1/similar").json())
    assert body["query"]["id"] == "A1"
    first = body["similar"][0]
    assert first["id"] == "A4"
    assert any(term["left"]["text"] == "叶片" for term in first["terms"])
    assert get(api, MAKER, "/needs/nowhere/similar").status_code == 404


def test_facets_count_by_value(api: TestClient) -> None:
    body = checked(FacetsOut, get(api, MAKER, "/facets/achievement").json())
    assert body["facets"]["province"]["江苏省"] == 1
    narrowed = get(api, MAKER, "/facets/achievement", filter="trl>=7").json()
    assert sum(narrowed["facets"]["province"].values()) == 2


def test_requirements_and_quality_are_those_of_the_command_line(api: TestClient) -> None:
    text = "需要耐1200℃的密封材料，寿命不少于2000小时。"
    body = checked(RequirementsOut, post(api, MAKER, "/requirements", {"text": text}).json())
    assert all(text[slice(*one["span"])] == one["text"] for one in body["requirements"])
    place = api.app.state.workplace
    by_parts = place.parts.find_requirements(Need(id="", text=text))
    assert [one["text"] for one in body["requirements"]] == [one.span.text for one in by_parts]
    place._matcher = None  # before there is an index
    assert post(api, MAKER, "/requirements", {"text": text}).json() == body

    judged = checked(QualityOut, post(api, MAKER, "/quality/need", {"text": text}).json())
    assert judged["side"] == "need"
    assert judged["advice"]
    offered = {"title": "密封材料", "owner_type": "高校"}
    assert post(api, MAKER, "/quality/achievement", offered).json()["side"] == "achievement"


def test_without_an_index_a_match_says_when_to_come_again(api: TestClient) -> None:
    api.app.state.workplace._matcher = None
    answer = get(api, MAKER, "/needs/N1/matches")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json()["error"]["code"] == "not_ready"
