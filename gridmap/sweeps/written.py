"""Requests and plans of sweeps as text, and back: JSON with ids only, so that no name is kept twice."""

from gridmap import json_texts
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.request import SweepRequest


def request_text(request: SweepRequest) -> str:
    """Write a request as JSON."""
    return json_texts.written(request)


def read_request(text: str) -> SweepRequest:
    """Read a request that `request_text`, or somebody following its form, wrote.

    Raises
    ------
    ValueError
        When the text is no JSON of that form; says which field.
    """
    return json_texts.read(SweepRequest, text)


def plan_text(plan: SweepPlan) -> str:
    """Write a plan as JSON."""
    return json_texts.written(plan)


def read_plan(text: str) -> SweepPlan:
    """Read a plan that `plan_text` wrote; ValueError as for requests."""
    return json_texts.read(SweepPlan, text)
