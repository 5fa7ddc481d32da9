"""Frozen data as JSON, and back: plain enough to be written by hand, and refused by the name of the field where it is not of the form."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from gridmap.errors import Message
from gridmap.texts import Day

T = TypeVar("T")


def written(value: object) -> str:
    """Write a dataclass as JSON: dates as days, messages with their values, everything else as it is."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read(kind: type[T], text: str) -> T:
    """Read what `written` wrote, or somebody following its form; what is left out takes its default.

    Raises
    ------
    ValueError
        When the text is no JSON of that form; says which field.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error}") from error
    made: T = _made(kind, value, kind.__name__)
    return made


def _plain(value: object) -> object:
    if isinstance(value, Message):
        return {"text": value.text, "values": {name: _plain(each) for name, each in value.values.items()}}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool, NoneType)) else str(value)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return MappingProxyType(get_type_hints(kind))


def _made(kind: Any, value: Any, where: str) -> Any:  # noqa: PLR0911 - one return per kind of value
    if get_origin(kind) in (Union, UnionType):
        inner = [each for each in get_args(kind) if each is not NoneType]
        return None if value is None else _one_of(inner, value, where)
    if get_origin(kind) is tuple:
        return _tuple(kind, value, where)
    if get_origin(kind) is Literal:
        return _checked(value, value in get_args(kind), where)
    if kind is Message:
        return _message(value, where)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, value, where)
    if kind is date:
        return date.fromisoformat(value)
    if kind is float:
        return float(_checked(value, isinstance(value, (int, float)) and not isinstance(value, bool), where))
    return _checked(value, type(value) is kind, where)


def _one_of(kinds: list[Any], value: Any, where: str) -> Any:
    """Read a value as the first kind that takes it."""
    for kind in kinds[:-1]:
        try:
            return _made(kind, value, where)
        except ValueError:
            continue
    return _made(kinds[-1], value, where)


def _message(value: Any, where: str) -> Message:
    _checked(value, isinstance(value, dict) and set(value) == {"text", "values"} and isinstance(value["values"], dict), where)
    return Message(str(value["text"]), MappingProxyType({name: _told(each, f"{where}.{name}") for name, each in value["values"].items()}))


def _told(value: Any, where: str) -> object:
    """Return a value of a message: a day and a message within the message are themselves again, so that each language writes its own."""
    if not isinstance(value, dict):
        return value
    return Day(date.fromisoformat(value["day"])) if set(value) == {"day"} else _message(value, where)


def _tuple(kind: Any, value: Any, where: str) -> tuple[Any, ...]:
    _checked(value, isinstance(value, list), where)
    inner = get_args(kind)
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_made(inner[0], each, f"{where}[{place}]") for place, each in enumerate(value))
    _checked(value, len(value) == len(inner), where)
    return tuple(_made(each, part, f"{where}[{place}]") for place, (each, part) in enumerate(zip(inner, value, strict=True)))


def _dataclass(kind: type, value: Any, where: str) -> Any:
    hints = _hints(kind)
    _checked(value, isinstance(value, dict) and set(value) <= set(hints), where)
    try:
        return kind(**{name: _made(hints[name], each, f"{where}.{name}") for name, each in value.items()})
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error


def _checked(value: Any, holds: bool, where: str) -> Any:  # noqa: FBT001 - what is checked, and whether it holds
    if not holds:
        raise ValueError(f"{where}: {str(value)[:80]!r} is not what belongs here")
    return value
