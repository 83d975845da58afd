"""What holds for the project as a whole: its files, its rooms, its distribution."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("indexing", "matcher", "models", "service")
MADE = {"build", "dist", "__pycache__", "node_modules"}
LARGE = 1_000_000


def files_of(folder: Path) -> Iterator[Path]:
    """The files of the project, without what tools made."""
    for path in sorted(folder.iterdir()):
        if path.name in MADE or path.suffix == ".egg-info":
            continue
        if path.is_dir():
            if not path.name.startswith(".") or path.name == ".ci":
                yield from files_of(path)
        elif path.suffix != ".pyc" and not path.name.startswith(".coverage"):
            yield path


FILES = list(files_of(ROOT))
PYTHON = [path for path in FILES if path.suffix == ".py"]


def shown(paths: Iterator[Path] | list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def configuration() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_no_file_is_too_long() -> None:
    assert PYTHON
    assert shown(p for p in PYTHON if len(p.read_text("utf-8").splitlines()) > 300) == []


def test_package_files_hold_no_code() -> None:
    def is_plain(statement: ast.stmt) -> bool:
        if isinstance(statement, ast.Assign):
            return [ast.unparse(target) for target in statement.targets] == ["__all__"]
        return isinstance(statement, ast.Import | ast.ImportFrom) or (
            isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        )

    packages = [path for path in PYTHON if path.name == "__init__.py"]
    assert {path.parent.name for path in packages} >= set(ROOMS)
    bodies = {path: ast.parse(path.read_text("utf-8")).body for path in packages}
    assert shown(p for p, body in bodies.items() if not all(map(is_plain, body))) == []


def test_the_rooms_depend_one_way() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    contracts = configuration()["tool"]["importlinter"]["contracts"]
    assert f"Contracts: {len(contracts)} kept, 0 broken." in checked.stdout


def test_no_other_distribution_offers_a_room_of_ours() -> None:
    offered = metadata.packages_distributions()
    for room in ROOMS:
        assert set(offered.get(room, [])) <= {"duijie"}, room


def test_the_changelog_begins_with_the_version() -> None:
    headings = re.findall(r"^## \[?v?([\d.]+\w*)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert headings[0] == configuration()["project"]["version"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_the_first_two_commands(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for command in ("make demo", "make test"):
        assert command in text
        target = command.removeprefix("make ")
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.M)


def test_no_file_names_a_path_outside_the_project() -> None:
    outside = re.compile("|".join(("/" + "work/", r"\.\./" + "shared")).encode())
    small = [path for path in FILES if path.stat().st_size < LARGE]
    assert shown(path for path in small if outside.search(path.read_bytes())) == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy in which large files are empty: their names are enough."""
    copy = tmp_path_factory.mktemp("source")
    for path in FILES:
        place = copy / path.relative_to(ROOT)
        if place.relative_to(copy).parts[0] in (*ROOMS, path.name):
            place.parent.mkdir(parents=True, exist_ok=True)
            if path.stat().st_size < LARGE:
                shutil.copyfile(path, place)
            else:
                place.touch()
    out = tmp_path_factory.mktemp("dist")
    code = "import sys; from setuptools.build_meta import build_wheel as b; b(sys.argv[1])"
    built = subprocess.run(
        [sys.executable, "-c", code, str(out)],
        cwd=copy,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (file,) = out.glob("*.whl")
    return file


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
        (entry,) = (name for name in packed.namelist() if name.endswith("entry_points.txt"))
        assert "duijie = service.cli.main:main" in packed.read(entry).decode()
    assert names == {name for name in shown(FILES) if name.partition("/")[0] in ROOMS}


@pytest.mark.parametrize(
    "name",
    [
        *(f"{room}/py.typed" for room in ROOMS),
        "matcher/weights/e5-small-zh-int8.json",
        "matcher/text/data/idf.tsv.gz",
        "matcher/text/data/terms.txt",
        "models/prompts.json",
        "models/artifacts/e5-small-zh-int8/model_int8.onnx",
        "models/artifacts/e5-small-zh-int8/tokenizer.json",
        "service/importer/headings.json",
        "service/sample/needs.csv",
        "service/sample/qrels.jsonl",
        "service/store/migrations/versions/v0001_records.py",
    ],
)
def test_the_wheel_holds_what_the_program_reads(wheel: Path, name: str) -> None:
    with ZipFile(wheel) as packed:
        assert name in packed.namelist()
