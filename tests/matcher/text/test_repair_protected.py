"""Sentences that are right as they stand, however rare their characters are."""

from pathlib import Path

import pytest

from matcher.text.repair import repair

LINES = (Path(__file__).parent / "cases" / "protected.tsv").read_text("utf-8").splitlines()
CASES = [line.split("\t")[::-1] for line in LINES if not line.startswith("#")]


def test_there_are_enough_cases_of_each_kind() -> None:
    kinds = [kind for _, kind in CASES]
    assert len({sentence for sentence, _ in CASES}) == len(CASES) >= 170
    for kind in ("chemistry", "drug", "mineral", "person", "place", "company", "classical", "unit"):
        assert kinds.count(kind) >= 8, kind


@pytest.mark.parametrize(("sentence", "kind"), CASES)
def test_a_right_sentence_comes_back_unchanged(sentence: str, kind: str) -> None:
    repaired = repair(sentence)
    assert repaired.text.text == sentence
    assert repaired.changes == ()


def test_right_sentences_stay_right_in_one_text() -> None:
    # A quotation with a single Traditional character is judged by what stands around it.
    text = "。\n".join(sentence for sentence, kind in CASES if kind != "quote")
    assert [change for change in repair(text).changes if change.rule != "characters"] == []
