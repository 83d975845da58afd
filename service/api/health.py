"""Whether the server is alive, whether it can answer, what it counts, and which models it has."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from service.access.caller import Caller
from service.access.who import Place, Reader, needs
from service.api.problems import problems
from service.sync import SIDES

router = APIRouter(tags=["health"])

# A key that only reads numbers should not have to be one that may do everything.
Observer = Annotated[Caller, Depends(needs("read", "admin"))]


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok"]
    index_behind: bool


class Ready(BaseModel):
    """That the server can answer."""

    status: Literal["ready"]


class Card(BaseModel):
    """A model that comes with the project."""

    name: str
    version: str
    kind: str
    licence: str
    dim: int
    max_tokens: int
    fingerprint: str
    metrics: dict[str, float]


class Models(BaseModel):
    """What matches are made with; a change of any of these may change lists."""

    encoder: str
    late: str
    reader: str | None
    segmenter: str
    weights: str
    settings: str
    cards: list[Card]


_PLAIN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}


@router.get("/health", summary="服务是否活着；不需要登录", responses=problems(503))
def health(place: Place) -> Health:
    """Tell whether the index is up to date; open to everybody, and says nothing else."""
    behind = any(place.store.last_revision(side) > max(place.revision(side), 0) for side in SIDES)
    return Health(status="ok", index_behind=behind)


@router.get("/ready", summary="能否匹配；索引建好之前是 503。不需要登录", responses=problems(503))
async def ready(place: Place) -> Ready:
    """Tell whether there is an index; open to everybody."""
    _ = place.matcher
    return Ready(status="ready")


@router.get(
    "/metrics",
    summary="Prometheus 指标；需要管理员的密钥",
    response_class=Response,
    responses=problems(401, 403, 503) | _PLAIN,
)
def metrics(request: Request, place: Place, caller: Observer) -> Response:
    """Give the counted numbers; for an admin's key, which need not have the scope `admin`."""
    text: bytes = request.app.state.metrics.text(place)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


@router.get("/models", summary="匹配所用的模型和权重", responses=problems(401, 403, 503))
def models(place: Place, caller: Reader) -> Models:
    """Tell which models are in use, and the cards of those that come with the project."""
    from models.registry import list_cards

    embedder, segmenter, weights, config, reader = place.matcher.parts
    return Models(
        encoder=embedder.encoder.fingerprint,
        late=embedder.late.fingerprint,
        reader=reader.reader.fingerprint if reader else None,
        segmenter=segmenter.fingerprint,
        weights=weights.fingerprint,
        settings=config.fingerprint,
        cards=[_card(one) for one in list_cards()],
    )


def _card(card: Any) -> Card:
    return Card(**{name: getattr(card, name) for name in Card.model_fields})
