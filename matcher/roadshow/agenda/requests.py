"""From invitations to parties and requests for meetings."""

import math
from collections.abc import Iterable, Mapping

from matcher.roadshow.agenda.types import Party, Request
from matcher.roadshow.invite import Invitation


def requests_of(
    invitations: Iterable[Invitation], institutions: Mapping[str, str]
) -> tuple[tuple[Party, ...], tuple[Request, ...]]:
    """Who meets whom: one request for an institution and an organisation, whatever they talk about.

    Args:
        invitations: of `invite`.
        institutions: who offers each entrant; an entrant without one is a party of its own.

    Returns:
        parties: everybody in a request; ids are the names of institutions and organisations.
        requests: the weight is the sum of the invitations' values. An organisation that would meet
            itself has none.
    """
    subjects: dict[tuple[str, str], list[tuple[str, str]]] = {}
    values: dict[tuple[str, str], list[float]] = {}
    for one in sorted(invitations, key=lambda one: (one.entrant, one.invitee)):
        pair = (institutions.get(one.entrant) or one.entrant, one.organisation)
        if pair[0] == pair[1]:
            continue
        subjects.setdefault(pair, []).extend(
            (one.entrant, invitee) for invitee in (one.invitee, *one.also)
        )
        values.setdefault(pair, []).append(one.value)
    # an institution may be another's guest: of two requests for one pair, one is left
    for pair in sorted(subjects):
        turned = pair[::-1]
        if turned in subjects and pair < turned:
            subjects[pair] += subjects.pop(turned)
            values[pair] += values.pop(turned)
    requests = tuple(
        Request(
            id=f"{host} × {guest}",
            host=host,
            guest=guest,
            weight=max(0.001, math.fsum(values[host, guest])),
            subjects=tuple(subjects[host, guest]),
        )
        for host, guest in sorted(subjects)
    )
    names = sorted({name for one in requests for name in (one.host, one.guest)})
    return tuple(Party(id=name, name=name) for name in names), requests
