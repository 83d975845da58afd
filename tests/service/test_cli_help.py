import pytest

from service.cli.main import main
from service.cli.progress import ProgressLine


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["imprt"], "是不是想用：import"),
        (["xyz"], "没有名为“xyz”的命令"),
        (["--bad"], "没有选项 --bad"),
        (["import"], "缺少参数 needs|achievements|mandates"),
        (["import", "needs"], "缺少参数 文件…"),
        (["import", "things", "x.csv"], "“things”不在可选值"),
        (["import", "needs", "x.csv", "--mpa", "a=b"], "是不是想用：--map"),
        (["import", "needs", "x.csv", "--map"], "选项 --map 后面缺少值"),
        (["import", "needs", "x.csv", "--strict=1"], "选项 --strict 后面不带值"),
        (["index", "more", "words"], "多余的参数：more words"),
    ],
)
def test_mistakes_in_a_call_are_explained_in_chinese(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert words in err
    assert "--help" in err
    assert out == ""


def test_help_is_chinese_and_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    from service.cli.registry import COMMANDS

    assert main(["--help"]) == 0
    page = capsys.readouterr().out
    for entry in COMMANDS:
        assert f"  {entry.name} " in page
        assert entry.summary in page
    assert "用法：duijie [选项] 命令 …" in page
    assert "Usage" not in page
    assert main(["import", "--help"]) == 0
    page = capsys.readouterr().out
    assert "用法：duijie import [选项] needs|achievements|mandates 文件…" in page
    assert "--map 列名=字段" in page


def test_a_call_without_a_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "命令：" in capsys.readouterr().err


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("duijie ")


@pytest.mark.parametrize("width", [20, 40, 80])
def test_help_lines_fit_the_terminal(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.cells import cell_len

    from service.cli import help as help_pages

    assert main(["import", "--help"]) == 0
    text = "命令 duijie index 之后 supercalifragilistic 一二三四五六七八九十" * 3
    lines = help_pages._wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_a_long_name_gets_a_line_of_its_own() -> None:
    from service.cli.help import _columns

    rows = [("--a", "甲"), ("--very-long-option-name 值", "乙丙丁")]
    assert list(_columns(rows, 20)) == [
        "  --a         甲",
        "  --very-long-option-name 值",
        "              乙丙丁",
    ]
    assert list(_columns([("--a", "甲乙丙丁戊")], 15)) == ["  --a  甲乙丙丁", "       戊"]


def test_progress_is_silent_for_short_work_and_rare_for_long(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = [0.0]
    with ProgressLine("导入", clock=lambda: now[0]) as line:
        for second in range(30):
            now[0] = float(second)
            line.show(second / 30, f"已读 {second}")
    told = capsys.readouterr().err.splitlines()
    assert told == ["导入：已读 2（7%）", "导入：已读 12（40%）", "导入：已读 22（73%）"]


def test_progress_draws_a_bar_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    now = [0.0]
    with ProgressLine("导入", clock=lambda: now[0]) as line:
        now[0] = 3.0
        line.show(0.5, "已读 1")
        line.show(0.6, "已读 2")
        assert line._bar.tasks[0].completed == 0.6
        assert "已读 2" in line._bar.tasks[0].description
    assert line._bar.live.is_started is False


def test_no_progress_where_none_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    with ProgressLine("导入", enabled=False, clock=lambda: now[0]) as line:
        now[0] = 60.0
        line.show(0.5, "已读 1")
    assert capsys.readouterr().err == ""
