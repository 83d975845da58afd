import pytest

from matcher.errors import RoadshowError
from matcher.roadshow.chain import Chain, Link, as_need, by_keywords
from matcher.roadshow.supply import supply_list
from matcher.types import Need
from tests.matcher.series.small_series import entrant, fit

LINKS = (
    Link(id="yarn", name="纺纱", keywords=("紧密纺",), after=("fibre",)),
    Link(id="fibre", name="纤维"),
    Link(id="dye", name="染色", keywords=("印染", "染料"), text="少水染色", after=("yarn",)),
    Link(id="sew", name="成衣", after=("dye",)),
)
CHAIN = Chain(title="纺织产业链", links=LINKS)
PEOPLE = (
    entrant("a1", "甲校", readiness=("8",)),
    entrant("a2", "乙所", readiness=("7-9级",)),
    entrant("a3", "甲校", readiness=("4-6级",)),
    entrant("a4", "甲校", readiness=()),
    entrant("a5", ""),
    entrant("a6", ""),
)
GRADES = {
    "fibre": {"a1": 4, "a2": 3},
    "yarn": {"a1": 3, "a3": 3, "a4": 1},
    "dye": {"a1": 2, "a2": 2},
    "sew": {"a3": 4},
}


def grade(need):
    return [fit(id_, need.id, level) for id_, level in GRADES.get(need.id, {}).items()]


def rows(**settings):
    found = supply_list(CHAIN, PEOPLE, grade, **settings)
    return {one.link.id: one for one in found.rows}


def test_rows_stand_from_upstream_to_downstream() -> None:
    assert list(rows()) == ["fibre", "yarn", "dye", "sew"]


def test_states_and_their_reasons() -> None:
    found = rows()
    assert {id_: one.state for id_, one in found.items()} == {
        "fibre": "covered",
        "yarn": "weak",
        "dye": "uncovered",
        "sew": "weak",
    }
    assert found["fibre"].flags == ()
    assert found["yarn"].flags == ("只有一家单位：甲校", "没有强相关的成果")
    assert found["dye"].flags == ("没有较强相关以上的成果，另有 2 项弱相关",)
    assert found["sew"].flags == ("只有一项成果", "成熟度最高 4 级，低于 7 级")


def test_unknown_readiness_and_unknown_owners_are_weaknesses_too() -> None:
    chain = Chain(title="链", links=(Link(id="x", name="甲"),))
    found = supply_list(chain, PEOPLE, lambda need: [fit("a5", "x"), fit("a6", "x")])
    assert found.rows[0].flags == ("单位均不详", "成熟度均未知")


def test_the_matrix_has_who_supplies_any_link() -> None:
    ids, cells = supply_list(CHAIN, PEOPLE, grade).matrix()
    assert ids == ("a1", "a2", "a3")
    assert cells == ((4, 3, 1), (3, 1, 3), (2, 2, 1), (1, 1, 4))


def test_counts_institutions_and_the_order_of_fits() -> None:
    one = rows()["fibre"]
    assert [fit_.entrant for fit_ in one.fits] == ["a1", "a2"]
    assert one.institutions == ("乙所", "甲校")
    assert {int(level): count for level, count in one.counts.items()} == {1: 0, 2: 0, 3: 1, 4: 1}


def test_posted_needs_stand_behind_their_links_and_order_the_open_ones() -> None:
    needs = [
        Need(id="n2", title="染料利用率低", text=""),
        Need(id="n1", title="车间", text="印染废水"),
        Need(id="n3", title="无关", text="无关"),
    ]
    found = supply_list(CHAIN, PEOPLE, grade, needs=needs)
    dye = next(one for one in found.rows if one.link.id == "dye")
    assert dye.needs == ("n1", "n2")
    assert dye.holds_up == ("sew",)
    assert found.uncovered == (dye,)
    none = supply_list(CHAIN, PEOPLE, lambda need: [], needs=needs)
    assert [one.link.id for one in none.uncovered] == ["dye", "fibre", "yarn", "sew"]


def test_belonging_can_be_decided_otherwise() -> None:
    needs = [Need(id="n1", title="任意")]
    found = rows(needs=needs, belongs=lambda link, need: link.id == "sew")
    assert found["sew"].needs == ("n1",)
    assert found["dye"].needs == ()


def test_a_lower_bar_of_readiness_makes_fewer_links_weak() -> None:
    assert rows(ready=4)["sew"].flags == ("只有一项成果",)


def test_strangers_are_left_out() -> None:
    found = supply_list(CHAIN, PEOPLE[:1], grade)
    assert {one.entrant for row in found.rows for one in row.fits} == {"a1"}


def test_a_link_is_asked_as_a_need() -> None:
    need = as_need(LINKS[2])
    assert (need.id, need.title) == ("dye", "染色")
    assert need.text == "少水染色\n关键技术：印染、染料。"
    assert by_keywords(LINKS[2], Need(id="x", title="染色机"))


@pytest.mark.parametrize(
    ("links", "told"),
    [
        ((), "没有环节"),
        ((LINKS[1], LINKS[1]), "编号相同"),
        ((LINKS[0],), "上游“fibre”不存在"),
        (
            (Link(id="a", name="甲", after=("b",)), Link(id="b", name="乙", after=("a",))),
            "成环",
        ),
    ],
)
def test_a_chain_that_makes_no_sense_says_why(links, told) -> None:
    with pytest.raises(RoadshowError, match=told):
        Chain(title="链", links=links)
