"""Hands a digest to an address that a user named: https only, to no private address, no redirect.

The address is resolved once, checked, and then connected to as checked: a name that changes its
mind in between (DNS rebinding) gains nothing. Proxies of the environment are not used, since
behind one nobody can tell where a request ends up.
"""

import ipaddress
import json
import logging
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPException, HTTPSConnection
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from service.errors import ServiceError
from service.web.errors import InvalidError

log = logging.getLogger(__name__)

SECONDS = 5.0
"""That connecting, and each read, may take."""
WHOLE = 10.0
"""Seconds that both tries together may take, however slowly an answer drips; names apart."""
PAUSE = 1.0
"""Seconds before the second try."""
LONGEST = 500
"""Characters of an address."""
_SERVER_ERROR = 500
_AGAIN = 0.2
_NOT_PUBLIC = tuple(
    map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "fec0::/10"))
)
"""The first three lead to any IPv4 address, private ones too; the last is an old local network."""


class WebhookError(ServiceError):
    """The address cannot be reached, may not be used, or refuses."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"提醒没有送达：{reason}。请检查 webhook 地址；新匹配仍可在页面上查看。")


class NoAnswerError(WebhookError):
    """The host cannot be reached, or does not answer in time: so it is for all its addresses."""


def check_address(url: str) -> None:
    """Refuse an address that could never be used, without asking the network.

    Raises:
        InvalidError: it is too long, not https, has no host, or holds a password.
    """
    try:
        parts = urlsplit(url)
        named, _port = parts.hostname, parts.port
    except ValueError:
        named = None
    if len(url) > LONGEST or not named or parts.scheme != "https" or "@" in parts.netloc:
        raise InvalidError(
            "webhook 地址须以 https:// 开头，写明主机名，不含账号和密码，"
            f"最多 {LONGEST} 个字符；请改正后重试。"
        )
    if not url.isascii() or any(char.isspace() for char in url):
        raise InvalidError("webhook 地址里有空白或非 ASCII 字符；请按浏览器地址栏里的写法填写。")


def send(
    url: str,
    body: Mapping[str, Any],
    *,
    allow_private: bool = False,
    seconds: float = SECONDS,
    whole: float = WHOLE,
    pause: float = PAUSE,
    handler: HTTPSHandler | None = None,
) -> None:
    """Post a JSON body; a second try where the first got no answer or a server's error.

    Args:
        url: as `check_address` lets pass.
        body: JSON values.
        allow_private: addresses of the own network, too.
        seconds: that connecting, and each read, may take.
        whole: seconds that both tries together may take.
        pause: before the second try.
        handler: connects; for tests.

    Raises:
        InvalidError: the address could never be used.
        NoAnswerError: the host does not answer.
        WebhookError: it could not be delivered.
    """
    check_address(url)
    patience = _Patience(whole)
    connect = handler or _CheckedHandler(allow_private, patience)
    opener = build_opener(ProxyHandler({}), _NoRedirect(), connect)
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "duijie"}
    request = Request(url, data=content, headers=headers, method="POST")

    def post() -> None:
        # The status says all: what else the other side sends is left unread.
        opener.open(request, timeout=seconds).close()

    with patience:
        _twice(post, pause, patience)


def _twice(post: Callable[[], None], pause: float, patience: "_Patience") -> None:
    for more in (True, False):
        try:
            return post()
        except HTTPError as error:
            error.close()
            if error.code < _SERVER_ERROR or not more or patience.left <= pause:
                raise WebhookError(f"对方回答了状态 {error.code}") from error
        except UnicodeError as error:  # a part of the name that is longer than names may be
            raise WebhookError("主机名不能用") from error
        except (OSError, HTTPException) as error:  # URLError is an OSError
            if not more or patience.left <= pause:
                raise NoAnswerError(f"连接失败（{type(error).__name__}）") from error
        log.info("webhook failed once, trying again")
        time.sleep(pause)
    return None


class _Patience:
    """Cuts connections off when their time is over: timeouts alone start anew with each byte."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._done = Event()
        self._made: list[HTTPSConnection] = []

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._ends - time.monotonic()

    def __enter__(self) -> None:
        Thread(target=self._watch, name="webhook-patience", daemon=True).start()

    def __exit__(self, *_given: object) -> None:
        self._done.set()

    def watch(self, made: HTTPSConnection) -> None:
        """Cut this one off, too."""
        self._made.append(made)

    def _watch(self) -> None:
        wait = max(0.0, self.left)
        while not self._done.wait(wait):
            for made in tuple(self._made):
                with suppress(OSError, AttributeError):  # it is closed, or not open yet
                    made.sock.shutdown(socket.SHUT_RDWR)
            wait = _AGAIN  # one may just be opening


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would lead past the check of the address."""

    def redirect_request(self, *_given: Any) -> None:
        """Follow none: the redirect is then raised as an `HTTPError`."""


class _CheckedHandler(HTTPSHandler):
    """Connects to checked addresses only."""

    def __init__(self, allow_private: bool, patience: _Patience) -> None:
        super().__init__()
        self._allow_private = allow_private
        self._patience = patience

    def https_open(self, request: Request) -> Any:
        """Open a connection to an address that was resolved and checked."""

        def connection(host: str, **given: Any) -> HTTPSConnection:
            made = HTTPSConnection(host, **given)
            made._create_connection = self._connected  # type: ignore[attr-defined]
            self._patience.watch(made)
            return made

        return self.do_open(connection, request)

    def _connected(
        self, address: tuple[str, int], timeout: float, _source: Any = None
    ) -> socket.socket:
        checked = resolved(*address, allow_private=self._allow_private)
        timeout = min(timeout, self._patience.left)
        if timeout <= 0:  # looking the name up has taken it all
            raise TimeoutError
        return socket.create_connection((checked, address[1]), timeout)


def resolved(host: str, port: int, *, allow_private: bool) -> str:
    """Resolve a host to an address that may be connected to.

    Raises:
        WebhookError: one of its addresses is private, local or reserved.
        OSError: it has none.
    """
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not allow_private and not all(is_public(one) for one in found):
        raise WebhookError(
            "该地址指向内部网络；如确需内部地址，请让管理员设置 DUIJIE_WEBHOOK_PRIVATE=1"
        )
    return found[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, through whatever form it is written."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in network for network in _NOT_PUBLIC):
            return False
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast
