import numpy as np
import pytest

from indexing.errors import CorruptIndexError, UnknownIdError, UnknownRowError
from indexing.id_map import IdMap
from tests.indexing.checks import rows_of


def test_ids_and_rows_lead_to_each_other():
    ids = IdMap()
    new, old = ids.assign(["乙", "甲", ""])
    assert (new.tolist(), old.tolist()) == ([0, 1, 2], [])
    assert ids.rows(["甲", "", "甲"]).tolist() == [1, 2, 1]
    assert ids.ids(rows_of(1, 0)) == ["甲", "乙"]
    assert "甲" in ids
    assert "丙" not in ids
    assert ids.rows([]).dtype == np.int64


def test_a_row_is_never_given_twice(folder):
    ids = IdMap()
    ids.assign(["甲", "乙"])
    new, old = ids.assign(["乙"])
    assert (new.tolist(), old.tolist()) == ([2], [1])
    assert ids.remove(["乙", "乙", "丁"]).tolist() == [2]
    ids.save(folder)
    again = IdMap.load(folder)
    assert again.assign(["丙"])[0].tolist() == [3]
    assert len(again) == 2


def test_ids_of_any_characters_survive_a_save(folder):
    names = ["a\nb", "\ud800", "“", " ", "A/1", "😀"]
    ids = IdMap()
    ids.assign(names)
    ids.save(folder)
    assert IdMap.load(folder).ids(np.arange(6)) == names


def test_unknown_ids_and_rows_are_named():
    ids = IdMap()
    ids.assign(["甲"])
    with pytest.raises(UnknownIdError, match="乙、丙、丁、戊、己 等"):
        ids.rows(["甲", *"乙丙丁戊己庚"])
    with pytest.raises(UnknownRowError, match="7"):
        ids.ids(rows_of(0, 7))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        '{"next_row": 1, "rows": {"a": 0, "b": 0}}',
        '{"next_row": 1, "rows": {"a": 1}}',
        '{"next_row": 1, "rows": []}',
    ],
)
def test_content_that_cannot_be_right_is_damage(content, folder):
    (folder / "ids.json").write_text(content)
    with pytest.raises(CorruptIndexError, match=r"ids\.json"):
        IdMap.load(folder)
