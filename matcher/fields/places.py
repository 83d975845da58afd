"""Names of places and their GB/T 2260 codes: provinces XX0000, cities XXXX00, counties XXXXXX."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from matcher.fields.resources import read_json, read_text

MUNICIPALITIES = frozenset(("11", "12", "31", "50"))
_NATIONS = (
    "蒙古族|藏族|回族|土家族|苗族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|朝鲜族|哈萨克族|柯尔克孜族|"
    "满族|土族|瑶族|维吾尔族|黎族|畲族|仫佬族|毛南族|仡佬族|水族|佤族|拉祜族|布朗族|纳西族|撒拉族|东乡族|保安族|裕固族|"
    "塔吉克族|锡伯族|达斡尔族|独龙族|怒族|普米族|各族|傣|蒙古|回|哈萨克|柯尔克孜|壮|维吾尔|塔吉克|锡伯"
)
_AUTONOMOUS = re.compile(rf"(?:{_NATIONS})+(?:自治[区州县旗])$")
_KIND = re.compile(r"(?:自治[区州县旗]|省|市|地区|盟|州|林区|新区|区|县|旗)$")


@dataclass(frozen=True, slots=True)
class Place:
    """A place, as far down as it is known; the codes are those of GB/T 2260.

    Attributes:
        code: Of the lowest level that is known.
        province: Its name; never empty.
        city: Its name, or empty. A municipality is its own city, a county directly under its
            province too.
        district: Name of the district or county, or empty.
    """

    code: str
    province: str
    city: str = ""
    district: str = ""

    @property
    def province_code(self) -> str:
        """Code of the province."""
        return self.code[:2] + "0000"

    @property
    def city_code(self) -> str:
        """Code of the city, or empty."""
        if not self.city:
            return ""
        if self.code[:2] in MUNICIPALITIES:
            return self.province_code
        return self.code if self.code[2:4] == "90" else self.code[:4] + "00"


def is_within(inner: str, outer: str) -> bool:
    """Tell whether one place's code lies within another's (or is the same)."""
    depth = 2 if outer.endswith("0000") else 4 if outer.endswith("00") else 6
    return inner[:depth] == outer[:depth]


def common(codes: Iterable[str]) -> str:
    """Return the smallest place that holds all of them; empty where only the country does."""
    found = sorted(codes)
    if not found:
        return ""
    if len(found) == 1:
        return found[0]
    first, last = found[0], found[-1]
    if first[:4] == last[:4] and not first.endswith("0000") and first[:2] not in MUNICIPALITIES:
        return first[:4] + "00" if first[2:4] != "90" else first[:2] + "0000"
    return first[:2] + "0000" if first[:2] == last[:2] else ""


class Gazetteer:
    """What a name can mean.

    Attributes:
        names: A name and the codes of all places that bear it; short names among them.
        alone: Names that mean a place without another place beside them.
    """

    def __init__(self, titles: Mapping[str, str], listed: Mapping[str, Mapping[str, str]]) -> None:
        self._titles = {**titles, **listed["extra"]}
        self.names: dict[str, frozenset[str]] = {}
        self.alone: set[str] = set()
        known, never = set(listed["known_counties"]), set(listed["never_alone"])
        for code, title in self._titles.items():
            self._add(title, code, alone=True)
            short = short_name(title)
            is_county = not code.endswith("00")
            clear = short in known if is_county else short not in never
            if len(short) > 1:
                self._add(short, code, alone=clear)
            if title.endswith("自治州"):
                self._add(f"{short}州", code, alone=True)
        for name, code in listed["names"].items():
            self.names[name] = frozenset((code,))
            self.alone.add(name)
        self.longest = max(map(len, self.names))

    def _add(self, name: str, code: str, *, alone: bool) -> None:
        self.names[name] = self.names.get(name, frozenset()) | {code}
        if alone:
            self.alone.add(name)

    def longest_at(self, text: str, at: int) -> str:
        """Return the longest name of a place that stands at a position; empty for none."""
        for end in range(min(len(text), at + self.longest), at + 1, -1):
            if text[at:end] in self.names:
                return text[at:end]
        return ""

    def meanings(self, name: str, *, alone: bool) -> frozenset[str]:
        """Codes of the places that a name can mean, with or without another place beside it."""
        if alone and name not in self.alone:
            return frozenset()
        codes = self.names.get(name, frozenset())
        if not alone or len(codes) == 1:
            return codes
        # By itself a short name means the larger place: 海南 the province, 中山 the city.
        full = frozenset(code for code in codes if self._titles.get(code) == name)
        provinces = frozenset(code for code in codes if code.endswith("0000"))
        cities = frozenset(code for code in codes if code.endswith("00"))
        return full or provinces or cities or codes

    def place(self, code: str) -> Place | None:
        """Return the place with a code of six digits; None for an unknown one."""
        province = self._titles.get(code[:2] + "0000")
        if province is None or (code not in self._titles):
            return None
        if code.endswith("0000"):
            city = province if code[:2] in MUNICIPALITIES else ""
            return Place(code, province, city)
        title = self._titles[code]
        if code[:2] in MUNICIPALITIES:
            return Place(code, province, province, title)
        if code.endswith("00") or code[2:4] == "90":
            return Place(code, province, title)
        return Place(code, province, self._titles.get(code[:4] + "00", ""), title)


def short_name(title: str) -> str:
    """Leave out what kind of place it is: 浙江, 杭州, 恩施, 延边."""
    short = _AUTONOMOUS.sub("", title)
    # 内蒙古 is a name although 蒙古 is a nation.
    return short if 1 < len(short) < len(title) else _KIND.sub("", title) or title


@cache
def gazetteer() -> Gazetteer:
    """Read the shipped tables, once. Raises ResourceError."""
    rows = (line.split("\t") for line in read_text("regions.tsv").splitlines() if line[0] != "#")
    return Gazetteer(dict(rows), read_json("place_names.json"))
