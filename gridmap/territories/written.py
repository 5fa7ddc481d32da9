"""Requests as JSON and back, and answers as JSON: ids, figures, and every sentence in one language."""

from typing import Any

from gridmap import json_texts
from gridmap.errors import N_, PlanError, say
from gridmap.plan import Plan
from gridmap.territories.request import Request
from gridmap.territories.result import CurvePoint, NewBase, Relaxation, Result, Staffing
from gridmap.texts import said


def request_text(request: Request) -> str:
    """Write a request as JSON."""
    return json_texts.written(request)


def read_request(text: str) -> Request:
    """Read a request that `request_text`, or somebody following its form, wrote; what is left out takes its default.

    Raises
    ------
    PlanError
        When it is no JSON of that form; says which field.
    """
    try:
        return json_texts.read(Request, text)
    except ValueError as error:
        raise PlanError(
            say(N_("The request cannot be read: {reason}."), reason=str(error)),
            remedy=say(N_("Write JSON with the fields of a request, such as {example}."), example='{"budget": {"cells": 12}}'),
        ) from error


def result_json(result: Result, *, language: str = "en") -> dict[str, Any]:
    """Return an answer as JSON holds it: figures that are not known are null."""
    return {
        "state": result.state,
        "why": said(result.why, language),
        "objective": result.terms.total,
        "terms": vars(result.terms),
        "terms_before": vars(result.before),
        "bound": _number(result.bound),
        "bound_kind": result.bound_kind,
        "gap": _number(result.gap),
        "bound_leaves_out": [said(each, language) for each in result.leaves_out],
        "violation": result.violation,
        "least_violation": result.least_violation,
        "deviation": dict(result.deviation),
        "extra_pieces": result.extra_pieces,
        "changed": vars(result.changed),
        "relaxations": [_relaxation(each, language) for each in result.relaxations],
        "managers": [_row(row) for row in result.managers.reset_index().to_dict("records")],
        "moves": [
            {
                "cell": move.cell,
                "giver": move.giver or None,
                "taker": move.taker,
                "reason": said(move.reason, language),
                "carries": dict(move.gives),
                "giver_has": dict(move.giver_has),
                "taker_has": dict(move.taker_has),
            }
            for move in result.moves
        ],
        "notes": [said(each, language) for each in result.notes],
        "proposals": result.proposals,
        "seconds": result.seconds,
        "seed": result.seed,
        "versions": dict(result.versions),
        "fingerprint": result.plan.fingerprint,
    }


def curve_json(points: tuple[CurvePoint, ...]) -> list[dict[str, Any]]:
    """Return a trade-off curve as JSON holds it, each point with its moves."""
    return [
        {
            "cells": point.cells,
            "state": point.result.state,
            "violation": point.result.violation,
            "objective": point.result.terms.total,
            "gap": _number(point.result.gap),
            "accounts_share": point.result.changed.accounts_share,
            "hours_share": point.result.changed.hours_share,
            "moves": _moves(point.result.plan),
        }
        for point in points
    ]


def staffing_json(steps: tuple[Staffing, ...], *, language: str = "en") -> list[dict[str, Any]]:
    """Return what numbers of managers can do as JSON holds it."""
    return [
        {
            "managers": step.managers,
            "kept": step.kept,
            "proven": step.proven,
            "new_bases": list(step.new_bases),
            "left_out": list(step.left_out),
            "said": said(step.message, language),
            "moves": _moves(step.result.plan) if step.result is not None else [],
        }
        for step in steps
    ]


def bases_json(bases: tuple[NewBase, ...], *, language: str = "en") -> list[dict[str, Any]]:
    """Return ranked bases as JSON holds them."""
    return [
        {
            "cell": base.cell,
            "town": base.town.said(language) if hasattr(base.town, "said") else said(base.town, language),
            "broken": base.broken,
            "travel": base.travel,
        }
        for base in bases
    ]


def _relaxation(each: Relaxation, language: str) -> dict[str, Any]:
    return {
        "which": each.which,
        "manager": each.manager_id or None,
        "measure": each.measure or None,
        "asked": each.asked,
        "needed": each.needed,
        "enough": each.enough,
        "said": said(each.message, language),
    }


def _moves(plan: Plan) -> list[dict[str, Any]]:
    return [{"cell": move.subject, "giver": move.giver or None, "taker": move.taker} for move in plan.moves if move.layer == "cell"]


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): _number(value) if isinstance(value, float) else value for name, value in row.items()}


def _number(value: float) -> float | None:
    return float(value) if abs(value) < float("inf") else None  # NaN is not below either
