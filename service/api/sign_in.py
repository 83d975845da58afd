"""Signing in and out over the API, who is signed in, and the own password."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from service.access import cookies, people
from service.access.caller import Caller, Role, Scope
from service.access.csrf import csrf_token
from service.access.passwords import LONGEST
from service.access.sign_in import sign_in, sign_out
from service.access.who import Counts, Known, Place
from service.api.problems import problems

router = APIRouter(tags=["session"])


class Credentials(BaseModel):
    """Login and password."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(max_length=200, examples=["wang.li"])
    password: str = Field(max_length=4 * LONGEST)


class NewPassword(BaseModel):
    """The password of now, and the one to come."""

    model_config = ConfigDict(extra="forbid")

    current: str = Field(max_length=4 * LONGEST)
    new: str = Field(max_length=4 * LONGEST)


class SignedIn(BaseModel):
    """A session that has begun."""

    csrf_token: str = Field(description="写入时放在 X-CSRF-Token 头里")


class Me(BaseModel):
    """Who asks."""

    login: str
    name: str
    organisation_id: int
    organisation: str
    role: Role
    scopes: list[Scope]
    must_change: bool = Field(description="现在用的是一次性密码，要先改密码")
    csrf_token: str = Field(description="登录会话写入时用；用密钥时为空")


@router.post(
    "/session",
    summary="登录，得到会话 cookie；程序请用密钥",
    status_code=201,
    responses=problems(401, 403, 422, 429),
)
def begin(
    given: Credentials, request: Request, response: Response, place: Place, rates: Counts
) -> SignedIn:
    """Sign in: the response sets the session's cookie. Programs better use a key."""
    session = sign_in(request, place.store, rates, given.login, given.password)
    cookies.give(request, response, session.token)
    return SignedIn(csrf_token=session.csrf)


@router.delete("/session", summary="退出登录", status_code=204, responses=problems(401, 403, 429))
def end(request: Request, response: Response, place: Place, asker: Known) -> None:
    """Sign out."""
    sign_out(request, place.store)
    cookies.take_back(request, response)


@router.get("/me", summary="我是谁，可以做什么", responses=problems(401, 429))
def me(request: Request, asker: Known) -> Me:
    """Tell who asks and what they may do."""
    return shaped(request, asker)


@router.put(
    "/me/password",
    summary="改自己的密码；所有会话结束，另开一个新的",
    status_code=201,
    responses=problems(401, 403, 422, 429),
)
def change_password(
    given: NewPassword, request: Request, response: Response, place: Place, asker: Known
) -> SignedIn:
    """Change the own password: every session ends, and a new one begins."""
    session = people.change_password(place.store, asker, given.current, given.new)
    cookies.give(request, response, session.token)
    return SignedIn(csrf_token=session.csrf)


def shaped(request: Request, asker: Caller) -> Me:
    """Shape who asks."""
    return Me(
        login=asker.login,
        name=asker.name,
        organisation_id=asker.organisation_id,
        organisation=asker.organisation,
        role=asker.role,
        scopes=sorted(asker.scopes),
        must_change=asker.must_change,
        csrf_token=csrf_token(request),
    )
