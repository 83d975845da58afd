"""Plans of series, packages, supply lists and pairs, and how a program has them worked out."""

import io

from python_calamine import CalamineWorkbook

from tests.web.roadshow_world import done
from tests.web.workbench_world import World

API = "/api/v1/plans"
PLANS = {
    "series": """[series]
title = "两年对接"
promised_quality = 0.0

[audience]
read = 2

[[event]]
id = "春"
title = "春季场"
date = 2027-04-15
places = 2

[[event]]
id = "秋"
date = 2027-10-15
places = 2

[[event.quota]]
dimension = "单位"
value = "*"
most = 2
""",
    "package": '[package]\ntitle = "叶片成果包"\nsize = 2\n\n[audience]\nread = 2\n',
    "supply": """[supply]
title = "叶片产业链"

[audience]
read = 2

[[link]]
id = "L1"
name = "叶片涂层"
keywords = ["涂层", "叶片"]

[[link]]
id = "L2"
name = "量子存储"
keywords = ["量子"]
after = ["L1"]
""",
    "pairs": """[pairs]
title = "双选会"
asking = "企业"
asked = "团队"

[[asking]]
name = "甲厂"
prefers = ["一队", "二队"]

[[asking]]
name = "乙厂"
prefers = ["一队"]

[[asked]]
name = "一队"
prefers = ["乙厂", "甲厂"]

[[asked]]
name = "二队"
prefers = ["甲厂"]
""",
}
BAD = {
    "series": '[series]\nmost_times = -1\n[[event]]\nid = "E"\nmust = ["NO"]\n[colour]\n',
    "package": '[package]\nsize = 0\n[candidates]\nmust = ["NO"]\n[colour]\n',
    "supply": '[[link]]\nid = "L"\nname = ""\n[[link]]\nid = "M"\nname = "乙"\nafter = ["NO"]\n'
    "[colour]\n",
    "pairs": '[[asking]]\nname = "甲"\nmost = 0\nprefers = ["NO"]\n[colour]\n[[asked]]\n',
}


def worked_out(world: World, kind: str, text: str = "") -> str:
    """Plan over HTTP and wait for the result; the address without its beginning."""
    answer = world.client.post(f"{API}/{kind}", json={"plan": text or PLANS[kind]})
    assert answer.status_code == 201, answer.text
    path = answer.headers["Location"]
    job = done(world, world.client.post(f"{path}/make"))
    assert job["state"] == "done", job
    return path.removeprefix("/api/v1")


def cells(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [book.get_sheet_by_name(one).to_python() for one in book.sheet_names]
    return "\n".join(str(cell) for sheet in sheets for row in sheet for cell in row)
