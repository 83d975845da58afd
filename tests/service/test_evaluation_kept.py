"""Evaluations that are saved, compared and shown."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from matcher.errors import EvaluationError
from matcher.evaluation.outcome import Outcome
from service.errors import FileMissingError, UnknownFormatError
from service.evaluation.document import POINTS, document
from service.evaluation.page import READINGS, page
from service.evaluation.result import Earlier, Evaluation, Setup, Traits
from service.evaluation.saved import check_writable, load, save
from tests.said import BAD, GOOD, NONE

SETUP = Setup(
    made=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    program="0.1",
    encoder="char",
    candidates="all",
    fast=False,
    fingerprint="f1",
    pool="p1",
    achievements=5,
)
TRAITS = Traits(
    {"n1": "化学 & <工程>", "n2": "机械", "n3": "机械"},
    {"n1": 20, "n2": 300, "n3": 4000},
    {"a": 5, "b": 50, "c": 500, "d": 70},
)
NEW, OLD = Evaluation(SETUP, GOOD, TRAITS), Evaluation(SETUP, BAD, TRAITS)


def earlier(evaluation: Evaluation) -> Earlier:
    return Earlier(evaluation.setup, evaluation.outcome)


FOUND = document(NEW, earlier(OLD))


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "一次.json"
    save(NEW, path)
    assert load(path) == earlier(NEW)
    assert sorted(tmp_path.iterdir()) == [path]


def test_the_file_tells_the_figures_of_each_need(tmp_path: Path) -> None:
    save(OLD, tmp_path / "r.json")
    saved = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert saved["kind"] == "duijie evaluation"
    assert saved["made"] == "2026-03-01T08:30:00Z"
    assert saved["needs"]["n1"]["figures"]["mrr@10"] == pytest.approx(1 / 3)
    assert saved["needs"]["n3"]["figures"] == {}
    pair = saved["needs"]["n1"]["pairs"]["a"]
    assert pair == {"truth": 4, "level": 1, "score": 0.0, "probabilities": [0.9, 0.1, 0.0, 0.0]}


def test_probabilities_that_miss_one_by_a_rounding_are_kept(tmp_path: Path) -> None:
    over = replace(NONE, probabilities={**NONE.probabilities, 4: -1e-17}, score=1.0 + 1e-16)
    outcome = Outcome({"n": {"a": 1}}, {}, {"n": {"a": over}})
    save(Evaluation(SETUP, outcome, TRAITS), tmp_path / "r.json")
    assert load(tmp_path / "r.json").outcome.scores["n"]["a"].probabilities[4] == -1e-17


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "another"}, "kind"),
        ({"version": 2}, "version"),
        ({"needs": {}}, "needs"),
        ({"made": "2026-03-01T08:30:00"}, "made"),
        ({"needs": {"n1": {"ranked": ["a", "a"], "pairs": {"a": None}}}}, "needs.n1.pairs.a"),
    ],
)
def test_what_is_no_saved_evaluation_is_refused(
    tmp_path: Path, change: dict[str, object], where: str
) -> None:
    path = tmp_path / "r.json"
    save(NEW, path)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), encoding="utf-8")
    with pytest.raises(UnknownFormatError, match=f"{where} 处不符合格式") as refused:
        load(path)
    assert "--save" in str(refused.value)


def test_a_list_that_names_a_record_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    save(NEW, path)
    saved = json.loads(path.read_text("utf-8"))
    saved["needs"]["n1"]["ranked"].append("a")
    path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(UnknownFormatError):
        load(path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[1]"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.json"
    with pytest.raises(FileMissingError):
        load(path)
    path.write_bytes(content)
    with pytest.raises(UnknownFormatError, match=r"r\.json"):
        load(path)


def test_a_place_that_cannot_be_written_is_refused_early(tmp_path: Path) -> None:
    check_writable(None)
    check_writable(tmp_path / "new.html")
    check_writable(Path("beside.html"))
    for path in (tmp_path, tmp_path / "no" / "r.html"):
        with pytest.raises(UnknownFormatError, match="不能写入"):
            check_writable(path)


def test_the_document_holds_no_text_and_no_nan() -> None:
    found = FOUND
    json.dumps(found, allow_nan=False)
    assert found["needs"] == 3
    assert found["judgements"] == 6
    assert sum(one["count"] for one in found["reliability"]) == 6
    assert found["risk_coverage"]["level"]["points"][-1] == [1.0, 0.0]
    assert [one["name"] for one in found["groups"]["industry"]] == ["化学 & <工程>", "机械"]
    assert [one["id"] for one in found["worst"]] == ["n1", "n2", "n3"]
    assert found["worst"][2]["ndcg"] is None
    assert found["setup"]["answers"] != found["comparison"]["setup"]["answers"]
    better = found["comparison"]["figures"]["mrr@10"]
    assert better["earlier"] == pytest.approx(1 / 3)
    assert better["value"] == pytest.approx(2 / 3)
    assert better["low"] is None  # one need alone can have it


def test_an_evaluation_by_itself_is_compared_with_nothing() -> None:
    assert document(NEW)["comparison"] is None
    assert document(NEW, earlier(NEW))["comparison"]["figures"]["qwk"]["p"] == 1.0


def test_long_curves_are_thinned_but_keep_their_end() -> None:
    many = {f"a{at}": NONE for at in range(333)}
    outcome = Outcome({"n": dict.fromkeys(many, 2)}, {"n": list(many)}, {"n": many})
    traits = Traits({"n": "机械"}, {"n": 9}, dict.fromkeys(many, 9))
    points = document(Evaluation(SETUP, outcome, traits))["risk_coverage"]["level"]["points"]
    assert len(points) == POINTS
    assert points[-1] == [1.0, 1.0]


@pytest.mark.parametrize("other", [{"candidates": "judged"}, {"pool": "p2"}])
def test_lists_of_other_candidates_are_not_compared(other: dict[str, str]) -> None:
    with pytest.raises(EvaluationError, match="范围不同"):
        document(NEW, Earlier(replace(SETUP, **other), GOOD))


class Outline(HTMLParser):
    """What a page holds: tags with their attributes, and the text of table cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


PAGE = page(FOUND)


def test_the_page_is_well_formed_and_accessible() -> None:
    outline = Outline(PAGE)
    assert outline.open == []
    assert outline.all("html") == [{"lang": "zh-CN"}]
    assert len(outline.all("title")) == 1 + 3  # of the page and of each chart
    assert len(outline.all("table")) == len(outline.all("caption"))
    assert all(cell["scope"] in {"col", "row"} for cell in outline.all("th"))
    ids = {attrs["id"] for _, attrs in outline.tags if "id" in attrs}
    for chart in outline.all("svg"):
        assert chart["role"] == "img"
        assert set(str(chart["aria-labelledby"]).split()) <= ids
    columns = [len(re.findall("<t[hd][ >]", row)) for row in re.findall("<tr>.*?</tr>", PAGE, re.S)]
    assert min(columns) > 2


def test_the_page_asks_nothing_of_the_network_and_runs_no_script() -> None:
    outline = Outline(PAGE)
    assert not {tag for tag, _ in outline.tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "base",
        "form",
    }
    assert not re.search(r"https?://|url\(|@import|\bsrc=|\bhref=", PAGE)
    assert "default-src 'none'" in PAGE


def test_the_page_tells_what_the_document_holds() -> None:
    assert "化学 &amp; &lt;工程&gt;" in PAGE
    assert "2026-03-01 08:30 UTC" in PAGE
    assert "结果指纹" in PAGE
    for reading in READINGS.values():
        assert f'<th scope="row">{reading.label}</th>' in PAGE
    assert PAGE.count("<circle") == 6
    assert set(READINGS) == set(GOOD.figures())


@pytest.mark.parametrize(
    ("name", "bounds", "conclusion"),
    [
        ("qwk", (0.1, 0.2), "更好"),
        ("qwk", (-0.2, -0.1), "更差"),
        ("mae", (-0.2, -0.1), "更好"),  # smaller
        ("mae", (0.1, 0.2), "更差"),
        ("mae", (-0.2, 0.1), "看不出差别"),
        ("mae", (0.0, 0.0), "看不出差别"),
        ("mrr@10", (None, None), "需求太少，无法判断"),
    ],
)
def test_differences_are_read_by_their_interval_and_their_direction(
    name: str, bounds: tuple[float | None, float | None], conclusion: str
) -> None:
    figures = FOUND["comparison"]["figures"]
    one = figures[name] | dict(zip(("low", "high"), bounds, strict=True))
    text = page(FOUND | {"comparison": FOUND["comparison"] | {"figures": {name: one}}})
    assert re.findall(r'class="words">([^<]+)</td></tr>', text.partition("与以前相比")[2])[0] == (
        conclusion
    )


def test_a_page_of_one_hopeless_need_has_no_holes() -> None:
    outcome = Outcome({"n": {"a": 1}}, {"n": ["a"]}, {"n": {"a": NONE}})
    traits = Traits({"n": "未注明"}, {"n": 9}, {"a": 9})
    found = document(Evaluation(SETUP, outcome, traits))
    assert set(found["figures"]) == {"mae", "1/(1+mae)", "ece", "aurc"}  # one level has no kappa
    text = page(found)
    assert Outline(text).open == []
    assert not re.search(r"\bnan\b", text)
    assert "None" not in text
    assert "与哪次比较" not in text
