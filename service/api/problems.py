"""Which errors a route may answer with, for the OpenAPI document."""

from typing import Any

from service.web.problems import ProblemBody

MEANINGS = {
    400: "请求的内容读不出来",
    401: "没有登录，或密钥无效",
    403: "角色或密钥的权限不够，或者是别人的记录",
    404: "没有，或不对您公开",
    408: "请求发得太慢",
    409: "已经有了，或别人刚刚改动过",
    412: "If-Match 不是现在的版本",
    413: "请求太大",
    422: "有的值不能用",
    428: "缺少 If-Match",
    429: "请求太多；Retry-After 头说明过几秒再来",
    503: "索引还没有建好，或数据库正忙",
    504: "超过了时间限制",
}
COMPUTING = (401, 403, 404, 422, 429, 503, 504)
"""Of routes that match, search or export."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the statuses of errors that a route may answer with."""
    return {one: {"model": ProblemBody, "description": MEANINGS[one]} for one in statuses}
