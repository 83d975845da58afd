import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing import id_blocks, id_map
from indexing.errors import CorruptIndexError, UnknownIdError, UnknownRowError
from indexing.files import save_bits
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


def saved(ids: IdMap, folder) -> IdMap:
    folder.mkdir()
    ids.save(folder)
    return IdMap.load(folder)


def test_saved_ids_are_found_changed_and_removed(folder):
    ids = IdMap()
    ids.assign([f"号{number}" for number in range(100)])
    ids = saved(ids, folder / "1")
    new, old = ids.assign(["号7", "新"])
    assert (new.tolist(), old.tolist()) == ([100, 101], [7])
    assert ids.remove(["号8", "没有"]).tolist() == [8]
    for each in (ids, saved(ids, folder / "2")):
        assert each.rows(["号9", "新", "号7"]).tolist() == [9, 101, 100]
        assert each.ids(rows_of(101, 9, 100)) == ["新", "号9", "号7"]
        assert "号8" not in each
        assert len(each) == 100
        with pytest.raises(UnknownRowError, match="7"):
            each.ids(rows_of(7))


def test_a_small_change_links_the_ids_that_were_there(folder):
    ids = IdMap()
    ids.assign([f"号{number}" for number in range(100)])
    ids = saved(ids, folder / "1")
    ids.assign(["新"])
    saved(ids, folder / "2")
    assert (folder / "2" / "text-000.npy").samefile(folder / "1" / "text-000.npy")
    assert (folder / "2" / "text-001.npy").stat().st_size < 200


def test_ids_with_the_same_key_are_told_apart(folder, monkeypatch):
    monkeypatch.setattr(id_blocks, "key_of", lambda text: len(text))
    monkeypatch.setattr(id_map, "key_of", lambda text: len(text))
    ids = IdMap()
    ids.assign(["aa", "bb", "cc", "d"])
    ids = saved(ids, folder / "1")
    ids.remove(["bb"])
    assert ids.rows(["cc", "d", "aa"]).tolist() == [2, 3, 0]
    assert "bb" not in ids
    assert "xx" not in ids


@pytest.mark.parametrize("name", ["rows", "ends", "text", "keys", "order"])
def test_a_block_whose_files_do_not_fit_is_damage(name, folder):
    ids = IdMap()
    ids.assign(["甲", "乙"])
    ids.save(folder)
    path = folder / f"{name}-000.npy"
    np.save(path, np.load(path)[:-1])
    with pytest.raises(CorruptIndexError, match=r"rows-000\.npy"):
        IdMap.load(folder)


def test_rows_that_no_block_has_are_damage(folder):
    ids = IdMap()
    ids.assign(["甲", "乙"])
    ids.remove(["甲"])
    ids.save(folder)
    save_bits(folder / "present.npy", np.array([True, True]))
    with pytest.raises(CorruptIndexError, match="行号重复"):
        IdMap.load(folder)


steps = st.lists(
    st.tuples(st.sampled_from(["assign", "remove", "save"]), st.sets(st.integers(0, 9))),
    max_size=12,
)


@given(steps=steps)
@settings(max_examples=40, deadline=None)
def test_any_sequence_of_changes_leaves_what_a_dict_would_hold(steps, tmp_path_factory):
    ids, model, given_out = IdMap(), {}, 0
    for step, numbers in steps:
        names = [f"号{number}" for number in sorted(numbers)]
        if step == "assign":
            new, old = ids.assign(names)
            assert sorted(old.tolist()) == sorted(model[name] for name in names if name in model)
            assert new.tolist() == list(range(given_out, given_out + len(names)))
            model.update(zip(names, new.tolist(), strict=True))
            given_out += len(names)
        elif step == "remove":
            gone = sorted(model.pop(name) for name in names if name in model)
            assert sorted(ids.remove(names).tolist()) == gone
        else:
            ids = saved(ids, tmp_path_factory.mktemp("ids") / "a")
    assert len(ids) == len(model)
    assert ids.rows(list(model)).tolist() == list(model.values())
    assert ids.ids(rows_of(*model.values())) == list(model)
    assert [name for name in (f"号{n}" for n in range(10)) if name in ids] == sorted(model)
