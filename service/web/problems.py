"""One JSON shape for every error: {"error": {"code", "message", "field", "request_id"}}."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from indexing.errors import EngineError, IndexingError
from matcher.errors import MatchError
from service.errors import InputError, ServiceError, StoreBusyError, UnknownIdError
from service.web.errors import RequestError
from service.web.headers import HEADERS

log = logging.getLogger(__name__)

_CODES = {404: "not_found", 405: "not_allowed", 413: "too_large"}
_MESSAGES = {404: "没有这个地址。", 405: "这个地址不支持该方法。"}


class Problem(BaseModel):
    """What went wrong."""

    code: str
    message: str
    field: str | None = None
    request_id: str = ""


class ProblemBody(BaseModel):
    """The body of every response that is not a success."""

    error: Problem


def status_of(error: ServiceError | MatchError | IndexingError) -> tuple[int, str]:
    """HTTP status and code of an error of ours."""
    if isinstance(error, RequestError):
        return error.status, error.code
    if isinstance(error, UnknownIdError):
        return 404, "not_found"
    if isinstance(error, InputError | MatchError):
        return 422, "invalid"
    if isinstance(error, StoreBusyError):
        return 503, "busy"
    if isinstance(error, EngineError):
        return 503, "engine_unavailable"
    return 500, "failed"


def add_handlers(app: FastAPI) -> None:
    """Make the application answer in the one shape, whatever is raised."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, ServiceError | MatchError | IndexingError):
            raise error
        status, code = status_of(error)
        if status >= 500:
            log.error("failed path=%s error=%s", request.url.path, type(error).__name__)
        return answer(request, status, code, str(error), headers=getattr(error, "headers", None))

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise error
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:])
        return answer(request, 422, "invalid", said(first), field=field)

    async def http(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        code = _CODES.get(error.status_code, "failed")
        message = _MESSAGES.get(error.status_code, str(error.detail))
        headers = dict(error.headers or {})
        return answer(request, error.status_code, code, message, headers=headers)

    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        # The type alone: a message could quote a text.
        log.error("unforeseen path=%s error=%s", request.url.path, type(error).__name__)
        # Starlette answers these outside every other layer, so the headers are set here too.
        said = "服务出错了，已记入日志。请稍后再试。"
        return answer(request, 500, "failed", said, headers=HEADERS)

    for kind in (ServiceError, MatchError, IndexingError):
        app.add_exception_handler(kind, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, unforeseen)


async def _gone(request: Request, _error: Exception) -> JSONResponse:
    # Nobody hears it: the client left before it had sent everything.
    return answer(request, 400, "cut_off", "请求没有发完就断开了，没有执行。请重新提交。")


def answer(
    request: Request,
    status: int,
    code: str,
    message: str,
    *,
    field: str | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Make the response."""
    request_id = getattr(request.state, "request_id", "")
    problem = Problem(code=code, message=message, field=field, request_id=request_id)
    body = ProblemBody(error=problem).model_dump()
    return JSONResponse(body, status, headers=headers)


def said(problem: Mapping[str, Any], skip: int = 1) -> str:
    """Say in Chinese what pydantic found wrong.

    Args:
        problem: one of its errors.
        skip: parts of its place that name no field, such as `body`.
    """
    place = ".".join(str(part) for part in problem["loc"][skip:])
    reasons = {
        "missing": "没有填写",
        "string_too_long": "太长",
        "string_too_short": "太短",
        "json_invalid": "不是有效的 JSON",
        "extra_forbidden": "不是可用的字段",
    }
    reason = reasons.get(str(problem["type"]), "的值不能用")
    return f"“{place or '请求内容'}”{reason}，请改正后重试。"
