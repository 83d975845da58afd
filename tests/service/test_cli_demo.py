import json
import re
from pathlib import Path

import pytest

from service.cli import demo
from service.cli.demo import ACHIEVEMENTS, NEEDS, TOP
from service.settings import Home
from service.store.store import Store
from tests.service_parts import Caller, CharParts


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, char_parts: CharParts) -> Caller:
    """The demo, run on a home where a demo was left halfway."""
    home = Home(tmp_path_factory.mktemp("演示"))
    (home.root / "demo").mkdir()
    (home.root / "demo" / "left.over").write_text("x")
    (home.root / "own.txt").write_text("mine")
    with pytest.MonkeyPatch.context() as patch:
        caller = Caller(home, patch, char_parts)
        assert caller("demo") == 0, caller.err
    return caller


def test_the_demo_imports_indexes_and_explains(shown: Caller) -> None:
    lines = shown.out.splitlines()
    assert lines[0] == "已导入样例需求 76 条（needs.csv）"
    assert lines[1] == "已导入样例成果 536 条（achievements.csv）"
    assert lines[2] == "索引已是最新：需求更新 76 条；成果更新 536 条。"
    heads = [line for line in lines if re.match("【(需求|成果)", line)]
    assert [head.partition("】")[0] for head in heads] == [
        *(f"【需求 {id_}" for id_ in NEEDS),
        *(f"【成果 {id_}" for id_ in ACHIEVEMENTS),
    ]
    assert sum("匹配度" in line for line in lines) == TOP * len(heads)
    reasons = [line for line in lines if line.startswith("       +")]
    assert len(reasons) >= TOP * len(heads)
    assert "演示用时" in shown.out


def test_the_demo_ends_with_a_shortlist_that_is_proved(shown: Caller) -> None:
    lines = shown.out.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("【路演】"))
    assert "8 条听众需求，选 6 项" in lines[at]
    assert "已证明最优" in lines[at + 1]
    chosen = lines[at + 2 : at + 8]
    assert [line[:4].strip() for line in chosen] == [f"{n}." for n in range(1, 7)]
    counts = re.fullmatch(r"  配额 (\d+) 条，满足 (\d+) 条", lines[at + 8])
    assert counts
    assert counts[1] == counts[2]


def test_the_demo_touches_only_its_own_folder(shown: Caller) -> None:
    home = shown.home.root
    assert (home / "own.txt").read_text() == "mine"
    assert not (home / "demo" / "left.over").exists()
    assert not shown.home.database.exists()
    with Store.open(Home(home / "demo").database) as store:
        assert (store.count("need"), store.count("achievement")) == (76, 536)


def test_the_command_that_the_demo_suggests_works(
    shown: Caller, char_parts: CharParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested, opened = (line.strip() for line in shown.out.splitlines()[-2:])
    demo_home = Home(shown.home.root / "demo")
    assert suggested.startswith(f'duijie --home "{demo_home.root}" match --need N012')
    assert opened.startswith(f'duijie --home "{demo_home.root}" serve')
    caller = Caller(demo_home, monkeypatch, char_parts)
    assert caller("match", "--need", "N012", "--filter", "trl>=6") == 0
    assert "匹配度" in caller.out


def test_the_help_counts_the_sample_rightly(shown: Caller) -> None:
    assert "76 条需求、536 项成果" in demo.HELP


def test_the_demo_for_programs_is_one_document(
    duijie_new: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The same command over a sample of a few rows: the whole one has been run above.
    for name, text in {
        "needs.csv": "id,title\nN070,叶片涂层\nN017,污水脱氮\n",
        "achievements.csv": "id,title\nA0012,热障涂层\nA2,生物脱氮\n",
        "roadshow.toml": "[event]\nsize = 1\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr("service.sample.sample_file", lambda name: tmp_path / name)
    assert duijie_new("demo", "--json") == 0
    assert duijie_new.err == ""
    document = json.loads(duijie_new.out)
    lists = document["lists"]
    assert [(one["query"]["kind"], one["query"]["id"]) for one in lists] == [
        ("need", "N070"),
        ("need", "N017"),
        ("achievement", "A0012"),
    ]
    assert [one["matches"][0]["id"] for one in lists] == ["A0012", "A2", "N070"]
    shortlist = document["shortlist"]
    assert (shortlist["candidates"], shortlist["audience"]) == (2, 2)
    assert (shortlist["status"], len(shortlist["chosen"])) == ("optimal", 1)
