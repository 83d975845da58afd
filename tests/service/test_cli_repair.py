import io
import json
import sys
from pathlib import Path

import pytest

from matcher.text.repair import MARKS, RULES
from service.cli import repair as command
from service.cli.main import main

RAW = "石 墨 烯導熱膜\r\n首页 > 新闻 > 正文\r\n".encode("gb18030")
REPAIRED = "石墨烯导热膜\r\n首页 > 新闻 > 正文\r\n".encode()

Captured = pytest.CaptureFixture[bytes]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "原文.txt"
    path.write_bytes(RAW)
    return path


def test_the_repaired_text_goes_to_stdout_and_the_summary_to_stderr(
    file: Path, capsysbinary: Captured
) -> None:
    assert main(["repair", str(file)]) == 0
    out, err = capsysbinary.readouterr()
    assert out == REPAIRED
    told = err.decode()
    assert "编码 gb18030" in told
    assert "去字间空格（spaced）：2 处" in told
    assert "繁体转简体（traditional）：2 处" in told
    assert "套话标记（boilerplate）：1 处，只标记" in told


def test_a_pipe_is_repaired_and_undone_byte_for_byte(
    tmp_path: Path, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.jsonl"

    def stdin(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))

    stdin(RAW)
    assert main(["repair", "-", "--log", str(log)]) == 0
    assert capsysbinary.readouterr().out == REPAIRED
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert lines[0]["changes"] == len(lines) - 2
    assert lines[1] == {
        "offset": 1,
        "before": " ",
        "at": 1,
        "after": "",
        "rule": "spaced",
        "confidence": 1.0,
    }
    assert set(lines[-1]) == {"mark", "start", "end"}
    stdin(REPAIRED)
    assert main(["repair", "-", "--undo", str(log)]) == 0
    out, err = capsysbinary.readouterr()
    assert out == RAW
    assert "与修复前完全相同" in err.decode()
    stdin(REPAIRED[:-1])
    assert main(["repair", "-", "--undo", str(log)]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert "没有还原任何内容" in err.decode()


def test_rules_can_be_left_out(file: Path, capsysbinary: Captured) -> None:
    call = ["repair", str(file), "--without", "traditional", "--without", "boilerplate"]
    assert main([*call, "--json"]) == 0
    out, err = capsysbinary.readouterr()
    document = json.loads(out)
    assert err == b""
    assert document["text"].startswith("石墨烯導熱膜\r\n")
    assert document["rules"] == {"spaced": 2}
    assert document["changed_characters"] == 2
    assert [line["offset"] for line in document["changes"]] == [1, 3]
    assert document["marks"] == []


def test_the_rules_are_listed_in_their_order_with_reasons(capsysbinary: Captured) -> None:
    assert main(["repair", "--rules"]) == 0
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert len(lines) == len(RULES) + len(MARKS)
    for number, (line, rule) in enumerate(zip(lines, (*RULES, *MARKS), strict=True), start=1):
        assert line.startswith(f"{number}. {rule.name}  {rule.title}")
        assert line.endswith(rule.reason)
        assert ("只标记" in line) == (number > len(RULES))
    assert main(["repair", "--rules", "--json"]) == 0
    listed = json.loads(capsysbinary.readouterr().out)["rules"]
    assert [one["name"] for one in listed] == [rule.name for rule in (*RULES, *MARKS)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "请写明要修复的文件"),
        (["没有.txt"], "没有.txt 不存在"),
        (["原文.txt", "--without", "all"], "没有规则 all"),
        (["原文.txt", "--log", "原文.txt"], "不能写到要修复的文件自己上面"),
        (["原文.txt", "--undo", "x.jsonl", "--log", "y.jsonl"], "不能和"),
        (["原文.txt", "--undo", "x.jsonl"], "x.jsonl 不存在"),
        (["原文.txt", "--undo", "原文.txt"], "第一行不是 duijie repair 的日志"),
    ],
)
def test_wrong_calls_are_explained_and_nothing_is_written(
    file: Path,
    capsysbinary: Captured,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(file.parent)
    assert main(["repair", *arguments]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert words in err.decode()
    assert file.read_bytes() == RAW
    assert [*file.parent.iterdir()] == [file]


def test_the_log_of_an_earlier_repair_is_not_written_over(
    file: Path, capsysbinary: Captured
) -> None:
    log = file.parent / "log.jsonl"
    assert main(["repair", str(file), "--log", str(log)]) == 0
    kept = log.read_bytes()
    capsysbinary.readouterr()
    assert main(["repair", str(file), "--log", str(log)]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert "已经存在，没有覆盖它" in err.decode()
    assert log.read_bytes() == kept


def test_a_file_that_is_too_large_is_refused(
    file: Path, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "MOST_BYTES", 10)
    assert main(["repair", str(file)]) == 2
    assert "分成几个文件" in capsysbinary.readouterr().err.decode()


def test_a_repair_that_fails_leaves_no_log(
    file: Path, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left", "x")

    monkeypatch.setattr(command, "_write", fail)
    assert main(["repair", str(file), "--log", str(file.parent / "log.jsonl")]) == 1
    assert "磁盘空间不足" in capsysbinary.readouterr().err.decode()
    assert [*file.parent.iterdir()] == [file]
