"""Pages of who uses the installation: people and organisations, keys, the audit log."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response

from service.access import audit, keys, organisations, people
from service.access.caller import KIND_NAMES, SCOPES_OF_ROLE, Caller, Kind
from service.access.who import Admin, Asker, Place, Writer
from service.pages.render import page
from service.web.errors import RequestError
from service.web.workplace import Workplace

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Line = Annotated[str, Form(max_length=200)]
_LOG_PAGE = 100
_NOTHING_TYPED = {"login": "", "name": "", "organisation_id": 0}
SCOPE_NAMES = {"read": "读", "write": "写", "admin": "管理"}


@router.get("/admin/people")
def show_people(request: Request, place: Place, admin: Admin) -> Response:
    """Show everybody, and the organisations."""
    return _people(request, place, admin)


@router.post("/admin/people")
def add_person(
    request: Request,
    place: Place,
    admin: Admin,
    organisation_id: Annotated[int, Form(ge=1, le=2**31 - 1)],
    login: Line = "",
    name: Line = "",
) -> Response:
    """Add a person, and show the one-time password once."""
    try:
        added, once = people.new_person(place.store, admin, login, name, organisation_id)
    except RequestError as error:
        typed = {"login": login, "name": name, "organisation_id": organisation_id}
        return _people(request, place, admin, status=error.status, problem=str(error), typed=typed)
    return _people(request, place, admin, once=once, whose=added.login)


@router.post("/admin/people/{number}/reset")
def reset(request: Request, place: Place, admin: Admin, number: Number) -> Response:
    """Give a person a new one-time password, and show it once."""
    once = people.reset(place.store, admin, number)
    with place.store.reading() as connection:
        whose = people.person(connection, number).login
    return _people(request, place, admin, once=once, whose=whose)


@router.post("/admin/people/{number}/active")
def let_person_in(
    request: Request, place: Place, admin: Admin, number: Number, active: Annotated[bool, Form()]
) -> Response:
    """Let a person in, or not."""
    try:
        people.change_person(place.store, admin, number, active=active)
    except RequestError as error:
        return _people(request, place, admin, status=error.status, problem=str(error))
    return _people(request, place, admin)


@router.post("/admin/organisations")
def add_organisation(
    request: Request, place: Place, admin: Admin, kind: Annotated[Kind, Form()], name: Line = ""
) -> Response:
    """Add an organisation."""
    try:
        with place.store.writing() as (connection, _, _):
            organisations.add_organisation(connection, admin, name, kind)
    except RequestError as error:
        return _people(request, place, admin, status=error.status, problem=str(error))
    return _people(request, place, admin)


@router.post("/admin/organisations/{number}/active")
def let_organisation_in(
    request: Request, place: Place, admin: Admin, number: Number, active: Annotated[bool, Form()]
) -> Response:
    """Let the people of an organisation in, or not."""
    try:
        organisations.change_organisation(place.store, admin, number, active=active)
    except RequestError as error:
        return _people(request, place, admin, status=error.status, problem=str(error))
    return _people(request, place, admin)


@router.get("/me/keys")
def show_keys(request: Request, place: Place, asker: Asker) -> Response:
    """Show the own keys; to who runs the platform, everybody's."""
    return _keys(request, place, asker)


@router.post("/me/keys")
def make_key(
    request: Request,
    place: Place,
    asker: Writer,
    name: Line = "",
    scopes: Annotated[tuple[str, ...], Form()] = (),
    days: Annotated[int, Form()] = 90,
) -> Response:
    """Make a key and show it once."""
    try:
        _, secret = keys.make_key(place.store, asker, name, scopes, days)
    except RequestError as error:
        return _keys(request, place, asker, status=error.status, problem=str(error))
    return _keys(request, place, asker, secret=secret)


@router.post("/me/keys/{number}/revoke")
def revoke_key(request: Request, place: Place, asker: Writer, number: Number) -> Response:
    """Make a key worthless."""
    keys.revoke(place.store, asker, number)
    return _keys(request, place, asker)


@router.get("/admin/audit")
def show_audit(
    request: Request,
    place: Place,
    admin: Admin,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Show the audit log, the newest first."""
    with place.store.reading() as connection:
        found = audit.entries(connection, _LOG_PAGE + 1, before)
    shown = found[:_LOG_PAGE]
    older = shown[-1].id if len(found) > _LOG_PAGE else None
    return page(request, "people/audit.html", admin, entries=shown, older=older)


def _people(
    request: Request, place: Workplace, admin: Caller, *, status: int = 200, **given: Any
) -> Response:
    with place.store.reading() as connection:
        shown = {
            "people": people.people(connection),
            "organisations": organisations.organisations(connection),
        }
    empty = {"problem": "", "once": "", "whose": "", "typed": _NOTHING_TYPED}
    context = {**empty, **shown, "kinds": KIND_NAMES, **given}
    return page(request, "people/people.html", admin, status=status, **context)


def _keys(
    request: Request, place: Workplace, asker: Caller, *, status: int = 200, **given: Any
) -> Response:
    with place.store.reading() as connection:
        found = keys.keys(connection, None if asker.is_admin else asker.user_id)
    scopes = {one: SCOPE_NAMES[one] for one in sorted(SCOPES_OF_ROLE[asker.role])[::-1]}
    context = {"problem": "", "secret": "", "keys": found, "scopes": SCOPE_NAMES, "own": scopes}
    return page(request, "people/keys.html", asker, status=status, **{**context, **given})
