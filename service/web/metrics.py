"""What the server counts for Prometheus; a registry of the application's own.

Labels are route templates, methods and statuses: never an id, a text, or who asked.
"""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.sync import SIDES
from service.web.workplace import Workplace

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The numbers of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "duijie_requests",
            "Requests by route, method and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "duijie_request_seconds",
            "Seconds from a request to the end of its response.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.computing = Gauge(
            "duijie_computations",
            "Computations that run or wait for a thread.",
            registry=self.registry,
        )
        self.lag = Gauge(
            "duijie_index_lag",
            "Changed records that the index in use lacks.",
            ["side"],
            registry=self.registry,
        )

    def text(self, place: Workplace) -> bytes:
        """Write all numbers, those of the workplace as they are now; reads the database."""
        self.computing.set(place.taken)
        for side in SIDES:
            lag = place.store.count_changes_since(side, max(place.revision(side), 0))
            self.lag.labels(side).set(lag)
        return generate_latest(self.registry)


class MetricsMiddleware:
    """Counts every request, and how long it took.

    Args:
        app: what is called; the application's `state.metrics` counts.
        prefix: of the API's addresses, which its routes do not name.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # unless a response is begun

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        metrics: Metrics = scope["app"].state.metrics
        begin = perf_counter()
        try:
            await self._app(scope, receive, sending)
        finally:
            route = self._route(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            metrics.requests.labels(route, method, str(status)).inc()
            metrics.seconds.labels(route).observe(perf_counter() - begin)

    def _route(self, scope: Scope) -> str:
        """Name the route that answered; what no route answers is one name, whatever it was."""
        found = getattr(scope.get("route"), "path", None)
        if found is None:
            return "other"
        in_api = scope["path"].startswith(f"{self._prefix}/")
        return f"{self._prefix}{found}" if in_api else str(found)
