"""Refuses request bodies that are too large or too slow, before anybody reads them whole."""

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.problems import answer

MIB = 1 << 20
_GONE: Message = {"type": "http.disconnect"}


class BodyLimit:
    """ASGI middleware: what is read of a body is counted as it comes.

    Args:
        app: what is called.
        upload_bytes: of a multipart body, which goes to the disk.
        body_bytes: of any other body, which is held in memory.
        seconds: to wait for the next piece of a body.
    """

    def __init__(
        self, app: ASGIApp, *, upload_bytes: int, body_bytes: int, seconds: float = 30.0
    ) -> None:
        self._app = app
        self._upload_bytes = upload_bytes
        self._body_bytes = body_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, unless its body is refused."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._most(scope), self._seconds)
        if body.is_told_too_large(scope):
            await body.refusal(scope)(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if not body.refused:  # what the app says of a body that it did not get is not told
                await send(message)

        try:
            await self._app(scope, body.receive, sent)
        except ClientDisconnect:
            if not body.refused:
                raise
        if body.refused:
            await body.refusal(scope)(scope, receive, send)

    def _most(self, scope: Scope) -> int:
        """How many bytes the body may have."""
        kind = dict(scope["headers"]).get(b"content-type", b"").lower()
        return self._upload_bytes if kind.startswith(b"multipart/") else self._body_bytes


class _Body:
    """The body of one request, as far as it was read."""

    def __init__(self, receive: Receive, most: int, seconds: float) -> None:
        self.refused = 0
        self._receive = receive
        self._most = most
        self._seconds = seconds
        self._read = 0
        self._is_whole = False

    def is_told_too_large(self, scope: Scope) -> bool:
        """Whether the request itself says so, before anything of the body has come."""
        told = dict(scope["headers"]).get(b"content-length", b"")
        if told.isdigit() and int(told) > self._most:
            self.refused = 413
        return self.refused > 0

    async def receive(self) -> Message:
        """Receive the next piece; whoever asks for a refused one is told that the client left."""
        if self._is_whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._seconds)
        except TimeoutError:
            self.refused = 408
            return _GONE
        self._read += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._read > self._most:
            self.refused = 413
            return _GONE
        return message

    def refusal(self, scope: Scope) -> ASGIApp:
        """Make the response."""
        close = {"Connection": "close"}
        request = Request(scope)
        if self.refused == 408:
            message = f"等了 {self._seconds:.0f} 秒没有收到请求的其余部分。请检查网络后重试。"
            return answer(request, 408, "too_slow", message, headers=close)
        message = f"内容太大，上限是 {self._most // MIB:,} MB。请分成几次提交。"
        return answer(request, 413, "too_large", message, headers=close)
