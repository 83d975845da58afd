import pytest

from matcher.fields.owner import read_owner
from matcher.fields.transfer import read_modes


@pytest.mark.parametrize(
    ("raw", "modes"),
    [
        ("技术转让/许可", "转让 许可"),
        ("独占许可", "独占许可"),
        ("技术许可（独占）", "独占许可"),
        ("非独占许可", "普通许可"),
        ("排它性许可；普通实施许可", "排他许可 普通许可"),
        ("许可、独占许可", "独占许可"),
        ("开放许可", "开放许可"),
        ("作价投资", "作价入股"),
        ("技术入股，合作开发", "作价入股 合作开发"),
        ("股权合作", "作价入股"),
        ("联合研发", "合作开发"),
        ("技术转让或合作开发", "转让 合作开发"),
        ("委托开发", "委托开发"),
        ("技术服务;技术咨询", "技术服务 技术咨询"),
        ("自行实施转化", "自行转化"),
        ("股权融资", "融资"),
        ("实物抵押", "其他"),
        ("转让；实物抵押", "转让 其他"),
    ],
)
def test_modes_come_from_a_closed_list(raw, modes):
    parsed = read_modes(raw)
    assert parsed is not None
    assert parsed.modes == tuple(modes.split())
    assert parsed.as_json()["raw"] == raw


def test_what_is_not_understood_is_kept_by_name():
    assert read_modes("转让；实物抵押").as_json() == {  # type: ignore[union-attr]
        "raw": "转让；实物抵押",
        "modes": ["转让", "其他"],
        "unread": ["实物抵押"],
    }


@pytest.mark.parametrize("raw", ["面议", "不限", "合作、入股均可"])
def test_an_open_mode_is_told_from_none(raw):
    parsed = read_modes(raw)
    assert parsed is not None
    assert parsed.open
    assert "其他" not in parsed.modes
    assert parsed.as_json()["open"]


@pytest.mark.parametrize("raw", ["", " ", "；"])
def test_nothing_is_read_out_of_nothing(raw):
    assert read_modes(raw) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("浙江大学", "高校"),
        ("清华大学深圳国际研究生院", "高校"),
        ("某某职业技术学院", "高校"),
        ("某某大学附属第一医院", "医院"),
        ("某某科学院", "科研院所"),
        ("中国科学院金属研究所", "科研院所"),
        ("某省农业机械推广站", "科研院所"),
        ("苏州某某科技有限公司", "企业"),
        ("江南某造船厂", "企业"),
        ("某省农业农村厅", "政府机构"),
        ("某某机械工程学会", "社会组织"),
        ("新型涂层课题组", "个人"),
        ("某某大学；某某有限公司", "高校"),
    ],
)
def test_the_owner_s_name_tells_its_kind(name, kind):
    parsed = read_owner("", name)
    assert parsed is not None
    assert (parsed.kind, parsed.how) == (kind, "inferred")
    assert parsed.confidence < 1


def test_a_person_is_a_person_and_the_name_is_not_repeated():
    parsed = read_owner("", "李建国")
    assert parsed is not None
    assert parsed.as_json() == {"raw": "", "kind": "个人", "how": "inferred", "confidence": 0.7}


@pytest.mark.parametrize(
    ("stated", "kind", "confidence"),
    [("高等院校", "高校", 1.0), ("民营企业", "企业", 1.0), ("省属科研单位", "科研院所", 0.9)],
)
def test_a_stated_type_wins(stated, kind, confidence):
    parsed = read_owner(stated, "某某医院")
    assert parsed is not None
    assert (parsed.kind, parsed.how, parsed.confidence) == (kind, "stated", confidence)


def test_an_unclear_type_falls_back_to_the_name_and_an_unclear_name_to_nothing():
    assert read_owner("一类", "某某医院").kind == "医院"  # type: ignore[union-attr]
    assert read_owner("", "奇热新材") is None
    assert read_owner("", "") is None
