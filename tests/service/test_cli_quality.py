import pytest

from matcher.quality import assess
from tests.service_parts import ACHIEVEMENTS, NEEDS, Caller


@pytest.fixture
def duijie(duijie_indexed: Caller) -> Caller:
    return duijie_indexed


def test_the_summary_comes_with_the_worst_records_and_their_advice(duijie: Caller) -> None:
    assert duijie("quality", "--worst", "2") == 0
    ranked = sorted(NEEDS, key=lambda need: assess(need).score)
    lines = duijie.out.splitlines()
    assert lines[0] == "需求 3 条："
    assert lines[1].startswith("  描述质量  平均 ")
    worst = [line for line in lines if line.startswith("  0.")]
    assert [line.split()[1] for line in worst] == [need.id for need in ranked[:2]]
    assert f"        · {assess(ranked[0]).advice[0]}" in lines
    assert sum(line.startswith("        · ") for line in lines) == 6


def test_achievements_are_assessed_as_achievements(duijie: Caller) -> None:
    document = duijie.document("quality", "achievements", "--worst", "1")
    scores = {one.id: assess(one).score for one in ACHIEVEMENTS}
    assert (document["side"], document["assessed"]) == ("achievement", 5)
    assert document["description"]["mean"] == pytest.approx(sum(scores.values()) / 5, abs=1e-4)
    (worst,) = document["worst"]
    assert worst["id"] == min(scores, key=lambda id_: scores[id_])
    assert worst["title"] == {one.id: one.title for one in ACHIEVEMENTS}[worst["id"]]


def test_no_worst_records_still_counts_all(duijie: Caller) -> None:
    document = duijie.document("quality", "--worst", "0")
    assert (document["assessed"], document["worst"]) == (3, [])
    assert duijie("quality", "--worst", "0") == 0
    assert "最差" not in duijie.out


def test_one_record_is_told_aspect_by_aspect(duijie: Caller) -> None:
    assert duijie("quality", "--id", "N1") == 0
    lines = duijie.out.splitlines()
    assert lines[0] == "N1  发动机叶片抗氧化涂层"
    assert lines[1] == f"描述质量 {assess(NEEDS[0]).score:.2f}"
    assert any(line.startswith("  △ 量化指标") and "1100℃" in line for line in lines)
    assert any(line.startswith("  ✗ 预算或价格") for line in lines)
    assert "建议：" in lines
    assert duijie("quality", "achievements", "--id", "A1") == 0
    assert "（成熟度一栏已填）" in duijie.out


def test_one_record_as_json_has_spans_of_its_own_text(duijie: Caller) -> None:
    document = duijie.document("quality", "needs", "--id", "N1")
    assert document["score"] == pytest.approx(assess(NEEDS[0]).score, abs=1e-4)
    shown = {part["aspect"]: part for part in document["parts"]}
    evidence = shown["indicators"]["evidence"]
    start, end = evidence["span"]
    assert getattr(NEEDS[0], evidence["field"])[start:end] == evidence["text"] == "1100℃"
    assert shown["budget"]["evidence"] is None
    assert shown["budget"]["advice"] in document["advice"]
    assert shown["title"]["advice"] is None


def test_defects_are_told(duijie: Caller) -> None:
    with duijie.parts.open_store(_settings(duijie)) as store, store.importing("need", "x") as batch:
        batch.put(type(NEEDS[0])(id="N9", title="叶片修复", text="详见附件"))
    assert duijie("quality", "--id", "N9") == 0
    assert "  ! 正文只写了“见附件”" in duijie.out
    assert "（扣 50%）" in duijie.out
    document = duijie.document("quality", "--id", "N9")
    assert [one["name"] for one in document["defects"]] == ["placeholder"]


def _settings(duijie: Caller):
    from service.settings import Settings

    return Settings(home=duijie.home.root)


def test_an_unknown_id_and_an_empty_store_are_told(duijie: Caller, duijie_new: Caller) -> None:
    assert duijie("quality", "--id", "N404") == 2
    assert "没有编号为“N404”的需求" in duijie.err
    assert duijie_new("quality", "achievements") == 0
    assert "还没有成果" in duijie_new.out
    assert duijie_new.document("quality")["description"]["mean"] is None
