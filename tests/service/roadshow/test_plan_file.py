"""Plan files: every mistake at once, each with its line and its rule."""

import tomllib
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.roadshow.errors import SHOWN, PlanFileError
from service.roadshow.plan_file import read_plan
from service.roadshow.plan_parts import selection_plan
from service.roadshow.toml_lines import lines_of
from service.roadshow.toml_text import LARGEST

GOOD = """[event]
title = "春季路演"
size = 5
date = 2026-12-05

[candidates]
must = ["A1"]

[worth]
strong = 8
repeats = [1, 0.5]

[caps]
shown = 2
institution = 1

[[quota]]
dimension = "成熟度"
value = "TRL7-9"
least = "40%"

[[quota]]
dimension = "region"
value = "浙江"
most = "50%"

[[conflict]]
between = ["A3", "A2", "A4"]

[[barred]]
achievement = "A1"
need = "N1"
"""


def mistakes(text: str, known: frozenset[str] | None = None) -> list[tuple[int, str]]:
    """Lines and rules of everything that is wrong with a plan."""
    there = None if known is None else lambda _side, ids: known.intersection(ids)
    with pytest.raises(PlanFileError) as caught:
        read_plan(text.encode(), "计划.toml", there)
    return [(one.line, one.rule) for one in caught.value.mistakes]


def told(text: str) -> str:
    with pytest.raises(PlanFileError) as caught:
        read_plan(text.encode(), "计划.toml")
    return str(caught.value)


def test_a_good_plan_becomes_what_the_solver_takes() -> None:
    plan = selection_plan(read_plan(GOOD.encode(), "计划.toml"), own=[("A9", "N9")])
    assert (plan.title, plan.size, plan.held_on) == ("春季路演", 5, date(2026, 12, 5))
    bounds = [(one.dimension, one.value, one.least, one.most) for one in plan.quotas]
    assert bounds == [
        ("readiness", "7-9", 2, None),
        ("region", "浙江省", 0, 2),
        ("institution", "*", 0, 1),
    ]
    assert (plan.must, plan.most_shown) == (("A1",), 2)
    assert plan.conflicts == (("A2", "A3"), ("A2", "A4"), ("A3", "A4"))
    assert plan.barred == (("A1", "N1"), ("A9", "N9"))
    assert (plan.worth.strong, plan.worth.repeats, plan.worth.weak) == (8, (1, 0.5), 0.5)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_as_people_save_them_are_read(codec: str, line_end: str) -> None:
    content = GOOD.replace("\n", line_end).encode(codec)
    assert read_plan(content, "x").event.title == "春季路演"


def test_all_mistakes_of_a_plan_are_told_at_once_with_their_lines() -> None:
    text = """[event]
title = ""
sizes = 8
seconds = "x"
[candidates]
ids = ["A1", "A1"]
filters = ["trl>=x"]
must = ["A2"]
must_not = ["A2"]
[[quota]]
dimension = "行业"
value = "量子"
least = "140%"
[[quota]]
dimension = "颜色"
value = "红"
[extra]
[agenda]
talks_from = "25:00"
talks_to = 08:00:00
[[absent]]
party = "甲"
begins = "10:00"
ends = "9:00"
"""
    assert mistakes(text, frozenset({"A1"})) == [  # in the order of the file
        (1, "event.size"),
        (2, "event.title"),
        (3, "event.sizes"),
        (4, "event.seconds"),
        (6, "candidates.ids[2]"),
        (7, "candidates.filters[1]"),
        (8, "candidates.must[1]"),
        (8, "candidates.must[1]"),
        (9, "candidates.must_not[1]"),
        (12, "quota[1].value"),
        (13, "quota[1].least"),
        (15, "quota[2].dimension"),
        (17, "extra"),
        (19, "agenda.talks_from"),
        (20, "agenda.talks_to"),
        (24, "absent[1].ends"),
    ]


def test_a_mistake_says_what_is_wrong_and_the_nearest_known_key() -> None:
    message = told("[event]\nsiez = 3\n")
    assert message.startswith("计划 计划.toml 有 2 处要改：")
    assert "第 2 行 event.siez：没有这个键。是不是想写 size？" in message
    assert "第 1 行 event.size：没有写，请补上。" in message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[event]\nsize = “3”\n", 2, "全角符号 “”"),
        ("[event]\nsize = 3\nsize = 4\n", 3, "写了两次"),
        ("[event]\nsize 3\n", 2, "等号"),
        ("[event]\nids = [1,\n2\n", 3, "缺少 ]"),
        ('[event]\ntitle = "abc\n', 2, "字"),
        ("[event]\ndate = 2026-02-30\n", 2, "没有这一天"),
        ("[event\n", 1, "方括号"),
        ("标题 = 1\n", 1, "英文字母"),
        ("[a]\n[a]\n", 2, "写了两次"),
        ("a = 1 2\n", 1, "多余的内容"),
    ],
)
def test_what_is_no_toml_is_explained_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(PlanFileError) as caught:
        read_plan(text.encode(), "x")
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.rule) == (line, "TOML")
    assert words in mistake.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "是空的"),
        (b"  \n# \n", "没有写，请补上 [event] 一节，其中至少要写 size"),
        (b"\xff\xfe\x00", "另存为 UTF-8"),
        (b"#" * (LARGEST + 1), "字节，最多"),
        (b"a = " + b"[" * 5000, "套得太深"),
        (b"quota = 3\nevent = 3", "双方括号"),
        (b"[event]\nsize = 2\n" + b"[[barred]]\nachievement='a'\nneed='b'\n" * 501, "最多 500 节"),
    ],
)
def test_empty_broken_and_huge_files_are_refused(content: bytes, words: str) -> None:
    with pytest.raises(PlanFileError, match=words.replace("[", r"\[").replace("]", r"\]")):
        read_plan(content, "x")


def test_of_very_many_mistakes_only_some_are_listed_and_all_are_counted() -> None:
    ids = ", ".join(f'"A{n}"' for n in range(100))
    text = f"[event]\nsize = 2\n[candidates]\nids = [{ids}]\n"
    with pytest.raises(PlanFileError) as caught:
        read_plan(text.encode(), "x", lambda _side, _ids: ())
    assert len(caught.value.mistakes) == 100
    assert str(caught.value).count("没有编号为") == SHOWN
    assert "共 100 处" in str(caught.value)


CONTRADICTIONS = {
    "[[quota]]\ndimension='region'\nvalue='浙江'\nleast=2\nmost=1": "quota[1].least",
    "[[quota]]\ndimension='region'\nvalue='浙江'\nleast=9": "quota[1].least",
    "[[quota]]\ndimension='region'\nvalue='浙江'": "quota[1]",
    "[[quota]]\ndimension='region'\nvalue='浙江'\nmost=2\n"
    "[[quota]]\ndimension='地区'\nvalue='浙江省'\nmost=3": "quota[2]",
    "[[quota]]\ndimension='region'\nvalue='浙江'\nleast=3\n"
    "[[quota]]\ndimension='region'\nvalue='江苏'\nleast=3": "quota",
    "[candidates]\nmust=['A','B','C','D','E','F']": "candidates.must",
    "[candidates]\nids=[]": "candidates.ids",
    "[candidates]\nmust=['A','B']\n[[conflict]]\nbetween=['A','B']": "conflict[1]",
    "[[conflict]]\nbetween=['A','A']": "conflict[1].between[2]",
    "[worth]\nrepeats=[0.5, 1.0]": "worth.repeats",
    "[worth]\nweak=3\nstrong=2": "worth",
    "[audience]\nfilters=['trl>=6']": "audience.filters[1]",
    "[agenda]\nmeetings_from='14:00'\nmeetings_to='13:00'": "agenda.meetings_to",
    "[invitations]\nleast_per_talk=9\nmost_per_talk=3": "invitations.least_per_talk",
    "[[broker]]\nname='甲'\n[[broker]]\nname='甲'": "broker[2].name",
    "[[break]]\nbegins='10:00'\nends='10:00'": "break[1].ends",
}


@pytest.mark.parametrize("rules", CONTRADICTIONS)
def test_contradictions_are_told(rules: str) -> None:
    text = f"[event]\nsize = 5\n{rules}\n"
    assert [rule for _, rule in mistakes(text)] == [CONTRADICTIONS[rules]]


def test_times_of_the_day_are_written_in_three_ways() -> None:
    text = "[event]\nsize=1\n[agenda]\ntalks_from=09:30:00\nmeetings_from='14：05'\n"
    agenda = read_plan(text.encode(), "x").agenda
    assert agenda is not None
    assert (agenda.talks_from, agenda.meetings_from) == (time(9, 30), time(14, 5))


TRICKY = '''# a [table] = 1
title = "a # [b] = 'c'"
[event] # x
size = 3
a.b = {x = 1, "y z" = [1,
 [2, "]"]]}
[[quota]]
text = """
[no]
k = 1"""
[[quota]]
list = [ # c
  'A"1', "A\\"2",
  2026-12-05 10:00:00 ]
[quota.sub]
"k.1" = 1
'''


def test_the_line_of_every_key_and_element_is_found() -> None:
    assert dict(lines_of(TRICKY)) == {
        ("title",): 2,
        ("event",): 3,
        ("event", "size"): 4,
        ("event", "a"): 5,
        ("event", "a", "b"): 5,
        ("event", "a", "b", "x"): 5,
        ("event", "a", "b", "y z"): 5,
        ("event", "a", "b", "y z", 0): 5,
        ("event", "a", "b", "y z", 1): 6,
        ("event", "a", "b", "y z", 1, 0): 6,
        ("event", "a", "b", "y z", 1, 1): 6,
        ("quota",): 7,
        ("quota", 0): 7,
        ("quota", 0, "text"): 8,
        ("quota", 1): 11,
        ("quota", 1, "list"): 12,
        ("quota", 1, "list", 0): 13,
        ("quota", 1, "list", 1): 13,
        ("quota", 1, "list", 2): 14,
        ("quota", 1, "sub"): 15,
        ("quota", 1, "sub", "k.1"): 16,
    }


values = st.recursive(
    st.integers() | st.booleans() | st.text("ab\"'\\#[]{}=,\n 对", max_size=6),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


def written(value: object) -> str:
    """TOML of a value, lists over several lines."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, list):
        return "[\n" + "".join(f"{written(one)}, # ]\n" for one in value) + "]"
    return str(value)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), values, min_size=1), max_size=4))
def test_each_key_stands_in_the_line_that_is_told(tables: list[dict[str, object]]) -> None:
    text = "".join(
        "[[t]]\n" + "".join(f"{key} = {written(value)}\n" for key, value in table.items())
        for table in tables
    )
    assert tomllib.loads(text).get("t", []) == tables
    lines, rows = lines_of(text), text.split("\n")
    for number, table in enumerate(tables):
        assert rows[lines["t", number] - 1] == "[[t]]"
        for key in table:
            assert rows[lines["t", number, key] - 1].startswith(f"{key} = ")
