"""What the parts of roadshows are called on the pages."""

from collections.abc import Mapping
from typing import Any

from matcher.roadshow.pool import DIMENSIONS
from service.jobs.queue import STATE_NAMES
from service.roadshow.files import FILES
from service.roadshow.plan_kinds import KINDS
from service.roadshow.present import STATUSES, TERMS

WORTH_NAMES: Mapping[str, str] = {
    "strong": "强相关",
    "fairly_strong": "较强相关",
    "weak": "弱相关",
    "quality": "描述质量",
    "freshness": "新近",
    "diversity": "每多一个行业",
    "fairness": "每上过一次台扣",
}
NAMES: Mapping[str, Any] = {
    "statuses": STATUSES,
    "terms": TERMS,
    "dimensions": DIMENSIONS,
    "states": STATE_NAMES,
    "worth_names": WORTH_NAMES,
    "files": FILES,
    "plan_kinds": KINDS,
}
"""For templates."""
