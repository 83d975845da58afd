import io
import struct
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
import xlsxwriter

from service.errors import EmptyFileError, PackedFileError
from service.importer.archive import member_name
from service.importer.limits import Limits
from service.importer.report import ImportReport
from tests.import_rows import rejected_rows
from tests.office_files import p, read_tables, write_docx

CSV = "需求名称,描述\n{0},{0}的说明\n"


def write_zip(path: Path, members: Mapping[str, bytes | str], method: int = ZIP_DEFLATED) -> Path:
    with ZipFile(path, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def workbook(*sheets: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["需求名称", "描述"])
            sheet.write_row(1, 0, [f"{name}里的", "说明"])
    return out.getvalue()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_each_member_is_a_part_of_one_import(
    tmp_path: Path, temporary: Path, take: Callable[..., ImportReport]
) -> None:
    docx = write_docx(tmp_path / "x.docx", p("需求名称：丁") + p("需求描述：丁的说明"))
    path = write_zip(
        tmp_path / "三家.zip",
        {
            "甲所/一.csv": CSV.format("甲"),
            "乙所/二.xlsx": workbook("春", "秋"),
            "丙.jsonl": '{"title": "丙"}\n{broken\n',
            "丁.docx": docx.read_bytes(),
            "戊.txt": "戊\n戊的说明。",
        },
    )
    shares: list[float] = []
    report = take(path, progress=lambda rows, share: shares.append(share))
    assert (report.read, report.new, report.rejected) == (7, 6, 1)
    assert shares == [1.0] * 6
    (rejected,) = rejected_rows(report)
    assert rejected["位置"] == "“三家.zip”里的“丙.jsonl”第 2 行"
    assert [*temporary.iterdir()] == []


def test_places_name_the_member_and_its_sheet(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "包.zip", {"a.xlsx": workbook("春"), "b.csv": CSV.format("b")})
    tables, _ = read_tables(path)
    places = [table.place(rows[0].position) for table, rows in tables]
    assert places == ["“包.zip”里的“a.xlsx” 工作表“春”第 2 行", "“包.zip”里的“b.csv”第 2 行"]


def test_a_member_that_cannot_be_read_is_a_bad_row_and_the_rest_goes_on(
    tmp_path: Path, take: Callable[..., ImportReport]
) -> None:
    path = write_zip(
        tmp_path / "包.zip", {"坏.xlsx": b"PK\x03\x04", "空.csv": b"", "好.csv": CSV.format("甲")}
    )
    report = take(path)
    assert (report.new, report.rejected) == (1, 2)
    first, second = rejected_rows(report)
    assert first["位置"] == "“包.zip”里的“坏.xlsx”"
    assert "“坏.xlsx” 无法打开" in first["原因"]
    assert tempfile.gettempdir() not in first["原因"]
    assert "是空的" in second["原因"]


def test_what_is_not_read_is_noted(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "包.zip",
        {
            "__MACOSX/._a.csv": b"x",
            "~$a.docx": b"x",
            "里面.zip": b"x",
            "图.png": b"x",
            "a.csv": CSV.format("甲"),
        },
    )
    tables, notes = read_tables(path)
    assert len(tables) == 1
    assert [where for _, where in notes] == [
        "“__MACOSX/._a.csv”",
        "“~$a.docx”",
        "“里面.zip”",
        "“图.png”",
    ]
    assert ["系统文件" in one for one, _ in notes] == [True, True, False, False]
    assert "压缩包里又有压缩包" in notes[2][0]


def test_names_in_gbk_and_in_utf8_without_a_mark_are_read() -> None:
    def stored(raw: bytes) -> ZipInfo:
        return ZipInfo(raw.decode("cp437"))

    assert member_name(stored("需求表.csv".encode("gbk"))) == "需求表.csv"
    assert member_name(stored("需求表.csv".encode())) == "需求表.csv"
    marked = ZipInfo("é.csv")
    marked.flag_bits |= 0x800
    assert member_name(marked) == "é.csv"
    assert member_name(ZipInfo("中.csv")) == "中.csv"
    assert member_name(stored(b"\xff\xff.csv")) == b"\xff\xff.csv".decode("cp437")


@pytest.mark.parametrize(
    "name", ["../../出去.csv", "/绝对.csv", "..\\..\\出去.csv", "C:\\出去.csv"]
)
def test_no_path_of_an_archive_is_written_to(tmp_path: Path, temporary: Path, name: str) -> None:
    path = write_zip(tmp_path / "包.zip", {name: CSV.format("甲")})
    before = {*tmp_path.rglob("*")}
    tables, _ = read_tables(path)
    assert len(tables) == 1
    assert {*tmp_path.rglob("*")} == before


def test_the_folder_goes_when_the_import_fails(tmp_path: Path, temporary: Path) -> None:
    from service.importer.readers import opened

    path = write_zip(tmp_path / "包.zip", {"a.csv": CSV.format("甲"), "b.csv": CSV.format("乙")})

    def fail() -> None:
        with opened(path, bool) as source:
            next(source.tables[0].rows)
            assert len([*temporary.rglob("*.csv")]) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [*temporary.iterdir()] == []


def encrypted(path: Path) -> Path:
    write_zip(path, {"a.csv": CSV.format("甲")})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def test_a_password_is_told_and_so_is_damage(tmp_path: Path) -> None:
    with pytest.raises(PackedFileError, match="密码"):
        read_tables(encrypted(tmp_path / "x.zip"))
    (tmp_path / "y.zip").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(PackedFileError, match="不是完好的"):
        read_tables(tmp_path / "y.zip")


def test_an_archive_without_anything_to_import_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyFileError, match="没有可以导入的文件"):
        read_tables(write_zip(tmp_path / "x.zip", {"a.png": b"x"}))


def test_an_archive_whose_beginning_is_missing_gives_bad_members(
    tmp_path: Path, take: Callable[..., ImportReport]
) -> None:
    path = write_zip(tmp_path / "x.zip", {"a.csv": CSV.format("甲"), "b.csv": CSV.format("乙")})
    path.write_bytes(path.read_bytes()[1:])
    report = take(path)
    assert (report.new, report.rejected) == (1, 1)
    assert "在这里损坏" in rejected_rows(report)[0]["原因"]


def test_a_member_without_a_name_is_no_member(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.zip", {"a": b"x", "b.csv": CSV.format("甲")})
    content = path.read_bytes().replace(b"\0\0a", b"\0\0\0")
    path.write_bytes(content)
    tables, _ = read_tables(path)
    assert len(tables) == 1


def test_bombs_are_refused_by_the_directory(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.zip", {"a.csv": b"\0" * (70 << 20)})
    with pytest.raises(PackedFileError, match="压缩炸弹"):
        read_tables(path)


@pytest.mark.parametrize(
    ("members", "unpacked", "packed", "words"),
    [(11, 1, 1, "11 个文件"), (1, 1001, 1000, "上限"), (1, 900, 1, "900 倍")],
)
def test_each_limit_has_words(members: int, unpacked: int, packed: int, words: str) -> None:
    limits = Limits(members=10, unpacked=1000, ratio=20, small=100)
    limits.check(Path("x"), 10, 1000, 50)
    limits.check(Path("x"), 1, 100, 1)
    with pytest.raises(PackedFileError, match=words):
        limits.check(Path("x"), members, unpacked, packed)


def test_a_directory_that_lies_about_a_size_unpacks_no_more_than_it_says(
    tmp_path: Path, take: Callable[..., ImportReport]
) -> None:
    path = write_zip(
        tmp_path / "x.zip", {"a.csv": CSV.format("甲" * 5000), "b.csv": CSV.format("乙")}
    )
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 100)
    path.write_bytes(content)
    report = take(path)
    assert (report.new, report.rejected) == (1, 1)
    assert "损坏" in rejected_rows(report)[0]["原因"]


def test_damage_between_the_two_readings_is_told(tmp_path: Path) -> None:
    from service.importer.readers import opened

    path = write_zip(
        tmp_path / "x.zip",
        {"a.csv": CSV.format("甲"), "b.csv": CSV.format("乙" * 9000)},
        ZIP_STORED,
    )
    with opened(path, bool) as source:
        content = bytearray(path.read_bytes())
        content[content.index("甲".encode())] ^= 1
        path.write_bytes(content)
        with pytest.raises(PackedFileError, match=r"“a\.csv”第二次"):
            list(source.tables[0].rows)
        assert len(list(source.tables[1].rows)) == 1
