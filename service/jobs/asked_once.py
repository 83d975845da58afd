"""Queues the work on a plan, unless the same is under way."""

from dataclasses import replace
from typing import Any

from service.access.audit import note
from service.access.caller import Caller
from service.jobs import queue
from service.roadshow.saved import Saved, keep_in
from service.web.workplace import Workplace

CHANGED = "计划在这期间被改过，这一次的结果没有保存。请按新的计划重新{verb}。"
"""Said where a plan was changed while it was worked on."""


def ask_once(
    place: Workplace, caller: Caller, one: Saved, job_kind: str, step: str, **more: Any
) -> int:
    """Queue a step of a plan; returns the job's number.

    Args:
        place: the running server.
        caller: who asks.
        one: the plan.
        job_kind: name of the kind of work.
        step: what is done.
        more: arguments of the work.
    """
    asked = replace(caller, organisation_id=one.heading.owner or caller.organisation_id)
    arguments = {
        "roadshow": one.number,
        "version": one.heading.version,
        "owner": one.heading.owner,
        "step": step,
        **more,
    }
    with place.store.writing() as (connection, _transaction, _revision):
        moving = queue.of_state(connection, "queued", "running")
        for job in moving:
            if job.kind == job_kind and job.arguments == arguments and not job.cancel_asked:
                return job.id
        number = queue.enqueue(connection, job_kind, arguments, asked)
        keep_in(connection, one, {"job": number})
        note(connection, caller, step, one.heading.kind, one.number)
    return number
