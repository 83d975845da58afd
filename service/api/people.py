"""Organisations and people, for those who run the platform."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from service.access import organisations, people
from service.access.caller import Kind, Role
from service.access.who import Admin, Place, Reader
from service.api.problems import problems

router = APIRouter(tags=["people"])

Name = Annotated[str, Field(max_length=200)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OrganisationOut(_Read):
    """A tenant."""

    id: int
    name: str
    kind: Kind
    active: bool
    created_at: datetime


class PersonOut(_Read):
    """Somebody who may sign in while active."""

    id: int
    login: str
    name: str
    organisation_id: int
    organisation: str
    role: Role
    active: bool
    must_change: bool
    created_at: datetime


class Organisations(BaseModel):
    """Tenants."""

    items: list[OrganisationOut]


class People(BaseModel):
    """Everybody."""

    items: list[PersonOut]


class NewOrganisation(_Given):
    """A tenant to be added."""

    name: Name = Field(examples=["示例动力有限公司"])
    kind: Literal["enterprise", "broker", "organiser", "platform"] = Field(
        description="决定它的人是什么角色：enterprise 企业，broker 技术经理人，"
        "organiser 路演组织方，platform 管理员"
    )


class OrganisationChange(_Given):
    """What is to be changed of a tenant."""

    name: Name | None = None
    active: bool | None = Field(None, description="false：它的人都不能再登录")


class NewPerson(_Given):
    """A person to be added."""

    login: Name = Field(examples=["wang.li"])
    name: Name = Field(examples=["王莉"])
    organisation_id: int = Field(ge=1, le=2**31 - 1)


class PersonChange(_Given):
    """What is to be changed of a person."""

    name: Name | None = None
    active: bool | None = Field(None, description="false：立即退出登录，密钥失效")


class OneTimePassword(BaseModel):
    """A password that is shown this once and must be changed at the first sign-in."""

    one_time_password: str


class Added(OneTimePassword):
    """A person who was added."""

    person: PersonOut


@router.get(
    "/organisations", summary="列出单位；非管理员只看到自己的", responses=problems(401, 403, 429)
)
def list_organisations(place: Place, asker: Reader) -> Organisations:
    """List the tenants; whoever does not run the platform sees their own only."""
    with place.store.reading() as connection:
        found = organisations.organisations(connection)
    mine = [one for one in found if asker.is_admin or one.id == asker.organisation_id]
    return Organisations(items=[OrganisationOut.model_validate(one) for one in mine])


@router.post(
    "/organisations",
    summary="添加单位",
    status_code=201,
    responses=problems(401, 403, 409, 422, 429),
)
def add_organisation(given: NewOrganisation, place: Place, admin: Admin) -> OrganisationOut:
    """Add a tenant."""
    with place.store.writing() as (connection, _, _):
        made = organisations.add_organisation(connection, admin, given.name, given.kind)
    return OrganisationOut.model_validate(made)


@router.patch(
    "/organisations/{number}",
    summary="改单位的名称，停用或启用",
    responses=problems(401, 403, 404, 409, 422, 429),
)
def change_organisation(
    number: Number, given: OrganisationChange, place: Place, admin: Admin
) -> OrganisationOut:
    """Rename a tenant, or let its people in or not."""
    changed = organisations.change_organisation(
        place.store, admin, number, name=given.name, active=given.active
    )
    return OrganisationOut.model_validate(changed)


@router.get("/people", summary="列出所有用户", responses=problems(401, 403, 429))
def list_people(place: Place, admin: Admin) -> People:
    """List everybody."""
    with place.store.reading() as connection:
        found = people.people(connection)
    return People(items=[PersonOut.model_validate(one) for one in found])


@router.post(
    "/people",
    summary="添加用户；回答里有一次性密码，只显示这一次",
    status_code=201,
    responses=problems(401, 403, 404, 409, 422, 429),
)
def add_person(given: NewPerson, place: Place, admin: Admin) -> Added:
    """Add a person; the answer holds the one-time password, once."""
    person, once = people.new_person(
        place.store, admin, given.login, given.name, given.organisation_id
    )
    return Added(person=PersonOut.model_validate(person), one_time_password=once)


@router.patch(
    "/people/{number}",
    summary="改用户的姓名，停用或启用",
    responses=problems(401, 403, 404, 409, 422, 429),
)
def change_person(number: Number, given: PersonChange, place: Place, admin: Admin) -> PersonOut:
    """Rename a person, or let them in or not."""
    changed = people.change_person(place.store, admin, number, name=given.name, active=given.active)
    return PersonOut.model_validate(changed)


@router.post(
    "/people/{number}/reset",
    summary="重置密码；回答里有新的一次性密码",
    responses=problems(401, 403, 404, 422, 429),
)
def reset(number: Number, place: Place, admin: Admin) -> OneTimePassword:
    """Give a person a new one-time password; they are signed out everywhere."""
    return OneTimePassword(one_time_password=people.reset(place.store, admin, number))
