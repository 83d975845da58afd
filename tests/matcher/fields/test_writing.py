import pytest

from matcher.fields.dates import read_date
from matcher.fields.industry_names import stated
from matcher.fields.money import read_money
from matcher.fields.owner import read_owner
from matcher.fields.region import read_region
from matcher.fields.transfer import read_modes


@pytest.mark.parametrize(
    ("raw", "value"), [("300萬元", 300), ("1.2億", 12_000), ("伍拾萬元", 50), ("５０～８０萬", 80)]
)
def test_a_traditional_amount_is_read_and_kept_as_it_was_written(raw, value):
    parsed = read_money(raw)
    assert (parsed.value, parsed.raw) == (value, raw)


def test_traditional_words_mean_what_the_simplified_ones_mean():
    assert read_money("面議").state == "negotiable"
    assert read_date("長期").state == "open"
    assert read_date("2年內").months == 24
    assert read_modes("技術轉讓；許可").modes == read_modes("技术转让；许可").modes
    assert stated("醫藥製造業") == stated("医药制造业") != ("", frozenset())


def test_traditional_names_of_places_and_owners_are_understood():
    region = read_region("山東省青島市")
    assert (region.place.city, region.raw) == ("青岛市", "山東省青島市")
    assert read_region("", "寧波某某公司").place.city == "宁波市"
    owner = read_owner("", "清華大學")
    assert (owner.kind, owner.raw) == ("高校", "清華大學")
