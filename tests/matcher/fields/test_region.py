import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import ResourceError
from matcher.fields import rebuild_regions, resources
from matcher.fields.places import MUNICIPALITIES, common, gazetteer, is_within, short_name
from matcher.fields.region import read_region

STATED = [
    "",
    "浙江省杭州市西湖区 浙江省 杭州市 西湖区 330106",
    "浙江-杭州 浙江省 杭州市 - 330100",
    "浙江/杭州/西湖 浙江省 杭州市 西湖区 330106",
    "杭州 浙江省 杭州市 - 330100",
    "中国浙江 浙江省 - - 330000",
    "浙江省内 浙江省 - - 330000",
    "西湖区(杭州) 浙江省 杭州市 西湖区 330106",
    "北京朝阳 北京市 北京市 朝阳区 110105",
    "长春朝阳区 吉林省 长春市 朝阳区 220104",
    "辽宁朝阳 辽宁省 朝阳市 - 211300",
    "朝阳市 辽宁省 朝阳市 - 211300",
    "吉林 吉林省 - - 220000",
    "吉林市 吉林省 吉林市 - 220200",
    "吉林吉林 吉林省 吉林市 - 220200",
    "海南 海南省 - - 460000",
    "海南州 青海省 海南藏族自治州 - 632500",
    "青海省海南藏族自治州 青海省 海南藏族自治州 - 632500",
    "海南海口 海南省 海口市 - 460100",
    "内蒙 内蒙古自治区 - - 150000",
    "内蒙古包头 内蒙古自治区 包头市 - 150200",
    "内蒙古呼和浩特 内蒙古自治区 呼和浩特市 - 150100",
    "新疆和田 新疆维吾尔自治区 和田地区 - 653200",
    "新疆生产建设兵团 新疆维吾尔自治区 - - 650000",
    "石河子 新疆维吾尔自治区 石河子市 - 659001",
    "广西壮族自治区南宁市 广西壮族自治区 南宁市 - 450100",
    "宁夏 宁夏回族自治区 - - 640000",
    "深圳南山 广东省 深圳市 南山区 440305",
    "东莞松山湖 广东省 东莞市 - 441900",
    "苏州市工业园区 江苏省 苏州市 - 320500",
    "江苏昆山 江苏省 苏州市 昆山市 320583",
    "昆山 江苏省 苏州市 昆山市 320583",
    "义乌市 浙江省 金华市 义乌市 330782",
    "宁波市鄞州区 浙江省 宁波市 鄞州区 330212",
    "辽宁沈阳市和平区 辽宁省 沈阳市 和平区 210102",
    "大连中山区 辽宁省 大连市 中山区 210202",
    "中山 广东省 中山市 - 442000",
    "重庆市渝北区 重庆市 重庆市 渝北区 500112",
    "重庆两江新区 重庆市 重庆市 - 500000",
    "上海浦东 上海市 上海市 浦东新区 310115",
    "上海市南京东路 上海市 上海市 - 310000",
    "济源市 河南省 济源市 - 419001",
    "湖北仙桃 湖北省 仙桃市 - 429004",
    "恩施州 湖北省 恩施土家族苗族自治州 - 422800",
    "大理市 云南省 大理白族自治州 大理市 532901",
    "襄樊 湖北省 襄阳市 - 420600",
    "河北雄安新区 河北省 - - 130000",
    "安徽和县 安徽省 马鞍山市 和县 340523",
    "香港 香港特别行政区 - - 810000",
    "澳门特区 澳门特别行政区 - - 820000",
    "台湾省台北市 台湾省 - - 710000",
    "330100 浙江省 杭州市 - 330100",
    "33 浙江省 - - 330000",
    "330100000000 浙江省 杭州市 - 330100",
    "京 北京市 北京市 - 110000",
    "沪 上海市 上海市 - 310000",
    "粤 广东省 - - 440000",
    "杭州、宁波 浙江省 - - 330000",
    "江苏，苏州 江苏省 苏州市 - 320500",
    "",
]
"""What is written, then province, city, district and code; `-` for nothing."""

INFERRED = [
    "",
    "浙江大学 浙江省 杭州市",
    "浙江大学宁波理工学院 浙江省 宁波市",
    "吉林大学 吉林省 长春市",
    "中山大学附属第一医院 广东省 广州市",
    "山东大学（威海） 山东省 威海市",
    "中国石油大学（华东） 山东省 青岛市",
    "西安交通大学苏州研究院 陕西省 -",
    "西安交通大学 陕西省 西安市",
    "北京大学深圳研究生院 广东省 深圳市",
    "东北大学秦皇岛分校 河北省 秦皇岛市",
    "南京工业大学 江苏省 南京市",
    "中国科学院大连化学物理研究所 辽宁省 大连市",
    "中国农业科学院兰州兽医研究所 甘肃省 兰州市",
    "国网江苏省电力有限公司 江苏省 -",
    "苏州微纳科技有限公司 江苏省 苏州市",
    "某某新材料（苏州）有限公司 江苏省 苏州市",
    "浙江某某股份有限公司 浙江省 -",
    "福建省晋江市某鞋厂 福建省 泉州市",
    "内蒙古某乳业 内蒙古自治区 -",
    "海南某公司 海南省 -",
    "上海交通大学 上海市 上海市",
    "",
]


def rows(lines):
    return [line.split() for line in lines if line]


@pytest.mark.parametrize(("raw", "province", "city", "district", "code"), rows(STATED))
def test_a_region_column_is_read_down_to_the_district(raw, province, city, district, code):
    parsed = read_region(raw)
    assert parsed is not None
    place = parsed.place
    found = (place.province, place.city or "-", place.district or "-", place.code)
    assert found == (province, city, district, code)
    assert (parsed.raw, parsed.how) == (raw, "stated")
    assert 0.9 < parsed.confidence <= 1


@pytest.mark.parametrize(
    "raw",
    [
        *("", "西湖区", "鼓楼区", "朝阳区", "朝阳", "和平区", "通州", "通州区"),  # several places
        *(
            "江苏、浙江",
            "江苏和浙江",
            "广东省、江苏省",
            "山西西安",
        ),  # several regions, contradictions
        *("美国", "美国加州", "日本东京", "全国", "华东地区", "长三角", "海外"),
        *("其他", "——", "市辖区", "999999", "2024", "中国", "东方"),
    ],
)
def test_what_is_no_single_place_stays_empty(raw):
    assert read_region(raw, "") is None


def test_a_shared_district_is_read_as_far_as_it_is_sure():
    parsed = read_region("江苏 鼓楼区")
    assert parsed is not None
    assert (parsed.place.province, parsed.place.city) == ("江苏省", "")


@pytest.mark.parametrize(("raw", "province", "city"), rows(INFERRED))
def test_an_organisation_s_name_tells_where_it_is(raw, province, city):
    parsed = read_region("", raw)
    if raw.startswith("西安交通大学苏州"):  # the branch counts, not the mother
        province, city = "江苏省", "苏州市"
    assert parsed is not None
    assert (parsed.place.province, parsed.place.city or "-") == (province, city)
    assert (parsed.raw, parsed.how) == (raw, "inferred")
    assert parsed.confidence < 1


@pytest.mark.parametrize(
    "raw",
    ["华为技术有限公司", "东方电气集团", "朝阳某机械厂", "中山医院", "张三", "中国", "美国某公司"],
)
def test_a_name_without_a_place_tells_nothing(raw):
    assert read_region("", raw) is None


def test_a_stated_region_wins_over_the_organisation_even_where_it_is_not_understood():
    parsed = read_region("江苏苏州", "浙江大学")
    assert parsed is not None
    assert parsed.place.city == "苏州市"
    assert read_region("华东地区", "浙江大学") is None
    parsed = read_region("不详", "浙江大学")
    assert parsed is not None
    assert parsed.how == "inferred"


def test_the_codes_follow_the_names():
    parsed = read_region("深圳南山")
    assert parsed is not None
    assert json.loads(json.dumps(parsed.as_json(), ensure_ascii=False)) == {
        "raw": "深圳南山",
        "province": "广东省",
        "city": "深圳市",
        "district": "南山区",
        "province_code": "440000",
        "city_code": "440300",
        "code": "440305",
        "how": "stated",
        "confidence": 0.97,
    }
    assert "district" not in read_region("深圳").as_json()  # type: ignore[union-attr]


TITLES = sorted(gazetteer()._titles.items())


@given(st.sampled_from(TITLES))
def test_every_place_is_found_by_its_full_name(entry):
    code, title = entry
    place = gazetteer().place(code)
    assert place is not None
    above = place.province + ("" if code[:2] in MUNICIPALITIES else place.city)
    parsed = read_region(title if title == place.province else above + place.district)
    assert parsed is not None
    assert parsed.place == place
    assert is_within(code, place.province_code)
    assert not place.city_code or is_within(code, place.city_code)


@given(st.text("浙江省杭州市和、 大学（）朝阳区abc中国", max_size=15))
def test_any_text_is_read_or_left_alone(text):
    for parsed in (read_region(text), read_region("", text)):
        assert parsed is None or parsed.place.province


@pytest.mark.parametrize(
    ("codes", "together"),
    [
        (("330106", "330100"), "330100"),
        (("330106", "330203"), "330000"),
        (("110101", "110105"), "110000"),
        (("419001", "410100"), "410000"),
        (("429004", "429005"), "420000"),
        (("330100", "320100"), ""),
        (("330106",), "330106"),
        ((), ""),
    ],
)
def test_places_have_a_common_one_above_them(codes, together):
    assert common(codes) == together


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("恩施土家族苗族自治州", "恩施"),
        ("伊犁哈萨克自治州", "伊犁"),
        ("阿克苏地区", "阿克苏"),
        ("浦东新区", "浦东"),
        ("神农架林区", "神农架"),
    ],
)
def test_short_names_leave_out_the_kind_of_place(title, short):
    assert short_name(title) == short


def test_the_table_is_made_of_three_files_and_leaves_out_what_is_no_place(tmp_path):
    for name, text in {
        "provinces": 'code,name\n33,"浙江省"\n50,"重庆市"\n44,"广东省"\n',
        "cities": "code,name,provinceCode\n3301,杭州市,33\n5002,县,50\n4419,东莞市,44\n",
        "areas": "code,name,cityCode,provinceCode\n330106,西湖区,3301,33\n441900,东莞市,4419,44\n",
    }.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    lines = rebuild_regions.table(tmp_path).splitlines()
    assert lines[0].startswith("#")
    assert [line for line in lines if line[0] != "#"] == [
        "330000\t浙江省",
        "330100\t杭州市",
        "330106\t西湖区",
        "440000\t广东省",
        "441900\t东莞市",
        "500000\t重庆市",
    ]


def test_the_table_is_written_where_it_is_asked_for(tmp_path, monkeypatch):
    for name in ("provinces", "cities", "areas"):
        (tmp_path / f"{name}.csv").write_text("code,name\n11,北京市\n", "utf-8")
    out = tmp_path / "out.tsv"
    monkeypatch.setattr("sys.argv", ["x", "--folder", str(tmp_path), "--out", str(out)])
    rebuild_regions.main()
    assert out.read_text("utf-8").endswith("110000\t北京市\n")


def test_a_missing_table_is_told_so(monkeypatch, tmp_path):
    monkeypatch.setattr(resources.resources, "files", lambda package: tmp_path)
    with pytest.raises(ResourceError, match="重新安装"):
        resources.read_text("regions.tsv")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "broken.json").write_text("{", "utf-8")
    with pytest.raises(ResourceError, match="损坏"):
        resources.read_json("broken.json")
