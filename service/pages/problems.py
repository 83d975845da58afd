"""Errors as pages: for a browser the JSON answer of `service.web.problems` becomes HTML.

Who is not signed in is led to the sign-in page and from there back to where they were.
"""

import json
from collections.abc import Awaitable, Callable
from typing import cast
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import WebSocketRequestValidationError
from fastapi.responses import RedirectResponse

from service.pages.render import is_part, page
from service.web.errors import MustChangeError

Handler = Callable[[Request, Exception], Awaitable[Response]]
SIGN_IN, PASSWORD = "/sign-in", "/password"
TITLES = {
    403: "没有权限",
    404: "没有找到",
    409: "已被别人改动",
    412: "已被别人改动",
    413: "文件太大",
    422: "内容不能用",
    429: "请求太多",
    503: "还没有准备好",
    504: "处理超时",
}


def add_handlers(app: FastAPI) -> None:
    """Wrap the handlers that the application has by now."""
    for kind, handler in list(app.exception_handlers.items()):
        if kind is not WebSocketRequestValidationError:
            app.add_exception_handler(kind, _for_browsers(cast("Handler", handler)))


def _for_browsers(handler: Handler) -> Handler:
    async def shown(request: Request, error: Exception) -> Response:
        answer = await handler(request, error)
        wants_page = "text/html" in request.headers.get("Accept", "")
        if request.url.path.startswith(("/api/", "/static/")) or not wants_page:
            return answer
        if answer.status_code == 401:
            return to_sign_in(request)
        if isinstance(error, MustChangeError):
            return _lead(request, PASSWORD)
        return _as_page(request, answer)

    return shown


def to_sign_in(request: Request) -> Response:
    """Lead to the sign-in page, and back afterwards."""
    if is_part(request):
        return _lead(request, SIGN_IN)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(here, safe='')}" if request.method == "GET" and here != "/" else ""
    return RedirectResponse(SIGN_IN + back, 303)


def _lead(request: Request, path: str) -> Response:
    if is_part(request):
        return Response(status_code=401, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def _as_page(request: Request, answer: Response) -> Response:
    told = json.loads(bytes(answer.body))["error"]
    status = answer.status_code
    kept = {
        name: value
        for name, value in answer.headers.items()
        if name not in ("content-length", "content-type")
    }
    name = "errors/part.html" if is_part(request) else "errors/page.html"
    return page(
        request,
        name,
        status=status,
        headers=kept,
        title=TITLES.get(status, "出错了"),
        message=told["message"],
        code=status,
    )
