from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from service.importer.preview import preview
from tests.service_parts import Caller

CsvFile = Callable[..., Path]

TEXT = "技术名,描述,联系人,备注\n" + "".join(
    f"{name},{name}的说明,张三,x\n" for name in ("", "甲" * 50, "乙", "丙", "丁")
)


def test_a_preview_tells_fields_other_columns_and_the_first_titles(csv_file: CsvFile) -> None:
    (seen,) = preview(csv_file(TEXT), "need", {"技术名": "title"})
    assert seen.fields == {"技术名": "title", "描述": "text"}
    assert (seen.others, seen.personal) == (("备注",), ("联系人",))
    assert seen.titles == ("的说明", "甲" * 40 + "…", "乙")


def test_a_dry_run_prints_how_each_file_would_be_read(
    duijie_new: Caller, csv_file: CsvFile
) -> None:
    path = csv_file(TEXT)
    asked = ("import", "needs", str(path), "--map", "技术名=title", "--dry-run")
    assert duijie_new(*asked) == 0
    for line in (
        f"{path.name} 会这样导入：",
        "  表格：技术名 → title，描述 → text",
        "    没有认出的列（原样保存，不参与匹配）：备注",
        "    个人信息列（不保存）：联系人",
        "    3. 乙",
    ):
        assert line in duijie_new.out.splitlines()
    (file,) = duijie_new.document(*asked)["files"]
    (table,) = file["tables"]
    assert table["fields"] == {"技术名": "title", "描述": "text"}


def test_a_member_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "包.zip", "w") as packed:
        packed.writestr("坏.docx", b"x")
        packed.writestr("好.csv", "需求名称,描述\n")
    bad, good = preview(tmp_path / "包.zip", "need", {})
    (line,) = bad.as_lines()
    assert line.startswith("  “包.zip”里的“坏.docx”：读不出来，文档 “坏.docx” 无法读取")
    assert (good.problem, good.titles) == ("", ())


def test_a_true_import_prints_no_preview(duijie_new: Caller, csv_file: CsvFile) -> None:
    path = csv_file("需求名称,描述\n甲,一\n")
    assert duijie_new("import", "needs", str(path), "--no-index") == 0
    assert "会这样导入" not in duijie_new.out
