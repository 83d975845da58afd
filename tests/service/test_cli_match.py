import math
from pathlib import Path
from typing import Any

import pytest

from matcher.indexer import COLUMNS
from matcher.types import Achievement, Need, Record
from service.store.store import Store
from tests.service_parts import ACHIEVEMENTS, NEEDS, Caller

BY_ID: dict[str, Record] = {one.id: one for one in (*NEEDS, *ACHIEVEMENTS)}
SPAN_KEYS = {"field", "span", "text"}


def ids(answer: Any) -> list[str]:
    return [match["id"] for match in answer["matches"]]


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def check_span(span: Any, record: Record) -> None:
    if span is None:
        return
    assert set(span) == SPAN_KEYS
    start, end = span["span"]
    assert 0 <= start < end
    assert getattr(record, span["field"])[start:end] == span["text"]


def check_list(answer: Any, asking: Record) -> None:
    """Check all that the contract says of `match --json`."""
    assert set(answer) == {"query", "fingerprint", "matches", "timings_ms"}
    kind = "need" if isinstance(asking, Need) else "achievement"
    assert answer["query"] == {"kind": kind, "id": asking.id, "title": asking.title}
    assert answer["fingerprint"]
    assert answer["timings_ms"]["total"] > 0
    assert answer["matches"]
    for at, match in enumerate(answer["matches"], start=1):
        assert set(match) == {
            *("rank", "id", "title", "score", "level", "expected", "probabilities", "base"),
            *("requirements", "evidence", "flags"),
        }
        found = BY_ID[match["id"]]
        assert isinstance(found, Achievement if kind == "need" else Need)
        assert (match["rank"], match["title"]) == (at, found.title)
        shares = match["probabilities"]
        assert list(shares) == ["1", "2", "3", "4"]
        assert sum(shares.values()) == pytest.approx(1)
        assert match["expected"] == pytest.approx(sum(int(j) * p for j, p in shares.items()))
        assert match["level"] in (1, 2, 3, 4)
        given = math.fsum(one["contribution"] for one in match["evidence"])
        assert match["base"] + given == pytest.approx(logit(match["score"]))
        for one in match["evidence"]:
            assert set(one) == {"kind", "label", "left", "right", "contribution"}
            check_span(one["left"], asking)
            check_span(one["right"], found)
    scores = [match["score"] for match in answer["matches"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("id_", ["N1", "N2", "N3"])
def test_a_need_gets_achievements_in_the_shape_of_the_contract(
    duijie_indexed: Caller, id_: str
) -> None:
    answer = duijie_indexed.document("match", "--need", id_)
    check_list(answer, BY_ID[id_])
    assert ids(answer)[0] == {"N1": "A1", "N2": "A2", "N3": "A3"}[id_]
    for match in answer["matches"]:
        assert match["score"] == pytest.approx(
            match["probabilities"]["3"] + match["probabilities"]["4"]
        )


def test_an_achievement_gets_needs_in_the_same_shape(duijie_indexed: Caller) -> None:
    answer = duijie_indexed.document("match", "--achievement", "A2")
    check_list(answer, BY_ID["A2"])
    assert ids(answer)[0] == "N2"


def test_a_pair_has_one_score_in_both_directions(duijie_indexed: Caller) -> None:
    down = duijie_indexed.document("match", "--need", "N1")["matches"]
    up = duijie_indexed.document("match", "--achievement", "A1")["matches"]
    (one,) = (match["score"] for match in down if match["id"] == "A1")
    (other,) = (match["score"] for match in up if match["id"] == "N1")
    assert one == pytest.approx(other, abs=1e-6)


def test_the_fast_way_keeps_the_shape(duijie_indexed: Caller) -> None:
    fast = duijie_indexed.document("match", "--need", "N1", "--fast")
    check_list(fast, BY_ID["N1"])
    assert ids(fast)[0] == "A1"
    assert "rerank" not in fast["timings_ms"]
    close = duijie_indexed.document("match", "--need", "N1")
    assert "rerank" in close["timings_ms"]
    assert close["fingerprint"] != fast["fingerprint"]


def test_a_text_file_is_a_need_unless_told_otherwise(
    duijie_indexed: Caller, tmp_path: Path
) -> None:
    file = tmp_path / "说明.txt"
    file.write_bytes("需要一种叶片热障涂层，附着力强。".encode("gb18030"))
    answer = duijie_indexed.document("match", "--text", file)
    check_list(answer, Need(id="", text="需要一种叶片热障涂层，附着力强。"))
    assert ids(answer)[0] == "A1"


def test_standard_input_can_be_an_achievement(duijie_indexed: Caller) -> None:
    text = "低温脱氮工艺，降低园区污水厂出水总氮。"
    answer = duijie_indexed.document("match", "--text", "-", "--text-is", "achievement", stdin=text)
    check_list(answer, Achievement(id="", text=text))
    assert ids(answer)[0] == "N2"


def test_standard_input_may_have_any_encoding(duijie_indexed: Caller) -> None:
    text = "园区污水厂出水总氮偏高，求低温脱氮工艺。"
    plain = duijie_indexed("match", "--text", "-", stdin=text), duijie_indexed.out
    assert (duijie_indexed("match", "--text", "-", stdin=text.encode("gb18030")), plain[1]) == (
        0,
        duijie_indexed.out,
    )
    assert duijie_indexed("match", "--text", "-", stdin=b"\xff\xfe\xfd\x81\x00") == 2
    assert "标准输入的文字编码无法确定" in duijie_indexed.err


def test_the_list_for_people_names_reasons(duijie_indexed: Caller) -> None:
    assert duijie_indexed("match", "--need", "N1", "--top", "2") == 0
    lines = duijie_indexed.out.splitlines()
    assert lines[0] == "【需求 N1】发动机叶片抗氧化涂层"
    heads = [line for line in lines if "匹配度" in line]
    assert heads[0].startswith("  1. A1  等离子喷涂热障涂层  匹配度 0.")
    assert all("未逐条对读" in head for head in heads)
    assert len(heads) == 2
    assert any("双方都提到“" in line for line in lines)
    assert any("：“" in line and "” ↔ “" in line for line in lines)
    assert not any("其余" in line for line in lines)
    assert not any(line.strip().startswith(("+0.00", "-0.00")) for line in lines)
    assert duijie_indexed.err == ""


def test_a_text_without_an_id_is_shown_by_its_beginning(duijie_indexed: Caller) -> None:
    assert duijie_indexed("match", "--text", "-", stdin="保鲜\n包装" + "长" * 60) == 0
    head = duijie_indexed.out.splitlines()[0]
    assert head == "【需求 （输入的文字）】保鲜 包装" + "长" * 30 + "…"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (["region=江苏省"], {"A1"}),
        (["trl>=7"], {"A1", "A2"}),
        (["trl>=5", "trl<=7"], {"A1", "A3"}),
        (["industry=环保;包装"], {"A2", "A3"}),
        (["industry=航空制造", "trl<=4"], {"A4"}),
    ],
)
def test_filters_leave_only_what_meets_them_all(
    duijie_indexed: Caller, conditions: list[str], expected: set[str]
) -> None:
    options = [part for one in conditions for part in ("--filter", one)]
    for fast in ([], ["--fast"]):
        answer = duijie_indexed.document("match", "--need", "N1", *options, *fast)
        assert set(ids(answer)) == expected


def test_filters_that_nothing_meets_give_an_empty_list(duijie_indexed: Caller) -> None:
    options = ("match", "--need", "N1", "--filter", "trl>=9")
    assert duijie_indexed.document(*options)["matches"] == []
    assert duijie_indexed(*options) == 0
    assert "请检查筛选条件" in duijie_indexed.out


@pytest.mark.parametrize("condition", ["trl", "colour=red", "trl=高", "region>=江苏"])
def test_a_filter_that_is_none_is_explained(duijie_indexed: Caller, condition: str) -> None:
    assert duijie_indexed("match", "--need", "N1", "--filter", condition) == 2
    assert "筛选条件" in duijie_indexed.err
    assert duijie_indexed.out == ""


@pytest.mark.parametrize(
    "options",
    [(), ("--need", "N1", "--achievement", "A1"), ("--need", "N1", "--text", "-")],
)
def test_exactly_one_question_is_asked(duijie_indexed: Caller, options: tuple[str, ...]) -> None:
    assert duijie_indexed("match", *options) == 2
    assert "--need、--achievement、--text 中的一个" in duijie_indexed.err


@pytest.mark.parametrize(
    ("option", "id_", "name"), [("--need", "A1", "需求"), ("--achievement", "", "成果")]
)
def test_an_unknown_id_is_named(duijie_indexed: Caller, option: str, id_: str, name: str) -> None:
    assert duijie_indexed("match", option, id_) == 2
    assert f"没有编号为“{id_}”的{name}" in duijie_indexed.err


def test_a_text_file_that_is_missing_or_empty_is_told(
    duijie_indexed: Caller, tmp_path: Path
) -> None:
    assert duijie_indexed("match", "--text", "没有.txt") == 2
    assert "没有.txt 不存在" in duijie_indexed.err
    (tmp_path / "空.txt").write_text(" \n\n", encoding="utf-8")
    assert duijie_indexed("match", "--text", tmp_path / "空.txt") == 2
    assert "没有标题也没有正文" in duijie_indexed.err
    assert duijie_indexed("match", "--text", "-", stdin="") == 2


def test_records_that_the_index_lacks_are_told(duijie_indexed: Caller) -> None:
    with Store.open(duijie_indexed.home.database) as store:
        store.withdraw("achievement", ["A1"])
    answer = duijie_indexed.document("match", "--need", "N1")
    assert "还没有写进索引" in duijie_indexed.err
    assert "A1" not in ids(answer)
    assert duijie_indexed("match", "--achievement", "A2") == 0
    assert duijie_indexed.err == ""  # the needs are all indexed


def test_an_index_of_an_older_version_is_told_and_made_anew(
    duijie_indexed: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = {**COLUMNS["achievement"], "novel": "text"}
    monkeypatch.setitem(COLUMNS, "achievement", newer)  # type: ignore[arg-type]
    duijie_indexed.document("match", "--need", "N1")
    assert "旧版本" in duijie_indexed.err
    assert duijie_indexed("index") == 0
    duijie_indexed.document("match", "--need", "N1", "--filter", "province=浙江")
    assert duijie_indexed.err == ""


def test_a_missing_index_says_how_to_make_one(duijie_new: Caller) -> None:
    with Store.open(duijie_new.home.database) as store, store.importing("need", "test") as batch:
        batch.put(NEEDS[0])
    assert duijie_new("match", "--need", "N1") == 1
    assert "duijie index" in duijie_new.err


def test_the_encoder_can_be_chosen(duijie_indexed: Caller) -> None:
    assert duijie_indexed("match", "--need", "N1", "--encoder", "another") == 0
    assert duijie_indexed("match", "--need", "N1") == 0
    assert duijie_indexed.parts.encoders == ["another", ""]
