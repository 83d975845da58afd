from pathlib import Path

import pytest

from service.errors import DocumentError, EmptyFileError, PackedFileError
from tests.office_files import p, read_records, read_tables, write_docx

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"word/document.xml": ENTITIES}, "XML 声明"),
        ({"word/document.xml": "<broken"}, "损坏"),
        ({"word/document.xml": ""}, "损坏"),
        ({"word/styles.xml": ENTITIES}, "XML 声明"),
    ],
)
def test_documents_with_bad_xml_are_refused(
    tmp_path: Path, parts: dict[str, str], words: str
) -> None:
    path = write_docx(tmp_path / "x.docx", p("x"), parts)
    with pytest.raises(DocumentError, match=words):
        read_tables(path)


def test_deep_nesting_ends_nothing(tmp_path: Path) -> None:
    deep = "<w:sdt>" * 5000 + p("太深") + "</w:sdt>" * 5000
    (record,) = read_records(write_docx(tmp_path / "x.docx", p("深处") + deep + p("后文。")))
    assert record == {"title": "深处", "text": "后文。"}


def test_a_document_that_would_unpack_to_too_much_is_refused(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "x.docx", p("x"), {"word/media/x": "\0" * (70 << 20)})
    with pytest.raises(PackedFileError, match="压缩炸弹"):
        read_tables(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xd0\xcf\x11\xe0" + bytes(600), "密码"), (b"PK\x03\x04", "损坏"), (b"text", "损坏")],
)
def test_what_is_no_docx_is_told_so(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=words):
        read_tables(path)


def test_a_document_without_text_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyFileError, match="没有文字"):
        read_tables(write_docx(tmp_path / "x.docx", p(" ")))


def test_another_office_file_is_no_word_document(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        book.add_worksheet()
    path = (tmp_path / "x.xlsx").rename(tmp_path / "x.docx")
    with pytest.raises(DocumentError, match="不是 Word"):
        read_tables(path)
