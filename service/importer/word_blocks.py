"""The XML of a Word document as paragraphs and grids (ECMA-376 part 1, WordprocessingML)."""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from service.importer.documents import Block
from service.importer.grids import Grid, Region
from service.importer.prose import Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_DROPPED = frozenset({"del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "tblPr"})
_BREAKS: Mapping[str, str] = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADINGS: Mapping[str, int] = {
    "title": 0,
    "标题": 0,
    **{f"heading {level}": level for level in range(1, 10)},
    **{f"标题 {level}": level for level in range(1, 10)},
}
_DEEPEST = 200
_WIDEST = 200


def heading_styles(styles: Element | None) -> dict[str, int]:
    """Give the level of each style of headings by the style's id."""
    found = {}
    for style in styles if styles is not None else ():
        if _tag(style) != "style":
            continue
        name = next((_value(one).lower() for one in style if _tag(one) == "name"), "")
        if name in _HEADINGS:
            found[_attribute(style, "styleId")] = _HEADINGS[name]
    return found


def blocks_of(document: Element, styles: Mapping[str, int]) -> Iterator[Block]:
    """Give the paragraphs and outermost tables in their order; blank paragraphs are left out."""
    return _blocks(document, styles, 0)


def _blocks(parent: Element, styles: Mapping[str, int], depth: int) -> Iterator[Block]:
    if depth > _DEEPEST:
        return
    for child in parent:
        tag = _tag(child)
        if tag == "p":
            if text := _text(child).strip():
                yield Paragraph(text, _level(child, styles))
            yield from _boxes(child, styles, depth)
        elif tag == "tbl":
            yield _grid(child, styles, depth)
        elif tag not in _DROPPED and child.tag != _FALLBACK:
            yield from _blocks(child, styles, depth + 1)


def _boxes(paragraph: Element, styles: Mapping[str, int], depth: int) -> Iterator[Block]:
    """Give what stands in the text boxes that hang on a paragraph; each is written twice."""
    seen = set()
    for box in paragraph.iter():
        if _tag(box) == "txbxContent":
            for block in _blocks(box, styles, depth + 1):
                if not isinstance(block, Paragraph) or block not in seen:
                    yield block
                if isinstance(block, Paragraph):
                    seen.add(block)


def _text(element: Element, depth: int = 0) -> str:
    """Give the characters of a paragraph, without those of text boxes and deletions."""
    parts = []
    for child in element:
        tag = _tag(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag in _BREAKS:
            parts.append(_BREAKS[tag])
        elif tag not in _DROPPED and tag != "txbxContent" and depth < _DEEPEST:
            parts.append(_text(child, depth + 1))
    return "".join(parts)


def _level(paragraph: Element, styles: Mapping[str, int]) -> int | None:
    properties = next((one for one in paragraph if _tag(one) == "pPr"), None)
    for one in properties if properties is not None else ():
        if _tag(one) == "pStyle":
            return styles.get(_value(one))
        if _tag(one) == "outlineLvl" and _value(one).isdecimal() and int(_value(one)) < 9:
            return int(_value(one)) + 1
    return None


def _grid(table: Element, styles: Mapping[str, int], depth: int) -> Grid:
    rows: list[list[str]] = []
    regions: list[Region] = []
    open_at: dict[int, tuple[int, int]] = {}  # column of a vertical merge: its first row, its right
    for row in _children(table, "tr", depth):
        cells: list[str] = []
        at = len(rows)
        for cell in _children(row, "tc", depth):
            left, width = len(cells), _span(cell)
            if left + width > _WIDEST:
                break
            merge = _merge(cell)
            text = "" if merge == "continue" else _cell_text(cell, styles, depth)
            cells += [text, *[""] * (width - 1)]
            right = left + width - 1
            if merge == "restart":
                open_at[left] = at, right
            elif merge == "continue" and left in open_at:
                top, right = open_at[left]
                regions = [one for one in regions if one[:2] != (top, left)]
                regions.append((top, left, at, right))
            else:
                open_at.pop(left, None)
            if width > 1 and not merge:
                regions.append((at, left, at, right))
        rows.append(cells)
    return Grid(rows, regions)


def _children(parent: Element, wanted: str, depth: int) -> Iterator[Element]:
    """Give rows or cells, also those inside of content controls."""
    for child in parent:
        tag = _tag(child)
        if tag == wanted:
            yield child
        elif tag in ("sdt", "sdtContent", "ins", "customXml") and depth < _DEEPEST:
            yield from _children(child, wanted, depth + 1)


def _cell_text(cell: Element, styles: Mapping[str, int], depth: int) -> str:
    lines = []
    for block in _blocks(cell, styles, depth + 1):
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += ["\t".join(str(one) for one in row if one) for row in block.rows]
    return "\n".join(line for line in lines if line)


def _span(cell: Element) -> int:
    value = _property(cell, "gridSpan")
    return max(1, int(value)) if value is not None and value.isdecimal() else 1


def _merge(cell: Element) -> str:
    value = _property(cell, "vMerge")
    return "" if value is None else (value or "continue")


def _property(cell: Element, name: str) -> str | None:
    for properties in cell:
        if _tag(properties) == "tcPr":
            return next((_value(one) for one in properties if _tag(one) == name), None)
    return None


def _tag(element: Element) -> str:
    """Give the name of a tag of WordprocessingML, in either of its two namespaces."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(_W).removeprefix(_STRICT)


def _value(element: Element) -> str:
    return _attribute(element, "val")


def _attribute(element: Element, name: str) -> str:
    return element.get(_W + name) or element.get(_STRICT + name) or ""
