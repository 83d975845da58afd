"""Lists whose matches were read: verdicts as JSON and on the screen."""

import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from matcher.types import Achievement, Need, Record
from service.settings import Home
from tests.service_parts import ACHIEVEMENTS, NEEDS, Caller, ReadingParts

BY_ID: dict[str, Record] = {one.id: one for one in (*NEEDS, *ACHIEVEMENTS)}


@pytest.fixture(scope="module")
def parts() -> ReadingParts:
    return ReadingParts()


@pytest.fixture
def duijie(
    tmp_path: Path, indexed_folder: Path, parts: ReadingParts, monkeypatch: pytest.MonkeyPatch
) -> Caller:
    folder = shutil.copytree(indexed_folder, tmp_path / "home")
    return Caller(Home(folder), monkeypatch, parts)


def check_span(span: Any, record: Record) -> None:
    start, end = span["span"]
    assert getattr(record, span["field"])[start:end] == span["text"] != ""


@pytest.mark.parametrize(
    ("option", "id_"), [("--need", "N1"), ("--need", "N3"), ("--achievement", "A2")]
)
def test_each_match_has_a_verdict_for_each_requirement(
    duijie: Caller, option: str, id_: str
) -> None:
    answer = duijie.document("match", option, id_)
    assert answer["matches"]
    for match in answer["matches"]:
        need, achievement = BY_ID[id_], BY_ID[match["id"]]
        if isinstance(need, Achievement):
            need, achievement = achievement, need
        assert isinstance(need, Need)
        told = duijie.document("requirements", "--need", need.id)["requirements"]
        asked = [
            {key: one[key] for key in told[at]} for at, one in enumerate(match["requirements"])
        ]
        assert asked == told
        for one in match["requirements"]:
            check_span({"field": one["field"], "span": one["span"], "text": one["text"]}, need)
            assert one["verdict"] in ("met", "partly", "missing")
            assert 0 < one["confidence"] <= 1
            silent = one["verdict"] == "missing" and not one["contradicted"]
            assert bool(one["evidence"]) != silent
            for span in one["evidence"]:
                check_span(span, achievement)
        given = math.fsum(one["contribution"] for one in match["evidence"])
        score = match["score"]
        assert match["base"] + given == pytest.approx(math.log(score / (1 - score)))
        assert "unread" not in match["flags"]


def test_the_list_for_people_shows_each_verdict_with_its_proof(duijie: Caller) -> None:
    assert duijie("match", "--need", "N1", "--top", "2") == 0
    lines = duijie.out.splitlines()
    first = lines[2 : next(at for at, line in enumerate(lines) if line.startswith("  2."))]
    verdicts = [line.strip() for line in first if line.strip()[0] in "✓△✗"]
    assert len(verdicts) == 3
    assert all(" ← “" in line or line.endswith("（未提到）") for line in verdicts)
    reasons = [line.strip() for line in first if line.strip()[0] in "+-"]
    assert len(reasons) == 2
    assert not any("满足要求" in line or "未提到要求" in line for line in reasons)


def test_a_pair_that_could_be_anything_is_marked_for_a_person(duijie: Caller) -> None:
    answer = duijie.document("match", "--need", "N1")
    assert any("needs_person" in match["flags"] for match in answer["matches"])
    assert duijie("match", "--need", "N1") == 0
    assert "把握不足，请人工判断" in duijie.out


def test_the_fast_way_reads_nothing(duijie: Caller) -> None:
    for match in duijie.document("match", "--need", "N1", "--fast")["matches"]:
        assert match["requirements"] == []
        assert match["flags"] == ["unread"]


def test_a_scored_pair_has_the_score_of_the_list(duijie: Caller, tmp_path: Path) -> None:
    from service.pairs import Pair

    answer = duijie.document("match", "--need", "N1")
    scorer = duijie.parts.make_scorer(type("S", (), {"encoder": ""}))
    for match in answer["matches"]:
        pair: Pair = (NEEDS[0], BY_ID[match["id"]])  # type: ignore[assignment]
        assert scorer([pair])[0].score == pytest.approx(match["score"], abs=1e-6)
