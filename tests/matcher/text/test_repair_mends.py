"""Sentences that came garbled, with what their author wrote."""

from pathlib import Path

import pytest

from matcher.text.repair import RULES, repair, undo

LINES = (Path(__file__).parent / "cases" / "mends.tsv").read_text("utf-8").splitlines()
CASES = [line.split("\t") for line in LINES if not line.startswith("#")]


def test_there_are_enough_cases_of_each_kind() -> None:
    kinds = [kind for kind, _, _ in CASES]
    assert len({garbled for _, garbled, _ in CASES}) == len(CASES) >= 60
    for kind in ("variants", "lookalike", "traditional", "width", "doubled", "dates", "mixed"):
        assert kinds.count(kind) >= 3, kind


@pytest.mark.parametrize(("kind", "garbled", "right"), CASES)
def test_a_garbled_sentence_is_mended(kind: str, garbled: str, right: str) -> None:
    repaired = repair(garbled)
    assert repaired.text.text == right
    assert undo(right, repaired.changes) == garbled


@pytest.mark.parametrize(("kind", "garbled", "right"), CASES)
def test_a_mended_sentence_is_not_mended_again(kind: str, garbled: str, right: str) -> None:
    assert repair(right).changes == ()


def test_the_rule_that_mends_is_named() -> None:
    names = {rule.name for rule in RULES}
    for kind, garbled, _ in CASES:
        named = {name for change in repair(garbled).changes for name in change.rule.split("+")}
        assert named
        assert named <= names
        if kind in names - {"variants", "traditional"}:
            assert kind in named, garbled
