"""A thin Python client of the HTTP API; needs nothing but the standard library.

    duijie = Client("http://127.0.0.1:8000", key="dj_…")
    need = duijie.create("needs", {"title": "耐高温热障涂层"})
    duijie.matches("needs", need["id"], k=5)["matches"]

Answers are the JSON of docs/api.md, as dictionaries.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from service.errors import ServiceError

Folder = Literal["needs", "achievements"]
Answer = dict[str, Any]


class ClientError(ServiceError):
    """The server refused, or could not be reached.

    Attributes:
        status: of the HTTP response; 0 where there was none.
        code: for programs.
        retry_after: seconds to wait before trying again; None where the server says nothing.
    """

    def __init__(
        self, message: str, status: int = 0, code: str = "", retry_after: int | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.retry_after = retry_after
        super().__init__(message)


class _Stay(HTTPRedirectHandler):
    """Follows no redirection: it would take the key to wherever it leads."""

    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        """Refuse."""


_open = build_opener(_Stay).open


@dataclass(frozen=True, slots=True)
class Client:
    """Calls one server; safe for threads. Every method raises ClientError.

    Attributes:
        server: its address, such as `http://127.0.0.1:8000`.
        key: the key of `POST /keys`.
        timeout: seconds that one call may take.
    """

    server: str
    key: str = field(repr=False)
    timeout: float = 60.0

    def read(self, folder: Folder, id_: str) -> Answer:
        """Read a record."""
        return self.call("GET", _record(folder, id_))

    def listed(self, folder: Folder, **query: Any) -> Iterator[Answer]:
        """Give all records, page by page; the query is that of `GET /needs`."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.call("GET", folder, query={**query, "cursor": cursor})
            yield from page["items"]
            cursor = page["next"]

    def create(self, folder: Folder, record: Mapping[str, Any], key: str | None = None) -> Answer:
        """Publish a record; with a key it may be sent again without being written twice."""
        return self.call("POST", folder, record, headers=_idempotent(key))

    def put_many(
        self,
        folder: Folder,
        records: Sequence[Mapping[str, Any]],
        mode: Literal["all", "each"] = "all",
        key: str | None = None,
    ) -> Answer:
        """Write at most 1,000 records, new or over earlier ones."""
        body = {"mode": mode, "records": list(records)}
        return self.call("POST", f"{folder}/import", body, headers=_idempotent(key))

    def change(self, folder: Folder, id_: str, record: Mapping[str, Any], version: str) -> Answer:
        """Write over a record whose version (`about.version`) is known."""
        return self.call("PUT", _record(folder, id_), record, headers=_if_match(version))

    def withdraw(self, folder: Folder, id_: str, version: str) -> None:
        """Take a record out of sight."""
        self.call("DELETE", _record(folder, id_), headers=_if_match(version))

    def matches(self, folder: Folder, id_: str, k: int = 10, filters: Sequence[str] = ()) -> Answer:
        """Rank the other side for a record."""
        query = {"k": k, "filter": list(filters)}
        return self.call("GET", f"{_record(folder, id_)}/matches", query=query)

    def similar(self, folder: Folder, id_: str, k: int = 10, filters: Sequence[str] = ()) -> Answer:
        """Find records like a record."""
        query = {"k": k, "filter": list(filters)}
        return self.call("GET", f"{_record(folder, id_)}/similar", query=query)

    def match_text(
        self,
        text: str,
        side: Literal["need", "achievement"] = "need",
        k: int = 10,
        filters: Sequence[str] = (),
    ) -> Answer:
        """Rank the other side for a text."""
        body = {"side": side, "text": text, "k": k, "filters": list(filters)}
        return self.call("POST", "match/text", body)

    def requirements(self, text: str) -> Answer:
        """Read what a need asks for."""
        return self.call("POST", "requirements", {"text": text})

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call any address of the API.

        Args:
            method: of HTTP.
            path: behind `/api/v1/`, quoted.
            body: sent as JSON.
            query: a list is sent as several values.
            headers: more of the request's headers.
        """
        if not self.server.startswith(("http://", "https://")):
            raise ClientError(f"“{self.server}”不是 http:// 或 https:// 开头的地址。")
        address = f"{self.server.rstrip('/')}/api/v1/{path}"
        if query:
            address += "?" + urlencode(query, doseq=True)
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        given = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = Request(address, sent, {**given, **(headers or {})}, method=method)
        try:
            with _open(request, timeout=self.timeout) as response:
                content = response.read()
        except HTTPError as error:
            with error:
                raise _refusal(error) from error
        except (URLError, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise ClientError(f"连不上 {self.server}（{reason}）。请检查地址和网络。") from error
        answer: Answer = json.loads(content) if content else {}
        return answer


def _record(folder: Folder, id_: str) -> str:
    return f"{folder}/{quote(id_, safe='')}"


def _idempotent(key: str | None) -> dict[str, str]:
    return {} if key is None else {"Idempotency-Key": key}


def _if_match(version: str) -> dict[str, str]:
    return {"If-Match": "*" if version == "*" else f'"{version}"'}


def _refusal(error: HTTPError) -> ClientError:
    retry = error.headers.get("Retry-After")
    seconds = int(retry) if retry and retry.isdigit() else None
    try:
        told = json.loads(error.read())["error"]
        return ClientError(told["message"], error.code, told["code"], seconds)
    except (ValueError, KeyError, TypeError):
        return ClientError(f"服务器回答了 {error.code}。请稍后再试。", error.code, "", seconds)
