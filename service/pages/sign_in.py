"""Signing in and out, and the own password."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from service.access import cookies, people
from service.access.local_path import local_path
from service.access.oidc import Provider
from service.access.passwords import LONGEST, SHORTEST
from service.access.sign_in import sign_in, sign_out
from service.access.who import Counts, Known, Place
from service.pages.render import page
from service.web.errors import RequestError

router = APIRouter()

_PAGE = "sign_in/sign_in.html"
_PASSWORD_PAGE = "sign_in/password.html"
Typed = Annotated[str, Form(max_length=4 * LONGEST)]
Where = Annotated[str, Form(max_length=2000)]


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:
    """Ask for login and password."""
    return sign_in_page(request, local_path(next))


def sign_in_page(
    request: Request, path: str, login: str = "", error: RequestError | None = None
) -> Response:
    """Show the sign-in page, with what went wrong if something did."""
    provider: Provider | None = request.app.state.provider
    return page(
        request,
        _PAGE,
        status=error.status if error else 200,
        headers=error.headers if error else None,
        next=path,
        login=login,
        problem=str(error) if error else "",
        provider=provider.way.name if provider else "",
    )


@router.post("/sign-in")
def do_sign_in(
    request: Request,
    place: Place,
    rates: Counts,
    login: Typed = "",
    password: Typed = "",
    next: Where = "/",
) -> Response:
    """Begin a session and go where the person wanted to."""
    path = local_path(next)
    try:
        session = sign_in(request, place.store, rates, login, password)
    except RequestError as error:
        return sign_in_page(request, path, login, error)
    # Who has a one-time password is led to change it first.
    response = RedirectResponse(path, 303)
    cookies.give(request, response, session.token)
    return response


@router.post("/sign-out")
def do_sign_out(request: Request, place: Place, asker: Known) -> Response:
    """End the session."""
    sign_out(request, place.store)
    response = RedirectResponse("/sign-in", 303)
    cookies.take_back(request, response)
    return response


@router.get("/password")
def show_password(request: Request, asker: Known) -> Response:
    """Ask for a new password."""
    return page(request, _PASSWORD_PAGE, asker, problem="", shortest=SHORTEST)


@router.post("/password")
def change_password(
    request: Request,
    place: Place,
    asker: Known,
    current: Typed = "",
    new: Typed = "",
    again: Typed = "",
) -> Response:
    """Change the own password; every other session ends."""
    problem = ""
    if new != again:
        problem = "两次输入的新密码不一样，没有修改。"
    else:
        try:
            session = people.change_password(place.store, asker, current, new)
        except RequestError as error:
            problem = str(error)
    if problem:
        return page(request, _PASSWORD_PAGE, asker, status=422, problem=problem, shortest=SHORTEST)
    response = RedirectResponse("/", 303)
    cookies.give(request, response, session.token)
    return response
