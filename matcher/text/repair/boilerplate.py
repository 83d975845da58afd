"""Mark `boilerplate`: what stands in a text and says nothing of the thing that it describes.

Breadcrumbs and footers of web pages, lists of responsible departments, placeholders of forms, and
paragraphs that were already there. Marked, not deleted: the matcher reads past it.
"""

import re

_LINE = re.compile(r"[^\n]+")
_HEADER = re.compile(
    r"(?:您|你)?(?:现在|当前)?(?:所在)?的?(?:位置|当前位置)(?:是|为)?\s*[:：].{0,80}"
    r"|(?:首页|网站首页)\s*[>›»/].{0,80}"
)
_FOOTER = re.compile(
    r"[(（【\[]?(?:我要(?:回帖|评论|纠错|留言)|随机推荐|相关(?:推荐|阅读|文章|新闻|链接)[:：]?"
    r"|更多关于.{0,40}的(?:文章|内容|资讯)|猜你喜欢|热门(?:推荐|文章)|上一[篇条][:：]?.{0,60}"
    r"|下一[篇条][:：]?.{0,60}|(?:责任编辑|责编|编辑|校对|审核|来源|文章来源|信息来源|作者|撰稿)[:：/].{0,30}"
    r"|(?:打印|关闭)(?:本页|窗口|页面).{0,20}|返回(?:顶部|首页|列表).{0,10}|分享到.{0,40}"
    r"|(?:点击|浏览|阅读)(?:量|数|次数)[:：]?\s*\d*.{0,10}|扫一扫.{0,30}|版权(?:声明|所有).{0,120}"
    r"|免责声明.{0,200}|本文(?:来源|转自|转载自).{0,60}|【?字体[:：].{0,20}"
    r"|.{0,20}ICP备.{0,30}|技术支持[:：].{0,30})[)）】\]]?"
)
_NOTHING = re.compile(
    r"(?:[^\s:：，。]{1,10}[:：]\s{0,4})?(?:未提供|暂未提供|暂无|无|没有|未填写|未填|不详|略|空|待补充|同上|"
    r"(?:详)?见附件|N/?A|null|none|nan|/|-+|—+)\s{0,4}[。.;；]?",
    re.IGNORECASE,
)
_ORGAN = r"[^、，,;；()（）。\s]{0,16}?(?:委|局|厅|部|办|院|府|会|社|司|中心|银行|集团|公司|单位)"
_ORGANS = re.compile(
    rf"[(（](?:责任单位|牵头单位|责任部门|配合单位)?[:：]?{_ORGAN}(?:[、，,;；]{_ORGAN}){{1,}}"
    rf"(?:等)?(?:[^()（）。]{{0,24}}(?:负责|牵头|配合|参与|落实|实施))?[)）]"
)
_SITE = re.compile(
    r"[^\n|｜]{0,8}(?:网|资讯|快讯|在线|平台|频道|日报|论坛|门户)[ \t]{0,4}[|｜][ \t]{0,4}"
)
LONGEST_TALK = 240
"""Characters of a line up to which it may be a header or a footer."""
SHORTEST_REPEAT = 12
"""Characters of a paragraph from which on its repetition is noticed."""


def find_boilerplate(text: str) -> list[tuple[int, int]]:
    """Find the spans, in order and without overlap."""
    spans: list[tuple[int, int]] = []
    if found := _SITE.match(text):
        spans.append(found.span())
    seen: set[str] = set()
    for line in _LINE.finditer(text):
        written = line[0].strip()
        if _is_empty_talk(written) or (written in seen and len(written) >= SHORTEST_REPEAT):
            spans.append(line.span())
        else:
            spans.extend(
                organs.span()
                for organs in _ORGANS.finditer(text, *line.span())
                if _names_organs(organs[0])
            )
        seen.add(written)
    return _joined(spans)


def _is_empty_talk(line: str) -> bool:
    return len(line) <= LONGEST_TALK and any(
        kind.fullmatch(line) for kind in (_HEADER, _FOOTER, _NOTHING)
    )


def _names_organs(found: str) -> bool:
    """Tell a list of departments (at least two of them) from a remark in brackets."""
    return len(re.findall(r"(?:委|局|厅|部|办|院|府)(?=[、，,;；)）等])", found)) >= 2


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
