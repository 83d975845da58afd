"""A broker brings achievements in, decides, and hands a list out."""

import io
import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Download, Locator, Page, expect
from python_calamine import CalamineWorkbook

from tests.e2e.site import until
from tests.e2e.watched import Window, settled

pytestmark = pytest.mark.e2e
HEADINGS = ("成果名称", "成果简介", "完成单位", "所在地区")
ROWS = (
    (
        "低温烟气脱硝催囮剂",
        "该催囮剂嘚活性高，推動技术转迻和成果转囮，荿果已在两座锅炉使用。",
        "云溪环保研究所",
        "湖南省岳阳市",
    ),
    ("竹纤维隔音板", "以竹纤维压制，厚度12毫米，隔声量35分贝。", "竹海学院", "四川省宜宾市"),
)
KELP = ("海藻肥料颗粒", "以褐藻制粒，缓释六个月。", "东礁公司", "")
ASKED = "锅炉烟气脱硝用催化剂，低温下活性高"


@pytest.fixture
def li(site, opens) -> Window:
    window: Window = opens(site)
    window.enters("li")
    return window


def import_file(page: Page, path: Path) -> None:
    """Upload achievements and wait for the end of the job."""
    page.goto("/imports")
    page.get_by_label("文件", exact=True).set_input_files(path)
    page.get_by_label("科技成果").check()
    page.get_by_role("button", name="上传并导入").click()
    expect(page.locator("#import .state")).to_have_text(re.compile("完成"))


def counted(page: Page, name: str) -> str:
    return (
        page.locator("dl.counts div", has=page.get_by_text(name, exact=True))
        .locator("dd")
        .inner_text()
    )


def test_a_disguised_table_is_imported_and_found_by_its_plain_words(
    site, li, tmp_path: Path
) -> None:
    lines = [HEADINGS, *ROWS]
    table = tmp_path / "成果登记.csv"
    table.write_bytes("\r\n".join(",".join(line) for line in lines).encode("gb18030"))
    import_file(li.page, table)
    page = li.page
    assert (counted(page, "读入"), counted(page, "新增")) == ("2", "2")
    expect(page.get_by_text("GB18030", exact=False)).to_be_visible()
    expect(page.get_by_text("成果名称 → 标题")).to_be_visible()
    until(site.is_indexed)

    page.goto("/")
    page.get_by_label("粘贴一条需求").fill(ASKED)
    page.get_by_role("button", name="这是需求，找成果").click()
    found = page.locator("#understood ol.compact li").first
    expect(found).to_contain_text("低温烟气脱硝催")
    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("heading", name="各项信息")).to_be_visible()
    page.get_by_role("link", name="找成果").click()
    settled(page)
    page.locator("article.match").first.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", name="逐条核对")).to_be_visible()
    # 催化剂 in the need and 催囮剂 in the achievement are one word, and light up together.
    asked = page.locator("section[aria-label=需求] mark", has_text="催化剂")
    offered = page.locator("section[aria-label=成果] mark", has_text="催囮剂")
    assert shared_names(asked) & shared_names(offered)


def shared_names(mark: Locator) -> set[str]:
    """Names by which linked marks know each other; t… is a term."""
    return {one for one in mark.first.get_attribute("data-r").split() if one.startswith("t")}


def test_the_same_workbook_twice_adds_nothing(site, li, tmp_path: Path) -> None:
    book = tmp_path / "成果.xlsx"
    with xlsxwriter.Workbook(book) as writer:
        sheet = writer.add_worksheet("登记表")
        for at, row in enumerate([HEADINGS, KELP]):
            sheet.write_row(at, 0, row)
    import_file(li.page, book)
    assert counted(li.page, "新增") == "1"
    import_file(li.page, book)
    assert (counted(li.page, "新增"), counted(li.page, "没有变化")) == ("0", "1")


def read_list(download: Download) -> list[dict[str, object]]:
    """The rows of the first sheet, by heading."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(Path(download.path()).read_bytes()))
    rows = book.get_sheet_by_index(0).to_python()
    head = next(at for at, row in enumerate(rows) if row[0] == "序号")
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def test_what_is_decided_stands_in_the_list_that_is_handed_out(li) -> None:
    page = li.goes("/needs/N1/matches")
    matches = page.locator("article.match")
    names = [one.inner_text() for one in matches.locator("h3 a").all()]
    matches.nth(0).get_by_role("button", name="接受").click()
    expect(matches.nth(0)).to_contain_text("已接受")
    expect(matches.nth(0).locator("[data-accept]")).to_have_attribute("aria-pressed", "true")
    matches.nth(1).get_by_text("不合适，选原因").click()
    matches.nth(1).get_by_label("太早").check()
    matches.nth(1).get_by_role("button", name="判为不合适").click()
    expect(matches.nth(1)).to_contain_text("已判为不合适")
    page.get_by_label("清单名称").fill("叶片涂层洽谈清单")
    page.get_by_role("button", name="出具清单").click()
    page.get_by_role("link", name="打开清单").click()
    expect(page.get_by_role("heading", name="叶片涂层洽谈清单")).to_be_visible()

    with page.expect_download() as coming:
        page.get_by_role("link", name="Excel").click()
    assert coming.value.suggested_filename.endswith(".xlsx")
    rows = read_list(coming.value)
    assert [row["名称"] for row in rows] == names
    assert (rows[0]["意见"], rows[1]["意见"]) == ("采纳", "不采纳")
    assert (rows[0]["理由"], rows[1]["理由"]) == ("", "太早")
    assert rows[0]["编号"] == "A1"
    for format_, begins in (("PDF", b"%PDF"), ("Word", b"PK")):
        with page.expect_download() as coming:
            page.locator("p.actions").get_by_role("link", name=format_, exact=True).click()
        assert Path(coming.value.path()).read_bytes().startswith(begins)
