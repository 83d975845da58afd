from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import DecodingError
from service.importer.encoding import detect, read_text

TEXT = "需求名称,技术需求描述\n耐高温涂层,需要能在高温环境下长期工作的陶瓷涂层材料和制备工艺\n"
TRADITIONAL = "項目名稱,成果簡介\n耐高溫塗層,面向航空發動機的耐高溫陶瓷材料與製備技術\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_each_encoding_is_found_and_gives_the_text_back(
    csv_file: Callable[..., Path], encoding: str, expected: str
) -> None:
    path = csv_file(TEXT, encoding)
    found = detect(path)
    assert found == expected
    assert path.read_bytes().decode(found) == TEXT


def test_a_text_file_is_read_whatever_its_encoding(csv_file: Callable[..., Path]) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert read_text(csv_file(TEXT, encoding)) == TEXT


def test_traditional_chinese_in_big5_is_found(csv_file: Callable[..., Path]) -> None:
    assert detect(csv_file(TRADITIONAL, "big5")) == "big5"


def test_a_byte_order_mark_of_utf16_is_not_taken_for_utf32(csv_file: Callable[..., Path]) -> None:
    path = csv_file("")
    path.write_bytes(b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert detect(path) == "utf-16"


def test_english_in_utf16_without_a_mark_is_found(csv_file: Callable[..., Path]) -> None:
    # Its NUL bytes are valid UTF-8.
    assert detect(csv_file("id,title\n1,coating\n", "utf-16-le")) == "utf-16-le"


def test_a_stray_nul_does_not_make_it_utf16(csv_file: Callable[..., Path]) -> None:
    assert detect(csv_file(TEXT.replace("涂层", "涂\0层"))) == "utf-8"


def test_gb18030_is_found_even_when_chinese_comes_late(csv_file: Callable[..., Path]) -> None:
    english = "id,title\n" + "".join(f"{n},coating number {n}\n" for n in range(20_000))
    path = csv_file(english + TEXT, "gb18030")
    assert path.stat().st_size > 300_000
    assert detect(path) == "gb18030"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("제목,설명\n내열 코팅,항공 엔진용 세라믹 코팅 기술 개발 사업\n", "euc_kr"),
        ("名前,説明\nプロジェクト,エンジンのためのコーティングです\n", "shift_jis"),
        ("Name,Résumé\nCafé,déjà vu élève à côté\n", "cp1252"),
        ("Название,описание проекта\n", "cp1251"),
    ],
)
def test_other_encodings_are_refused_rather_than_read_as_mojibake(
    csv_file: Callable[..., Path], text: str, encoding: str
) -> None:
    with pytest.raises(DecodingError, match="CSV UTF-8"):
        detect(csv_file(text, encoding))


def test_utf8_with_a_broken_byte_is_refused(csv_file: Callable[..., Path]) -> None:
    path = csv_file(TEXT * 5)
    content = bytearray(path.read_bytes())
    content[100] = 0xFF
    path.write_bytes(content)
    with pytest.raises(DecodingError, match=r"第 (99|100) 字节"):
        detect(path)


def test_a_file_whose_mark_lies_is_refused(csv_file: Callable[..., Path]) -> None:
    path = csv_file("")
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode("gb18030"))
    with pytest.raises(DecodingError, match="utf-8-sig"):
        detect(path)


def test_gb18030_with_a_broken_end_is_refused(csv_file: Callable[..., Path]) -> None:
    path = csv_file("")
    path.write_bytes(TEXT.encode("gb18030") * 3000 + b"\x81")
    with pytest.raises(DecodingError, match="gb18030"):
        detect(path)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1))
def test_any_utf8_is_read_as_utf8(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("utf8") / "x.csv"
    path.write_bytes(text.encode())
    assert detect(path) == "utf-8"
