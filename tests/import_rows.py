"""A file of needs with Chinese headings, and the list of rejected rows of an import."""

import csv

from service.importer.report import ImportReport

NEEDS = """\
需求编号,需求名称,技术需求描述,单位名称,所属行业,所在地区,预算（万元）,截止日期,合作方式,技术成熟度,公开范围,发布日期,联系电话,备注
N1,耐高温涂层,长期工作的陶瓷涂层,甲公司,新材料,浙江,50万元,2025年12月31日,联合开发,TRL6,公开,2025/3/1,13800000000,急
N2,电池回收,拆解与分选,乙公司,环保,江苏,面议,长期,委托开发,,内部,,,
"""


def rejected_rows(report: ImportReport) -> list[dict[str, str]]:
    assert report.rejects is not None
    with report.rejects.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
