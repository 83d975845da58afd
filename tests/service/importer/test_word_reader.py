from pathlib import Path

from tests.office_files import cell, p, read_records, read_tables, table, write_docx


def test_each_row_of_a_table_with_headings_is_a_record(tmp_path: Path) -> None:
    rows = (
        ["单位名称", "需求名称", "需求描述"],
        [cell("甲公司", down="first"), "涂层", "耐高温"],
        [cell("", down="next"), "电池", "可回收"],
        ["乙公司", "机器人", "会巡检"],
    )
    body = p("2025年技术需求汇总表") + table(*rows) + p("以上由各单位填报")
    ((read, found),), notes = read_tables(write_docx(tmp_path / "x.docx", body))
    assert [list(row.cells.values()) for row in found] == [
        ["甲公司", "涂层", "耐高温"],
        ["甲公司", "电池", "可回收"],
        ["乙公司", "机器人", "会巡检"],
    ]
    assert read.place(found[1].position) == "第 1 个表格第 3 行"
    assert notes == [("文档里表格以外的文字（20 字）没有导入", "")]


def test_several_tables_are_read_and_one_without_headings_is_not(tmp_path: Path) -> None:
    body = (
        table(["需求名称", "需求描述"], ["甲", "一"])
        + p("其二")
        + table(["说明", "x"], ["1", "2"])
        + table(["需求名称", "预算"], ["乙", "5万元"])
    )
    tables, notes = read_tables(write_docx(tmp_path / "x.docx", body))
    assert [table.columns for table, _ in tables] == [
        ("需求名称", "需求描述"),
        ("需求名称", "预算"),
    ]
    assert [row.cells["需求名称"] for _, rows in tables for row in rows] == ["甲", "乙"]
    assert "没有导入" in notes[0][0]


def test_a_form_with_two_and_four_columns_is_one_record(tmp_path: Path) -> None:
    body = p("企业技术需求征集表") + table(
        ["需求名称", cell("耐高温涂层", across=3)],
        ["单位名称", "甲公司", "所属行业", "新材料"],
        [cell("技术需求描述（500字以内）", across=4)],
        [cell("需要一种涂层。\n耐温不低于1200℃。", across=4)],
        ["联系人", "张三", "电话", "13800000000"],
        ["特别说明", cell("无", across=3)],
    )
    (record,) = read_records(write_docx(tmp_path / "x.docx", body))
    assert record == {
        "需求名称": "耐高温涂层",
        "单位名称": "甲公司",
        "所属行业": "新材料",
        "技术需求描述（500字以内）": "需要一种涂层。\n耐温不低于1200℃。",
        "联系人": "张三",
        "电话": "13800000000",
        "特别说明": "无",
    }


def test_a_label_merged_over_rows_takes_the_parts_beside_it(tmp_path: Path) -> None:
    body = table(
        [cell("基本情况", down="first"), "需求名称", "电池回收"],
        [cell("", down="next"), "合作方式", "联合开发"],
        [cell("需求描述", down="first"), "现状", "靠人工"],
        [cell("", down="next"), "目标", "自动拆解"],
    )
    (record,) = read_records(write_docx(tmp_path / "x.docx", body))
    assert record["需求名称"] == "电池回收"
    assert record["合作方式"] == "联合开发"
    assert record["需求描述"] == "现状 靠人工\n目标：自动拆解"


def test_a_list_of_people_inside_a_form_stays_under_their_headings(tmp_path: Path) -> None:
    body = table(
        ["需求名称", cell("电池回收", across=3)],
        ["需求描述", cell("自动拆解", across=3)],
        ["姓名", "职称", "电话", "邮箱"],
        ["张三", "教授", "138", "a@b"],
        ["李四", "讲师", "139", "c@d"],
    )
    (record,) = read_records(write_docx(tmp_path / "x.docx", body))
    assert record["姓名"] == "张三\n李四"
    assert record["电话"] == "138\n139"


def test_several_forms_in_a_file_are_several_records(tmp_path: Path) -> None:
    def form(title: str) -> str:
        return table(["需求名称", title], ["需求描述", "…"], ["合作方式", "转让"])

    split = table(["需求名称", "丙"], ["单位名称", "丙公司"]) + table(
        ["需求描述", "在第二个表格里"], ["预算", "3万"]
    )
    body = (
        p("单位名称：甲公司　填报日期：2025-3-1") + form("甲") + p("附件2：") + form("乙") + split
    )
    first, second, third = read_records(write_docx(tmp_path / "x.docx", body))
    assert first["需求名称"] == "甲"
    assert first["单位名称"] == "甲公司"
    assert first["填报日期"] == "2025-3-1"
    assert second["需求名称"] == "乙"
    assert "单位名称" not in second
    assert third["需求描述"] == "在第二个表格里"


def test_one_grid_with_the_title_again_holds_several_records(tmp_path: Path) -> None:
    body = table(
        ["需求名称", "甲"],
        ["需求描述", "一"],
        ["合作方式", ""],
        ["需求名称", "乙"],
        ["需求描述", "二"],
    )
    assert read_records(write_docx(tmp_path / "x.docx", body)) == [
        {"需求名称": "甲", "需求描述": "一"},
        {"需求名称": "乙", "需求描述": "二"},
    ]


def test_a_form_without_a_title_takes_the_heading_above_it(tmp_path: Path) -> None:
    body = (
        p("附件1")
        + p("需求登记表")
        + p("智能巡检")
        + table(["需求描述", "要会巡检"], ["单位名称：甲公司", "预算：5万元"])
    )
    (record,) = read_records(write_docx(tmp_path / "x.docx", body))
    assert record == {
        "title": "智能巡检",
        "需求描述": "要会巡检",
        "单位名称": "甲公司",
        "预算": "5万元",
    }


def test_lines_with_labels_are_records_and_the_title_begins_the_next(tmp_path: Path) -> None:
    lines = (
        "成果名称：高能电池",
        "成果简介：能量密度高。",
        "循环寿命长。",
        "完成单位：甲大学",
        "另有说明。",
        "联系人：张三  电话：138",
        "成果名称：",
        "低价电池",
        "【成果简介】便宜",
    )
    body = "".join(map(p, lines))
    assert read_records(write_docx(tmp_path / "x.docx", body), "achievement") == [
        {
            "成果名称": "高能电池",
            "成果简介": "能量密度高。\n循环寿命长。",
            "完成单位": "甲大学",
            "text": "另有说明。",
            "联系人": "张三",
            "电话": "138",
        },
        {"成果名称": "低价电池", "成果简介": "便宜"},
    ]


def test_sections_under_known_headings_are_fields(tmp_path: Path) -> None:
    body = (
        p("水下机器人", "1")
        + p("一、成果简介", "2")
        + p("能下潜。")
        + p("二、合作方式", "2")
        + p("许可")
        + p("巡检机器人", "1")
        + p("一、成果简介", "2")
        + p("能巡检。")
    )
    assert read_records(write_docx(tmp_path / "x.docx", body), "achievement") == [
        {"title": "水下机器人", "成果简介": "能下潜。", "合作方式": "许可"},
        {"title": "巡检机器人", "成果简介": "能巡检。"},
    ]


def test_a_document_without_labels_is_one_record(tmp_path: Path) -> None:
    body = (
        p("某研究所供稿") + p("高温涂层技术", "a3") + p("第一段。") + p("第二段。我们联系了厂家。")
    )
    (record,) = read_records(write_docx(tmp_path / "x.docx", body))
    text = "某研究所供稿\n第一段。\n第二段。我们联系了厂家。"
    assert record == {"title": "高温涂层技术", "text": text}


def test_without_a_short_first_line_the_files_name_is_the_title(tmp_path: Path) -> None:
    body = p("本文第一句话就以句号结束。") + table(["甲", "乙"], ["丙", ""])
    (record,) = read_records(write_docx(tmp_path / "涂层.docx", body))
    assert record == {"title": "涂层", "text": "本文第一句话就以句号结束。\n甲\t乙\n丙"}


def test_a_table_without_title_and_text_is_a_part_of_the_prose(tmp_path: Path) -> None:
    body = (
        p("高温涂层技术")
        + p("长期工作。")
        + table(["序号", "姓名", "单位"], ["1", "张三", "甲大学"], ["2", "李四", "乙公司"])
        + p("结束。")
    )
    (record,) = read_records(write_docx(tmp_path / "x.docx", body))
    assert record == {
        "title": "高温涂层技术",
        "text": "长期工作。\n序号\t单位\n1\t甲大学\n2\t乙公司\n结束。",
        "姓名": "张三\n李四",
    }


def test_a_form_whose_first_part_has_no_title_is_one_record(tmp_path: Path) -> None:
    first = table(["单位名称", "甲公司"], ["联系人", "张三"])
    second = table(["需求名称", "涂层"], ["需求描述", "耐高温"])
    ((_, rows),), notes = read_tables(write_docx(tmp_path / "x.docx", first + p("二、") + second))
    assert rows[0].cells == {
        "单位名称": "甲公司",
        "联系人": "张三",
        "需求名称": "涂层",
        "需求描述": "耐高温",
    }
    assert len(notes) == 1


def test_content_controls_insertions_and_text_boxes_are_read_and_deletions_are_not(
    tmp_path: Path,
) -> None:
    body = (
        "<w:sdt><w:sdtContent>" + p("标题在控件里") + "</w:sdtContent></w:sdt>"
        "<w:p><w:ins><w:r><w:t>插入的</w:t></w:r></w:ins><w:del><w:r><w:delText>删去的</w:delText>"
        "</w:r></w:del><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t></w:r></w:p>"
        "<w:p><w:r><w:pict><w:txbxContent>"
        + p("框里的字")
        * 2
        + "</w:txbxContent></w:pict></w:r></w:p>"
        "<w:tbl><w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent>"
        + cell("格里的字")
        + "</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt></w:tbl>"
        "<w:tbl><w:tr><w:tc>" + table(["里", "层"]) + "</w:tc></w:tr></w:tbl>"
    )
    (record,) = read_records(write_docx(tmp_path / "x.docx", body))
    assert record == {
        "title": "标题在控件里",
        "text": "插入的一\n二\t三\n框里的字\n格里的字\n里\t层",
    }


def test_an_outline_level_makes_a_heading(tmp_path: Path) -> None:
    body = p("前言") + (
        '<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>真正的题目</w:t></w:r></w:p>'
    )
    (record,) = read_records(write_docx(tmp_path / "x.docx", body))
    assert record["title"] == "真正的题目"
