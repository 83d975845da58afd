"""Whether a title says what the record is about."""

import re

# What is left of a title without these says what it is about: 关于XX公司的技术需求 leaves nothing.
_GENERIC = re.compile(
    r"关于|有关|某某?|XX+|[\u4e00-\u9fff]{0,12}(?:有限公司|公司|集团|企业|大学|学院|研究院|研究所)(?:的)?"
    r"|企业|单位|技术|需求|难题|成果|科技|项目|研究|研发|开发|应用|推广|产业化|关键|合作|征集|求购|寻找|寻求"
    r"|急需|问题|解决|方案|一种|新型|相关|等|的|及其?|与|和|之|以及|第?[一二三四五六七八九十\d]+[号项]?"
    r"|无|暂无|未命名|测试|标题"
)
_SAYS = re.compile(r"[\u4e00-\u9fffA-Za-z\d]")
_FEW = 2
_ENOUGH = 4


def title_value(title: str) -> float:
    """Return 1 for a title that names a thing, 0 for one that could stand over any record."""
    said = len(_SAYS.findall(_GENERIC.sub("", title)))
    return 1.0 if said >= _ENOUGH else 0.5 if said >= _FEW else 0.0
