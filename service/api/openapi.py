"""The OpenAPI document: what FastAPI writes, with security and with every error that can occur."""

from collections.abc import Sequence
from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from service.access.cookies import PLAIN
from service.access.who import known
from service.api.problems import MEANINGS

ABOUT = """为企业需求找科技成果，为成果找需求，并说明理由。

程序用 `Authorization: Bearer 密钥` 调用；网页用登录得到的 cookie。每个错误都是
`{"error": {"code", "message", "field", "request_id"}}`。不对您公开的记录与不存在的一样。"""
TAGS = {
    "health": "服务的状态",
    "needs": "技术需求：读、发布、修改、撤回、成批写入",
    "achievements": "科技成果：读、发布、修改、撤回、成批写入",
    "match": "匹配：双向和按文字，相近的记录，筛选项的条数",
    "roadshows": "路演：计划、名单和理由、邀请和日程",
    "plans": "年度场次、科技成果包、技术供给清单、双向选择：计划、结果和表格",
    "texts": "一段文字里的要求，描述的质量；什么都不保存",
}
_SECURITY: list[dict[str, list[str]]] = [{"key": []}, {"session": []}]
_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "程序的密钥"},
    "session": {"type": "apiKey", "in": "cookie", "name": PLAIN, "description": "登录网页所得"},
}


def install(app: FastAPI, prefix: str, routers: Sequence[APIRouter]) -> None:
    """Make an application describe itself by `document`."""

    def written() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app, prefix, routers)
        return app.openapi_schema

    app.openapi = written  # type: ignore[method-assign]


def document(app: FastAPI, prefix: str, routers: Sequence[APIRouter]) -> dict[str, Any]:
    """Describe an application's API.

    Args:
        app: the application.
        prefix: of all addresses of the API.
        routers: what the API is made of.
    """
    found = get_openapi(
        title=app.title,
        version=app.version,
        description=ABOUT,
        routes=app.routes,
        tags=[{"name": name, "description": about} for name, about in TAGS.items()],
    )
    found.setdefault("components", {})["securitySchemes"] = _SCHEMES
    for route in (one for router in routers for one in router.routes):
        if isinstance(route, APIRoute) and route.include_in_schema:
            operations = found["paths"][prefix + route.path_format]
            for method in route.methods or ():
                _complete(operations[method.lower()], route)
    for unused in ("HTTPValidationError", "ValidationError"):
        found["components"].get("schemas", {}).pop(unused, None)
    return found


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    """Add what an operation may answer with beside what its route says."""
    responses = operation["responses"]
    for wildcard in ("4XX", "5XX"):
        responses.pop(wildcard, None)
    if _asks_who(route.dependant):
        operation["security"] = _SECURITY
    for status in _errors(operation, route):
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
        responses[str(status)] = {"description": MEANINGS[status], "content": content}
    operation["responses"] = dict(sorted(responses.items()))


def _errors(operation: dict[str, Any], route: APIRoute) -> list[int]:
    """Statuses that follow from what a route takes and how it works."""
    found = [503]  # the database may be busy
    if _asks_who(route.dependant):
        found += [401, 403, 429]
    if "requestBody" in operation:
        found += [400, 408, 413, 422]
    if operation.get("parameters"):
        found.append(422)
    if "{" in route.path_format:
        found.append(404)
    if iscoroutinefunction(route.endpoint):
        found.append(504)  # it waits for a computation
    return found


def _asks_who(dependant: Dependant) -> bool:
    """Whether somebody must be signed in."""
    return any(one.call is known or _asks_who(one) for one in dependant.dependencies)
