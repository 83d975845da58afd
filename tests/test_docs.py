"""The pages tell the truth: links lead somewhere, and what they say to type exists."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from service.cli.main import load
from service.cli.registry import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    + [page for room in ("models", "matcher", "service") for page in (ROOT / room).rglob("*.md")]
    + [*(ROOT / "benchmarks").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")]
)
TWINS = ("README.md", "README.zh-CN.md")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bduijie(?: --home (?:\"[^\"]*\"|\S+)| --debug)* ([a-z]+)\b([^`|>#；\n]*)")
INNER = {one.name: {each.name.split()[-1] for each in one.commands} for one in COMMANDS}
TARGETS = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
named = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code_of(text: str) -> Iterator[str]:
    """What stands in code: the blocks, then what stands between backticks."""
    yield from FENCE.findall(text)
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def anchors_of(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", one).strip().lower() for one in headings)
    return {re.sub(r"[^\w\- ]", "", one).replace(" ", "-") for one in plain}


def commands_in(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each command that a text says to type: its name, the command inside it, its options."""
    found = []
    for code in code_of(text):
        for name, rest in COMMAND.findall(code):
            after = re.match(r" ([a-z]+)\b", rest)
            options = re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest)
            inner = after[1] if after and after[1] in INNER.get(name, ()) else ""
            found.append((name, inner, tuple(options)))
    return found


def options_of(name: str, after: str) -> set[str] | None:
    """The options of a command; None where there is no such command."""
    entry = next((one for one in COMMANDS if one.name == name), None)
    if entry is None:
        return None
    inner = [one for one in entry.commands if one.name.split()[-1] == after] or entry.commands
    params = [param for one in (inner or (entry,)) for param in load(one).params]
    return {option for param in params for option in param.opts} | {"--help"}


@named
def test_each_relative_link_leads_to_a_file_and_each_anchor_to_a_heading(page: Path) -> None:
    lost = []
    text = page.read_text("utf-8")
    for link in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        file = (page.parent / path) if path else page
        is_there = file.exists()
        if not is_there or (anchor and anchor not in anchors_of(file.read_text("utf-8"))):
            lost.append(link)
    assert lost == []


@named
def test_each_command_and_option_that_a_page_names_exists(page: Path) -> None:
    wrong = []
    for name, after, options in commands_in(page.read_text("utf-8")):
        known = options_of(name, after)
        if known is None:
            wrong.append(f"duijie {name}")
        else:
            wrong += [f"duijie {name} {one}" for one in options if one not in known]
    assert wrong == []


@named
def test_each_make_target_and_benchmark_that_a_page_names_exists(page: Path) -> None:
    text = "\n".join(code_of(page.read_text("utf-8")))
    asked = set(re.findall(r"^ *make ([a-z][\w-]*)(?!\S*=)\b", text, re.MULTILINE))
    assert asked - TARGETS == set()
    modules = set(re.findall(r"python -m (benchmarks[\w.]*\w)", text))
    assert {one for one in modules if find_spec(one) is None} == set()


def shape(name: str) -> dict[str, object]:
    """What a page and its twin in the other language have in common."""
    text = (ROOT / name).read_text("utf-8")
    prose = FENCE.sub("", text)
    links = {re.sub(r"\.zh-CN(?=\.md)", "", one) for one in LINK.findall(prose)}
    return {
        "headings": [len(one) for one in re.findall(r"^(#+) ", prose, re.MULTILINE)],
        "blocks": len(FENCE.findall(text)),
        "table rows": len(re.findall(r"^\|", prose, re.MULTILINE)),
        "links": sorted(links),
        "commands": sorted(commands_in(text)),
        "settings": sorted(set(re.findall(r"DUIJIE_[A-Z_]+", text))),
    }


@pytest.mark.parametrize("what", list(shape(TWINS[0])))
def test_both_readmes_say_the_same(what: str) -> None:
    english, chinese = map(shape, TWINS)
    assert chinese[what] == english[what]


def test_what_a_page_must_not_get_wrong_is_seen() -> None:
    page = '`duijie match --nosuch` `duijie train fit --out x`\n```\nduijie --home "a b" serve\n```'
    assert commands_in(page) == [
        ("serve", "", ()),
        ("match", "", ("--nosuch",)),
        ("train", "fit", ("--out",)),
    ]
    known = options_of("match", "")
    assert known is not None
    assert "--need" in known
    assert "--nosuch" not in known
    assert options_of("nosuch", "") is None
    assert anchors_of("## `a` 与 B, c\n```\n# no\n```") == {"a-与-b-c"}
