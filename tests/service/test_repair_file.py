import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.text.repair import undo
from service import repair_file
from service.errors import RepairError
from service.repair_file import Passage, decode, encode, repair_passages
from service.repair_log import RepairLog, RepairSummary, undo_bytes

GARBLED = (
    "本校研究石 墨 烯導熱材料，轉移轉化順利。\nＡＢＣ公司\u200b已應用，⽯化行业20166月底前推广。"
)
pieces = st.sampled_from(
    [
        "石 墨 烯",
        "技術轉移",
        "ＡＢ",
        "\n",
        "\r\n",
        "\r",
        "\u200b",
        "20166月",
        "，",
        "应用",
        "首页 > 正文",
    ]
)
texts = st.lists(pieces, max_size=12).map("".join)


def whole(passages: list[Passage]) -> str:
    return "".join(one.text for one in passages)


@settings(max_examples=80, deadline=None)
@given(text=texts, without=st.sampled_from([(), ("characters",), ("spaced", "boilerplate")]))
def test_the_log_gives_the_text_back_and_each_line_of_it_is_true(
    text: str, without: tuple[str, ...]
) -> None:
    passages = [*repair_passages(text, without)]
    repaired = whole(passages)
    changes = [change for one in passages for change in one.changes]
    assert undo(repaired, changes) == text
    for change in changes:
        assert text[change.offset :].startswith(change.before)
        assert repaired[change.at :].startswith(change.after)
        assert change.before != change.after
    for mark in (mark for one in passages for mark in one.marks if mark.rule == "boilerplate"):
        assert repaired[mark.start : mark.end].strip()


@given(text=texts)
@settings(max_examples=40, deadline=None)
def test_line_ends_of_windows_change_nothing_else(text: str) -> None:
    plain = text.replace("\r", "\n")
    returned = plain.replace("\n", "\r\n")
    first, second = [*repair_passages(plain)], [*repair_passages(returned)]
    assert whole(second) == whole(first).replace("\n", "\r\n")
    for one, other in zip(first, second, strict=True):
        assert len(one.changes) == len(other.changes)
        marked = [one.text[mark.start : mark.end] for mark in one.marks]
        with_returns = [other.text[mark.start : mark.end] for mark in other.marks]
        assert [part.replace("\r\n", "\n") for part in with_returns] == marked


def test_a_long_text_is_repaired_in_passages_cut_at_line_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(repair_file, "PASSAGE", 20)
    text = "技術轉移中心\r\n應用材料研究所\r\n首页 > 正文 > 详情\r\n" * 3 + "長" * 45
    passages = [*repair_passages(text)]
    assert [one.read for one in passages][-4:] == [
        len(text) - 45,
        *range(len(text) - 25, len(text), 20),
        len(text),
    ]
    assert all(len(one.text) <= 20 for one in passages)
    repaired = whole(passages)
    assert repaired.startswith("技术转移中心\r\n应用材料研究所\r\n")
    assert undo(repaired, [change for one in passages for change in one.changes]) == text
    marks = [mark for one in passages for mark in one.marks]
    assert [repaired[mark.start : mark.end] for mark in marks] == ["首页 > 正文 > 详情"] * 3


def test_a_cut_never_parts_cr_from_lf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair_file, "PASSAGE", 5)
    assert [*repair_file._passages("一二三四\r\n五六")] == ["一二三四", "\r\n五六"]
    assert [*repair_file._passages("")] == []


CODECS = [
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
    ("utf-32-le", b"\xff\xfe\x00\x00"),
    ("gb18030", b""),
    ("utf-16-le", b""),
]


@pytest.mark.parametrize(("codec", "mark"), CODECS)
def test_the_bytes_come_back_in_their_encoding(codec: str, mark: bytes) -> None:
    raw = mark + GARBLED.encode(codec)
    facts = decode(raw, "x")
    assert (facts.text, facts.codec, facts.mark, facts.original) == (GARBLED, codec, mark, "")
    assert encode(facts.text, facts) == raw


def test_bytes_that_the_text_does_not_tell_are_kept() -> None:
    # Big5 has two codes for 十: A2CC is read as the same character as A451.
    raw = "本項技術轉移的時間為".encode("big5") + b"\xa2\xcc" + "年，應用於產業。".encode("big5")
    facts = decode(raw, "x")
    assert facts.text == "本項技術轉移的時間為十年，應用於產業。"
    assert facts.original
    assert encode(facts.text, facts) == raw


def test_bytes_without_a_plausible_encoding_are_refused() -> None:
    with pytest.raises(RepairError, match=r"标准输入 的文字编码无法确定.*没有修复"):
        decode(b"R\xe9sum\xe9 caf\xe9 d\xe9j\xe0", "标准输入")


def written(folder: Path, raw: bytes) -> tuple[bytes, Path]:
    log = RepairLog(folder / "x.jsonl")
    facts = decode(raw, "x")
    summary = RepairSummary()
    parts = []
    for passage in repair_passages(facts.text):
        summary.add(passage)
        log.add(passage)
        parts.append(passage.text)
    log.finish(facts, summary, [])
    log.abandon()
    return "".join(parts).encode(), folder / "x.jsonl"


@pytest.mark.parametrize(("codec", "mark"), CODECS)
def test_a_log_undoes_the_repair_byte_for_byte(tmp_path: Path, codec: str, mark: bytes) -> None:
    raw = mark + GARBLED.replace("\n", "\r\n").encode(codec)
    repaired, log = written(tmp_path, raw)
    assert (
        repaired.decode()
        == "本校研究石墨烯导热材料，转移转化顺利。\r\nABC公司已应用，石化行业2016年6月底前推广。"
    )
    assert undo_bytes(repaired, log) == raw
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]


def test_an_empty_file_is_repaired_and_undone(tmp_path: Path) -> None:
    repaired, log = written(tmp_path, b"")
    assert (repaired, undo_bytes(repaired, log)) == (b"", b"")


def tamper(log: Path, number: int, **changed: object) -> None:
    lines = log.read_text("utf-8").splitlines()
    lines[number] = json.dumps(json.loads(lines[number]) | changed)
    log.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("number", "changed", "words"),
    [
        (0, {"version": 2}, "第一行不是"),
        (0, {"encoding": "rot13"}, "第一行不是"),
        (0, {"sha256": "0"}, "与原文件不一致"),
        (0, {"changes": 99}, "应有 99 处修改"),
        (0, {"original": "eJw="}, "与原文件不一致"),
        (0, {"original": "AAAA"}, "对不上"),
        (1, {"before": "别"}, "与原文件不一致"),
        (1, {"after": "别的字"}, "对不上"),
        (1, {"at": "零"}, "第 2 行无法读取"),
        (2, {"at": 10**6}, "对不上"),
    ],
)
def test_a_log_that_was_changed_is_refused(
    tmp_path: Path, number: int, changed: dict[str, object], words: str
) -> None:
    repaired, log = written(tmp_path, GARBLED.encode())
    tamper(log, number, **changed)
    with pytest.raises(RepairError, match=words):
        undo_bytes(repaired, log)


def test_a_text_that_is_not_that_of_the_log_is_refused(tmp_path: Path) -> None:
    repaired, log = written(tmp_path, GARBLED.encode())
    with pytest.raises(RepairError, match="在修复后改动过"):
        undo_bytes(repaired + b"\n", log)
    log.write_bytes(b"\x00\xff")
    with pytest.raises(RepairError, match="第一行不是"):
        undo_bytes(repaired, log)


def test_an_abandoned_log_leaves_nothing(tmp_path: Path) -> None:
    log = RepairLog(tmp_path / "x.jsonl")
    log.add(next(repair_passages("技術")))
    log.abandon()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_or_document_is_told_to_be_no_text(head: bytes) -> None:
    with pytest.raises(RepairError, match=r"不是文本文件.*不必先修复"):
        decode(head + bytes(100), "文件 甲")
