import itertools
import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.duplicates.clusters import Cluster, clusters
from matcher.duplicates.judge import Decision, Verdict
from matcher.duplicates.merged import merge_records
from matcher.types import Achievement
from tests.duplicates.worlds import COPY, PICKER

Verdicts = Mapping[tuple[str, str], Verdict]
PROBABILITIES: Mapping[Verdict, float] = {"same": 0.9, "maybe": 0.5, "different": 0.0}


def grouped(order: str, verdicts: Verdicts, found: Verdicts | None = None) -> list[str]:
    def decide(left: str, right: str) -> Decision:
        verdict = verdicts.get((left, right)) or verdicts.get((right, left)) or "different"
        return Decision(left, right, PROBABILITIES[verdict], verdict, ())

    given_first = [decide(*pair) for pair in (found or verdicts)]
    result = clusters(list(order), given_first, decide)
    return ["".join((one.kept, *(id_ for id_, _ in one.absorbed))) for one in result]


def test_the_earliest_record_is_kept() -> None:
    assert grouped("abc", {("c", "a"): "same", ("c", "b"): "same", ("a", "b"): "same"}) == ["abc"]


def test_a_chain_is_not_a_group() -> None:
    assert grouped("abc", {("a", "b"): "same", ("b", "c"): "same"}) == ["ab"]


def test_a_record_joins_only_if_no_member_is_another_thing() -> None:
    same: Verdicts = {("a", "b"): "same", ("a", "c"): "same"}
    assert grouped("abc", same) == ["ab"]
    assert grouped("abc", {**same, ("b", "c"): "maybe"}) == ["abc"]


def test_pairs_that_were_no_candidates_are_asked_about() -> None:
    verdicts: Verdicts = {("a", "b"): "same", ("a", "c"): "same", ("b", "c"): "same"}
    found: Verdicts = {("a", "b"): "same", ("a", "c"): "same"}
    assert grouped("abc", verdicts, found) == ["abc"]


def test_maybe_is_not_enough_to_join() -> None:
    assert grouped("ab", {("a", "b"): "maybe"}) == []


@given(
    st.lists(st.sampled_from(["same", "maybe", "different"]), min_size=10, max_size=10),
    st.integers(),
)
def test_groups_do_not_depend_on_the_order_of_pairs(
    given_verdicts: list[Verdict], seed: int
) -> None:
    pairs = list(itertools.combinations("abcde", 2))
    verdicts = dict(zip(pairs, given_verdicts, strict=True))
    shuffled = list(verdicts.items())
    random.Random(seed).shuffle(shuffled)
    one, other = grouped("abcde", verdicts), grouped("abcde", dict(shuffled))
    assert one == other
    members = [id_ for group in one for id_ in group]
    assert len(members) == len(set(members))
    for group in one:
        for left, right in itertools.combinations(group, 2):
            assert verdicts[left, right] != "different"


def test_a_cluster_names_the_decision_about_each_member() -> None:
    decision = Decision("b", "a", 0.9, "same", ("标题相同",))
    assert clusters(["a", "b"], [decision], lambda left, right: decision) == [
        Cluster("a", (("b", decision),))
    ]


def test_a_merged_record_has_the_fullest_text_and_no_empty_field() -> None:
    kept = replace(PICKER, text="短。", region="", trl=None)
    merged = merge_records(
        kept, [replace(COPY, region="山东省烟台市"), replace(COPY, id="C", trl=7)]
    )
    assert merged.record.id == kept.id
    assert merged.record.title == kept.title
    assert merged.record.text == COPY.text
    assert (merged.record.region, merged.record.trl) == ("山东省烟台市", 7)


def test_conflicts_of_a_merged_record_stay_visible() -> None:
    merged = merge_records(replace(PICKER, trl=6), [replace(COPY, trl=8, title="")])
    assert merged.record.trl == 6
    assert merged.conflicts["trl"] == (("B1", 8),)
    assert merged.conflicts["owner"] == (("B1", COPY.owner),)
    assert "text" not in merged.conflicts
    assert "title" not in merged.conflicts


@pytest.mark.parametrize("first", ["公开", "本机构", "受限"])
def test_a_merged_record_is_not_more_public_than_any_source(first: str) -> None:
    kept = replace(PICKER, visibility=first)  # type: ignore[arg-type]
    shown = merge_records(kept, [replace(COPY, visibility="本机构")]).record.visibility
    assert shown == ("受限" if first == "受限" else "本机构")


def test_a_record_alone_is_shown_as_it_is() -> None:
    assert merge_records(PICKER, []).record == PICKER
    empty = Achievement(id="E")
    assert merge_records(empty, [replace(empty, id="F")]).record == empty
