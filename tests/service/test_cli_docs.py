import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from service.cli.main import load
from service.cli.registry import COMMANDS, CommandEntry
from service.settings import PREFIX, Settings
from service.store.rows import FIELDS

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
WRITTEN = [entry for entry in COMMANDS if entry.commands or find_spec(entry.module)]


def section(name: str) -> str:
    found = re.search(rf"^## `duijie {name}`\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"docs/cli.md has no section for {name}"
    return found[1]


def test_the_page_has_a_section_for_each_command_in_their_order() -> None:
    headings = re.findall(r"^## `duijie (\S+)`$", PAGE, re.MULTILINE)
    assert headings == [entry.name for entry in COMMANDS]


def test_the_page_has_a_heading_for_each_setting() -> None:
    headings = set(re.findall(r"^### `(DUIJIE_\S+)`$", PAGE, re.MULTILINE))
    assert headings == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("entry", WRITTEN, ids=lambda entry: entry.name)
def test_each_section_tells_exactly_the_options_of_its_command(entry: CommandEntry) -> None:
    options = {
        option
        for command in (entry.commands or (entry,))
        for param in load(command).params
        if param.param_type_name == "option" and not getattr(param, "hidden", False)
        for option in param.opts
    }
    listed = re.findall(r"^- (.*?)：", section(entry.name), re.MULTILINE)
    assert set(re.findall(r"--[a-z-]+", " ".join(listed))) == options


@pytest.mark.parametrize("side", FIELDS)
def test_the_page_lists_the_fields_of_a_record(side: str) -> None:
    assert f"`{', '.join(FIELDS[side])}`" in PAGE
