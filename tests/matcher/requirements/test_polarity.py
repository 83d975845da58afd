"""What a requirement denies, and whether an achievement denies it too."""

import pytest

from matcher.requirements.clauses import LONGEST, clauses, widened
from matcher.requirements.polarity import NEITHER, denial_of, denied_in


def told(requirement, text):
    return denial_of(requirement, text, clauses(text))


@pytest.mark.parametrize(
    ("requirement", "text", "polarity"),
    [
        ("不产生危废", "处理1吨料会产生危废约20公斤。", "opposes"),
        ("不产生危废", "全过程无危废产生。", "agrees"),
        ("不产生危废污泥", "工艺产生大量铁泥，需按危废处置。", "opposes"),
        ("更换不停炉", "滤芯更换须停炉四小时。", "opposes"),
        ("无需停机", "更换膜片时需停产两天。", "opposes"),
        ("无需停机", "清洗不停机。", "agrees"),
        ("废水零排放", "冷凝水回到前段，全程无废水外排。", "agrees"),
        ("粉尘零排放", "粉尘经烟囱排放。", ""),
        ("不含氟", "表面涂层含氟。", "opposes"),
        ("不含氟", "配方无氟、无硅。", "agrees"),
        ("免清洗", "焊后需清洗助焊剂。", "opposes"),
        ("免清洗", "焊后免清洗。", "agrees"),
        ("不使用甲醛", "以豆胶代替甲醛。", "agrees"),
        ("不使用甲醛", "成品中甲醛未检出。", "agrees"),
        ("避免粉尘爆炸", "可减轻粉尘爆炸。", ""),
        ("不锈钢外壳", "外壳采用不锈钢。", ""),
        ("无人机巡检", "需人机配合。", ""),
        ("厚度不低于3mm", "厚度需3mm。", ""),
        ("不腐蚀钢筋", "对钢筋腐蚀小。", ""),
        ("不产生废渣", "该设备结构紧凑。", ""),
        ("附着牢固", "附着不牢固。", ""),
        ("不产生废水", "该工艺不可避免地产生废水。", "opposes"),
        ("不产生废水", "生产中难以避免产生废水。", "opposes"),
        ("不产生废水", "目前无法杜绝产生废水。", "opposes"),
        ("不使用溶剂", "目前不得不使用溶剂。", "opposes"),
        ("不产生废水", "可避免产生废水。", "agrees"),
        ("不含甲醛", "所用防潮剂含甲醛。", "opposes"),
    ],
)
def test_an_offer_stands_to_a_denial_as_a_person_reads_it(requirement, text, polarity):
    assert told(requirement, text).polarity == polarity


def test_one_clause_that_denies_outweighs_those_that_speak_of_it():
    text = "传统工艺会产生废渣，本工艺不产生废渣。"
    found = told("不产生废渣", text)
    assert found.polarity == "agrees"
    assert text[slice(*found.place)] == "本工艺不产生废渣"


def test_the_clause_that_says_the_contrary_is_pointed_at():
    text = "效率高，更换滤袋须停窑三天，成本低。"
    assert text[slice(*told("更换不停窑", text).place)] == "更换滤袋须停窑三天"


def test_silence_is_neither():
    assert told("", "") == told("不产生废渣", "") == NEITHER


def test_what_is_denied_is_told_without_what_leads_to_it():
    assert [one.words for one in denied_in("不得使用含铅焊料、无需停机")] == ["铅焊料", "停机"]
    text = "无需停机"
    assert text[slice(*denied_in(text)[0].place)] == "停机"


def test_clauses_end_at_marks_and_keep_numbers_whole():
    text = "产能1,200吨，能耗低；无废水。\n 成本省！"
    assert [text[slice(*one)] for one in clauses(text)] == [
        "产能1,200吨",
        "能耗低",
        "无废水",
        "成本省",
    ]
    assert clauses("，。") == []
    assert clauses(text, 9, 12) == [(9, 12)]


def test_a_clause_takes_in_the_worthier_neighbour_while_there_is_room():
    places = [(0, 10), (11, 20), (21, 30)]
    assert widened(places, 1, [0.9, 1.0, 0.1]) == (0, 30)
    far = [(0, 20), (21, 30), (31, 31 + LONGEST)]
    assert widened(far, 1, [0.5, 1.0, 0.9]) == (0, 30)
    assert widened([(0, 2 * LONGEST)], 0, [1.0]) == (0, 2 * LONGEST)
