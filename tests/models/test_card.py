"""Cards: strict reading, and files that are checked against their hashes."""

import hashlib
import json
from pathlib import Path

import pytest

from models.card import file_sha256, read_card, verify
from models.errors import CardError, ModelFileMissingError, ModelIntegrityError

CONTENT = b"weights"


def card(**changes):
    return {
        "name": "toy",
        "version": "1",
        "kind": "static",
        "origin": "测试",
        "licence": "MIT",
        "language": "zh",
        "dim": 4,
        "token_dim": None,
        "max_tokens": 0,
        "training_data": "无",
        "metrics": {"mrr": 0.5},
        "files": {"weights.bin": hashlib.sha256(CONTENT).hexdigest()},
        "rebuild": "python -m toy",
        "notes": "",
    } | changes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "weights.bin").write_bytes(CONTENT)
    write(tmp_path, card())
    return tmp_path


def write(folder: Path, content: object) -> None:
    (folder / "card.json").write_text(json.dumps(content), encoding="utf-8")


def test_a_card_gives_back_what_its_file_says(folder):
    read = read_card(folder)
    assert {name: getattr(read, name) for name in card()} == card()


def test_a_card_cannot_be_changed(folder):
    read = read_card(folder)
    with pytest.raises(TypeError):
        read.files["weights.bin"] = "0" * 64


def test_all_problems_of_a_card_are_named_at_once(folder):
    content = card(dim=0, kind="other", colour="red")
    del content["licence"]
    write(folder, content)
    with pytest.raises(CardError) as caught:
        read_card(folder)
    message = str(caught.value)
    assert len(caught.value.problems) == 4
    assert all(word in message for word in ("dim", "kind", "colour", "licence", "4 处"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("version", 1),
        ("dim", True),
        ("dim", "384"),
        ("token_dim", 0),
        ("max_tokens", -1),
        ("metrics", {"mrr": "0.5"}),
        ("metrics", {"mrr": True}),
        ("metrics", []),
        ("files", {}),
        ("files", {"weights.bin": "abc"}),
        ("files", {"weights.bin": "G" * 64}),
        ("files", {"../weights.bin": "0" * 64}),
        ("notes", None),
    ],
)
def test_an_ill_typed_field_is_refused(folder, field, value):
    write(folder, card(**{field: value}))
    with pytest.raises(CardError, match=field):
        read_card(folder)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe"])
def test_a_file_that_is_no_card_is_refused(folder, content):
    (folder / "card.json").write_bytes(content)
    with pytest.raises(CardError, match="1 处问题"):
        read_card(folder)


def test_a_folder_without_a_card_is_refused(tmp_path):
    with pytest.raises(CardError, match="文件不存在"):
        read_card(tmp_path)


def test_whole_files_pass_and_the_hash_is_that_of_the_bytes(folder):
    verify(folder, read_card(folder))
    assert file_sha256(folder / "weights.bin") == hashlib.sha256(CONTENT).hexdigest()


def test_a_missing_file_is_named_with_the_command_that_makes_it(folder):
    (folder / "weights.bin").unlink()
    with pytest.raises(ModelFileMissingError, match=r"weights\.bin.*python -m toy"):
        verify(folder, read_card(folder))


def test_a_damaged_file_is_named_with_what_to_do(folder):
    (folder / "weights.bin").write_bytes(b"weighty")
    with pytest.raises(ModelIntegrityError, match=r"weights\.bin[\s\S]*重新安装"):
        verify(folder, read_card(folder))


def test_the_fingerprint_follows_the_files_and_the_version(folder):
    first = read_card(folder).fingerprint
    write(folder, card(version="2"))
    second = read_card(folder).fingerprint
    write(folder, card(files={"weights.bin": "0" * 64}))
    third = read_card(folder).fingerprint
    assert len({first, second, third}) == 3
    write(folder, card(notes="其他"))
    assert read_card(folder).fingerprint == first
